// SPDX-License-Identifier: MIT
#pragma once

// Integers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of ristretto255, in
// variable time: public data only.

#include <cstdint>

#include "yuma/identity/bytes.hpp"

namespace yuma::curve {

/// 256 bits, least significant word first.
struct Scalar {
  std::uint64_t word[4];

  friend bool operator==(const Scalar&, const Scalar&) = default;
};

inline constexpr Scalar kOrder{{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000}};

/// From 32 bytes, least significant first. Not reduced.
Scalar read_scalar(const Bytes32& bytes);

bool is_below(const Scalar& a, const Scalar& b);
bool is_zero(const Scalar& a);

/// a + b mod L; both below L.
Scalar add(const Scalar& a, const Scalar& b);
/// a b mod L, for a below 2^128 and b below L.
Scalar multiply(const Scalar& a, const Scalar& b);

/// A challenge k as a quotient of numbers of half its size.
struct HalfSize {
  Scalar u, v;      ///< u < 2^127, 0 < v < 2^127
  bool v_negative;  ///< u = v k mod L, or -v k
};

/// Of k below L. Euclid's algorithm on L and k, stopped half way.
HalfSize half_size(const Scalar& k);

}  // namespace yuma::curve
