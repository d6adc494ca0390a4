// SPDX-License-Identifier: MIT
#pragma once

// sr25519: the signatures and derivations of schnorrkel, on ristretto255 with Merlin transcripts.
// What touches a secret runs on libsodium in constant time; verification touches public data only
// and runs on the curve of this library.

#include <optional>

#include "curve/schnorr.hpp"
#include "sodium.hpp"
#include "yuma/identity/keys.hpp"

namespace yuma::sr25519 {

/// A scalar below the group order and the secret half of signing nonces, 32 bytes each.
inline constexpr std::size_t kSecretSize = 64;

/// The secret key of a mini secret, the ed25519 way.
Secret expand(ByteView mini_secret);

/// Whether 64 bytes are a secret key: the scalar is below the group order and not zero.
bool is_secret_key(ByteView secret);

Bytes32 public_key_of(ByteView secret);

/// Whether 32 bytes encode a point that may be a key; the identity may not.
bool is_public_key(const Bytes32& bytes);

Signature sign(ByteView secret, const Bytes32& public_key, ByteView message);

/// The equation that a signature stands for; none without the marker bit.
std::optional<curve::SchnorrEquation> equation_of(const Bytes32& public_key, ByteView message,
                                                  const Signature& signature);

/// The secret of the child key. The nonce half of a soft child is random.
Secret derive_hard(ByteView secret, const Bytes32& chain_code);
Secret derive_soft(ByteView secret, const Bytes32& public_key, const Bytes32& chain_code);

}  // namespace yuma::sr25519
