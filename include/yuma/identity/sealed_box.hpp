// SPDX-License-Identifier: MIT
#pragma once

// Boxes that anyone can close for an ed25519 key and only its owner can open: libsodium's sealed
// box (X25519, XSalsa20-Poly1305) to the key's counterpart on Curve25519, as the official SDK makes
// them. Who closed one cannot be told.

#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"

namespace yuma {

/// 48 bytes longer than `plain`. InvalidArgument for an sr25519 key, which has no such counterpart,
/// and for bytes that check_public_key() refuses or that are outside the group of prime order.
absl::StatusOr<Bytes> seal_box(const PublicKey& to, ByteView plain);

/// What was closed for `key`. InvalidArgument for an sr25519 key; for a box that is damaged, too
/// short or for another key, which look alike.
absl::StatusOr<Secret> open_box(const KeyPair& key, ByteView box);

}  // namespace yuma
