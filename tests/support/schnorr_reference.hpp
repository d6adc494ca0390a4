// SPDX-License-Identifier: MIT
#pragma once

// The equation of curve/schnorr.hpp by libsodium's constant-time functions: slow, but somebody
// else's.

#include <sodium.h>

#include <algorithm>

#include "curve/schnorr.hpp"

namespace yuma::test {

/// Whether a scalar is below the group order.
inline bool is_reduced(const Bytes32& scalar) {
  Bytes32 reduced;
  Bytes64 wide{};
  std::copy(scalar.begin(), scalar.end(), wide.begin());
  crypto_core_ristretto255_scalar_reduce(reduced.data(), wide.data());
  return reduced == scalar;
}

/// Whether 32 bytes are a canonical encoding. libsodium 1.0.18 overlooks bit 255, which has to be
/// zero (RFC 9496, 4.3.1).
inline bool is_point(const Bytes32& encoding) {
  return encoding[31] < 0x80 && crypto_core_ristretto255_is_valid_point(encoding.data()) == 1;
}

/// What curve::holds() has to answer.
inline bool reference_holds(const curve::SchnorrEquation& e) {
  if (!is_reduced(e.response) || !is_reduced(e.challenge)) return false;
  if (!is_point(e.public_key)) return false;
  if (sodium_is_zero(e.public_key.data(), 32) != 0) return false;
  // A multiplication fails where the product is the identity, whose encoding is zeros.
  Bytes32 of_base{}, of_key{}, nonce_point;
  if (crypto_scalarmult_ristretto255_base(of_base.data(), e.response.data()) != 0) of_base = {};
  if (crypto_scalarmult_ristretto255(of_key.data(), e.challenge.data(), e.public_key.data()) != 0) {
    of_key = {};
  }
  return crypto_core_ristretto255_sub(nonce_point.data(), of_base.data(), of_key.data()) == 0 &&
         nonce_point == e.nonce_point;
}

}  // namespace yuma::test
