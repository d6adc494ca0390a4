// SPDX-License-Identifier: MIT

#include "yuma/wire/btauth.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "btauth_text.hpp"
#include "yuma/identity/ss58.hpp"

namespace yuma {

namespace {

using btauth::kFirstLine;
using btauth::kNoReceiver;

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
constexpr std::string_view kHexPrefix = "0x";

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kTokenMarks.find(c) != std::string_view::npos;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

absl::Status bad_target(std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("check_target: the target ", absl::string_view(why.data(), why.size())));
}

}  // namespace

namespace btauth {

bool is_method(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool has_control_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    constexpr char kDelete = 0x7f;
    return (c >= 0 && c < ' ') || c == kDelete;
  });
}

std::optional<std::string_view> Lines::next() {
  if (over_) return std::nullopt;
  const std::size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  over_ = end == std::string_view::npos;
  if (!over_) rest_.remove_prefix(end + 1);
  return line;
}

void append_hex(std::string& out, ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
}

}  // namespace btauth

std::vector<HeaderView> views_of(std::span<const Header> headers) {
  std::vector<HeaderView> out;
  out.reserve(headers.size());
  for (const Header& h : headers) out.push_back({h.name, h.value});
  return out;
}

std::string build_payload(const RequestPayload& payload) {
  std::string out;
  constexpr std::size_t kRest = 128;  // version, scheme, digest, nonce
  out.reserve(kRest + payload.method.size() + payload.target.size() + payload.sender.size() +
              payload.receiver.size());
  const auto line = [&](std::string_view text) { out.append("\n").append(text); };
  out.append(kFirstLine);
  line(scheme_name(payload.scheme));
  line(payload.method);
  for (std::size_t i = out.size() - payload.method.size(); i < out.size(); ++i) {
    if (is_lower(out[i])) out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
  line(payload.target);
  line("");
  btauth::append_hex(out, payload.body_sha256);
  line(std::to_string(payload.nonce));
  line(payload.sender);
  line(payload.receiver.empty() ? kNoReceiver : payload.receiver);
  return out;
}

std::optional<RequestPayload> read_payload(std::string_view text) {
  btauth::Lines lines(text);
  if (lines.next() != kFirstLine) return std::nullopt;
  RequestPayload out;
  const auto scheme = scheme_of_name(lines.next().value_or(""));
  out.method = lines.next().value_or("");
  out.target = lines.next().value_or("");
  const auto digest = btauth::read_digest(lines.next().value_or(""));
  const auto nonce = read_decimal(lines.next().value_or(""));
  out.sender = lines.next().value_or("");
  out.receiver = lines.next().value_or("");
  if (!scheme || !digest || !nonce || lines.next()) return std::nullopt;
  if (!btauth::is_method(out.method) ||
      std::any_of(out.method.begin(), out.method.end(), is_lower)) {
    return std::nullopt;
  }
  if (out.target.empty() || btauth::has_control_bytes(out.target)) return std::nullopt;
  if (!ss58_decode_account(out.sender).ok()) return std::nullopt;
  if (out.receiver == kNoReceiver) {
    out.receiver = {};
  } else if (!ss58_decode_account(out.receiver).ok()) {
    return std::nullopt;
  }
  out.scheme = *scheme;
  out.body_sha256 = *digest;
  out.nonce = *nonce;
  return out;
}

std::vector<Header> request_headers(const RequestPayload& payload, const Signature& signature) {
  std::vector<Header> out;
  const auto add = [&](std::string_view name, std::string value) {
    out.push_back({std::string(name), std::move(value)});
  };
  add(kVersionHeader, std::string(btauth::kVersion));
  add(kHotkeyHeader, std::string(payload.sender));
  add(kNonceHeader, std::to_string(payload.nonce));
  add(kSignatureHeader, signature_text(signature));
  if (payload.scheme != Scheme::kSr25519) {
    add(kCryptoHeader, std::string(scheme_name(payload.scheme)));
  }
  if (!payload.receiver.empty()) add(kReceiverHeader, std::string(payload.receiver));
  return out;
}

absl::Status check_method(std::string_view method) {
  if (btauth::is_method(method)) return absl::OkStatus();
  return absl::InvalidArgumentError("check_method: the method must be a token such as GET or POST");
}

absl::Status check_target(std::string_view target) {
  if (target.empty()) return bad_target("is empty; the root is \"/\"");
  for (const char c : target) {
    if (c <= ' ' || c > '~') return bad_target("has a byte that must be percent-encoded");
    if (c == '#') return bad_target("has a fragment, which is never sent");
  }
  if (target.starts_with("//")) return bad_target("begins with \"//\", which some servers merge");
  if (target.find('?') == target.size() - 1) {
    return bad_target("ends with a bare \"?\", which some servers drop: leave it out");
  }
  const bool absolute = target.starts_with("http://") || target.starts_with("https://");
  if (target.front() != '/' && target != "*" && !absolute) {
    return bad_target("must begin with \"/\" (or be \"*\", or a whole URL for a proxy)");
  }
  return absl::OkStatus();
}

std::string signature_text(const Signature& signature) {
  std::string out(kHexPrefix);
  btauth::append_hex(out, signature);
  return out;
}

std::optional<Signature> read_signature(std::string_view text) {
  if (text.starts_with(kHexPrefix)) text.remove_prefix(kHexPrefix.size());
  return array_from_hex<sizeof(Signature)>(text);
}

std::optional<std::uint64_t> read_decimal(std::string_view text) {
  if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool same_header(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::uint64_t unix_time_ns() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count());
}

}  // namespace yuma
