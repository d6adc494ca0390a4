// SPDX-License-Identifier: MIT
#pragma once

// Secret URIs of Substrate, "phrase//hard/soft///password", taken apart.

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"

namespace yuma {

/// Views into the URI, which is a secret as a whole.
struct SecretUri {
  std::string_view phrase;  ///< letters, digits and blanks; may be empty
  std::vector<Junction> path;
  std::string_view password;  ///< empty where there is none
};

/// InvalidArgument for other characters in the phrase, a junction without text, and a line break in
/// the password. The error names none of them.
absl::StatusOr<SecretUri> parse_secret_uri(std::string_view uri);

/// The phrase that an empty one stands for. Everybody has its keys.
inline constexpr std::string_view kDevelopmentPhrase =
    "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

}  // namespace yuma
