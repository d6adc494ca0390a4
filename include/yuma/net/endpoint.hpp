// SPDX-License-Identifier: MIT
#pragma once

// Endpoints (wire/objects.hpp: host and port) as people write them: "example.org:8091",
// "192.0.2.7:8091", "[2001:db8::7]:8091".

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "yuma/wire/objects.hpp"

namespace yuma {

/// Reads "host:port"; the port may be left out where `default_port` is given. IPv6 addresses stand
/// in brackets. The host becomes lower case. InvalidArgument, with what is wrong, for a host of
/// other characters than letters, digits, '.', '-' and (in brackets) ':', for one longer than
/// kMaxHost, and for ports that are not 1 to 65535; port 0 only where `any_port` is set, which
/// listeners take for "whichever is free".
absl::StatusOr<Endpoint> parse_endpoint(std::string_view text,
                                        std::optional<std::uint16_t> default_port = std::nullopt,
                                        bool any_port = false);

/// "host:port", what parse_endpoint() reads and what stands in a Host header.
std::string endpoint_text(const Endpoint& endpoint);

}  // namespace yuma
