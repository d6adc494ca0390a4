// SPDX-License-Identifier: MIT

#include "net/http_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace yuma::http {

namespace {

void append_number(std::string& out, std::uint64_t value, int base = 10) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), value, base).ptr;
  out.append(digits.begin(), end);
}

bool append_header(std::string& out, std::string_view name, std::string_view value) {
  if (!is_good_header(name, value)) return false;
  out.append(name).append(": ").append(value).append("\r\n");
  return true;
}

/// Set by the server itself.
bool is_framing(std::string_view name) {
  switch (name.size()) {  // most names are none of them
    case 4:
      return same_header(name, "Date");
    case 10:
      return same_header(name, "Connection") || same_header(name, "Keep-Alive");
    case 14:
      return same_header(name, "Content-Length");
    case 17:
      return same_header(name, "Transfer-Encoding");
    default:
      return false;
  }
}

}  // namespace

bool is_good_header(std::string_view name, std::string_view value) {
  if (!check_method(name).ok()) return false;  // both are tokens
  return std::all_of(value.begin(), value.end(), [](char c) {
    constexpr char kDelete = 0x7f;
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != kDelete);
  });
}

std::string_view date_line() {
  thread_local std::time_t second = 0;
  thread_local std::array<char, 48> line{};
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != second || size == 0) {
    second = now;
    std::tm utc{};
    gmtime_r(&now, &utc);
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int written =
        std::snprintf(line.data(), line.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                      kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                      kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                      utc.tm_hour, utc.tm_min, utc.tm_sec);
    size = std::min(static_cast<std::size_t>(std::max(written, 0)), line.size() - 1);
  }
  return {line.data(), size};
}

bool append_answer_head(std::string& out, const AnswerHead& head) {
  constexpr int kLeast = 200, kMost = 999;
  if (head.status < kLeast || head.status > kMost) return false;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(head.status));
  out.append(" ").append(status_phrase(head.status)).append("\r\n");
  out.append(date_line());
  for (const Header& h : head.headers) {
    if (is_framing(h.name)) continue;
    if (!append_header(out, h.name, h.value)) return false;
  }
  if (head.length) {
    out.append("Content-Length: ");
    append_number(out, *head.length);
    out.append("\r\n");
  }
  if (head.chunked) out.append("Transfer-Encoding: chunked\r\n");
  if (!head.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!head.http11) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  return true;
}

bool append_request_head(std::string& out, const HttpRequest& request, std::string_view host) {
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  out.append("Host: ").append(host).append("\r\n");
  for (const Header& h : request.headers) {
    if (is_framing(h.name) || same_header(h.name, "Host")) continue;
    if (!append_header(out, h.name, h.value)) return false;
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    out.append("Content-Length: ");
    append_number(out, request.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  return true;
}

void append_chunk_size(std::string& out, std::size_t size) {
  constexpr int kHex = 16;
  append_number(out, size, kHex);
  out.append("\r\n");
}

bool append_trailer(std::string& out, const std::vector<Header>& trailer) {
  out.append("0\r\n");
  for (const Header& h : trailer) {
    if (is_framing(h.name)) continue;
    if (!append_header(out, h.name, h.value)) return false;
  }
  out.append("\r\n");
  return true;
}

}  // namespace yuma::http
