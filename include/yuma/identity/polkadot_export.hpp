// SPDX-License-Identifier: MIT
#pragma once

// The JSON file in which polkadot-js and the mobile wallets export a key: version 3, sealed with
// scrypt and XSalsa20-Poly1305 around a PKCS8 structure. Read only, to import the key.

#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"

namespace yuma {

/// The key of an export. InvalidArgument for another file, another version or cipher, a scheme that
/// is neither sr25519 nor ed25519, scrypt parameters above n = 2^18, r = 8, p = 1, or an address
/// that is not the key's; Unauthenticated for a wrong password, which takes up to a second and
/// 256 MiB to find out (ResourceExhausted where they are not to be had).
absl::StatusOr<KeyPair> open_polkadot_export(std::string_view json, std::string_view password);

}  // namespace yuma
