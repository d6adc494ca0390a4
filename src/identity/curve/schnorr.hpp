// SPDX-License-Identifier: MIT
#pragma once

// The verification equation of sr25519, s B = R + k A on ristretto255, from encodings. Everything
// here is public, so it takes variable time.

#include <span>

#include "yuma/identity/bytes.hpp"

namespace yuma::curve {

/// One equation, as a stranger sent it (the marker bit of s already cleared).
struct SchnorrEquation {
  Bytes32 public_key;   ///< A
  Bytes32 nonce_point;  ///< R
  Bytes32 response;     ///< s
  Bytes32 challenge;    ///< k
};

/// Whether the equation holds. False where A or R is no canonical encoding of a point, where A is
/// the identity, and where s or k is not below the group order. From any thread.
bool holds(const SchnorrEquation& equation);

/// Whether all of them hold; a false answer does not say which. Takes less time than one after the
/// other, and memory for 128 of them. A random combination of the equations is checked, with
/// weights of 128 bits from the system's generator, so that errors cannot be made to cancel.
bool all_hold(std::span<const SchnorrEquation> equations);

}  // namespace yuma::curve
