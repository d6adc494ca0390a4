// SPDX-License-Identifier: MIT
#pragma once

// ed25519 (RFC 8032) by libsodium, with the hard derivation of Substrate. The secret is the seed.

#include "yuma/identity/keys.hpp"

namespace yuma::ed25519 {

inline constexpr std::size_t kSeedSize = 32;

Bytes32 public_key_of(ByteView seed);

/// Whether 32 bytes are the canonical encoding of a point whose order is not small. libsodium's
/// verification asks the same.
bool is_public_key(const Bytes32& bytes);

Signature sign(ByteView seed, const Bytes32& public_key, ByteView message);
bool verify(const Bytes32& public_key, ByteView message, const Signature& signature);

/// The seed of the child key.
Secret derive_hard(ByteView seed, const Bytes32& chain_code);

}  // namespace yuma::ed25519
