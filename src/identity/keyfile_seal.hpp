// SPDX-License-Identifier: MIT
#pragma once

// The three ways in which key files are sealed, one function each to open them.

#include "absl/status/statusor.h"
#include "yuma/identity/secret.hpp"

namespace yuma {

inline constexpr std::string_view kNaclMark = "$NACL";
inline constexpr std::string_view kAnsibleMark = "$ANSIBLE_VAULT";
inline constexpr std::string_view kFernetMark = "gAAAAA";

/// All take a password that is not empty. InvalidArgument where the file cannot be one of its kind,
/// before any slow derivation; Unauthenticated where the password does not open it.
absl::StatusOr<Secret> unseal_nacl(ByteView contents, std::string_view password);
absl::StatusOr<Secret> unseal_ansible(std::string_view contents, std::string_view password);
absl::StatusOr<Secret> unseal_fernet(std::string_view contents, std::string_view password);

}  // namespace yuma
