// SPDX-License-Identifier: MIT
#pragma once

// Just enough 256-bit arithmetic for products and quotients of 128-bit fixed-point numbers. Plain
// rather than fast: an epoch needs one such quotient per uid.

#include <bit>
#include <cstdint>

#include "yuma/fixed/assumptions.hpp"

namespace yuma {

/// An unsigned 256-bit integer, hi * 2^128 + lo.
struct U256 {
  uint128 hi = 0;
  uint128 lo = 0;

  friend constexpr bool operator==(const U256&, const U256&) = default;
};

/// The number of bits needed to write v: 0 for 0, 128 for values from 2^127 on.
constexpr int bit_width(uint128 v) {
  const auto high = static_cast<std::uint64_t>(v >> 64);
  return high != 0 ? 128 - std::countl_zero(high)
                   : 64 - std::countl_zero(static_cast<std::uint64_t>(v));
}

constexpr int bit_width(U256 v) { return v.hi != 0 ? 128 + bit_width(v.hi) : bit_width(v.lo); }

/// a * b, exact.
constexpr U256 multiply_full(uint128 a, uint128 b) {
  constexpr uint128 kLow = ~std::uint64_t{0};
  const uint128 a0 = a & kLow, a1 = a >> 64, b0 = b & kLow, b1 = b >> 64;
  const uint128 low = a0 * b0;
  const uint128 cross = a1 * b0 + (low >> 64);  // at most (2^64 - 1)^2 + 2^64 - 1: no carry is lost
  const uint128 cross2 = a0 * b1 + (cross & kLow);
  return {a1 * b1 + (cross >> 64) + (cross2 >> 64), (cross2 << 64) | (low & kLow)};
}

/// v * 2^shift, exact, for 0 <= shift < 128.
constexpr U256 shift_left_full(uint128 v, int shift) {
  return shift == 0 ? U256{0, v} : U256{v >> (128 - shift), v << shift};
}

/// floor(v / 2^shift) for 0 <= shift < 128.
constexpr U256 shift_right(U256 v, int shift) {
  return shift == 0 ? v : U256{v.hi >> shift, (v.lo >> shift) | (v.hi << (128 - shift))};
}

/// floor(numerator / divisor) for 0 < divisor <= 2^127, bit by bit from the top.
constexpr U256 divide(U256 numerator, uint128 divisor) {
  if (numerator.hi == 0) return {0, numerator.lo / divisor};
  U256 quotient;
  uint128 remainder = 0;  // below the divisor, hence below 2^127: doubling it loses no bit
  for (int bit = bit_width(numerator) - 1; bit >= 0; --bit) {
    const uint128 next =
        (bit >= 128 ? numerator.hi >> (bit - 128) : numerator.lo >> bit) & uint128{1};
    remainder = (remainder << 1) | next;
    if (remainder < divisor) continue;
    remainder -= divisor;
    (bit >= 128 ? quotient.hi : quotient.lo) |= uint128{1} << (bit % 128);
  }
  return quotient;
}

}  // namespace yuma
