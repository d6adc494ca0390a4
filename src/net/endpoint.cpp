// SPDX-License-Identifier: MIT

#include "yuma/net/endpoint.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "yuma/wire/btauth.hpp"

namespace yuma {

namespace {

absl::Status wrong(std::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("parse_endpoint: \"", absl::string_view(text.data(), text.size()), "\": ", why));
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

}  // namespace

absl::StatusOr<Endpoint> parse_endpoint(std::string_view text,
                                        std::optional<std::uint16_t> default_port, bool any_port) {
  Endpoint out;
  std::string_view host = text, port;
  bool has_port = false;
  const bool brackets = text.starts_with('[');
  if (brackets) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return wrong(text, "the bracket is not closed");
    host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    has_port = !rest.empty();
    if (has_port && rest.front() != ':') return wrong(text, "after the bracket comes \":port\"");
    if (has_port) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    if (text.find(':', colon + 1) != std::string_view::npos) {
      return wrong(text, "an IPv6 address stands in brackets: \"[::1]:8091\"");
    }
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return wrong(text, "there is no host");
  if (host.size() > kMaxHost) return wrong(text, "the host is too long");
  out.host = host;
  for (char& c : out.host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool good = std::all_of(out.host.begin(), out.host.end(), [&](char c) {
    return is_host_character(c) || (brackets && c == ':');
  });
  if (!good) return wrong(text, "the host has characters that no host has");
  if (!has_port) {
    if (!default_port) return wrong(text, "the port is missing: \"host:port\"");
    out.port = *default_port;
    return out;
  }
  const auto number = read_decimal(port);
  constexpr std::uint64_t kMaxPort = 65535;
  if (!number || *number > kMaxPort || (*number == 0 && !any_port)) {
    return wrong(text, "the port must be 1 to 65535");
  }
  out.port = static_cast<std::uint16_t>(*number);
  return out;
}

std::string endpoint_text(const Endpoint& endpoint) {
  if (endpoint.host.find(':') == std::string::npos) {
    return absl::StrCat(endpoint.host, ":", endpoint.port);
  }
  return absl::StrCat("[", endpoint.host, "]:", endpoint.port);
}

}  // namespace yuma
