// SPDX-License-Identifier: MIT
#pragma once

// Equations s B = R + k A, true ones and others, for the tests of the curve.

#include <sodium.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "curve/schnorr.hpp"
#include "tests/support/random.hpp"

namespace yuma::test {

/// How many random cases a test takes: YUMA_RANDOM_CASES, or 10,000.
inline std::size_t random_cases() {
  const char* const text = std::getenv("YUMA_RANDOM_CASES");
  return text == nullptr ? 10'000 : std::stoul(text);
}

inline Bytes32 random_bytes32(Random& random) {
  Bytes32 out;
  for (auto& b : out) b = static_cast<std::uint8_t>(random.next());
  return out;
}

/// A number of up to 64 bits, and 2^n, as scalars.
inline Bytes32 scalar_of(std::uint64_t value) {
  Bytes32 out{};
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}
inline Bytes32 power_of_two(std::size_t n) {
  Bytes32 out{};
  out[n / 8] = static_cast<std::uint8_t>(1U << (n % 8));
  return out;
}

/// Of a random number of bits, reduced.
inline Bytes32 random_scalar(Random& random) {
  Bytes64 wide{};
  const Bytes32 low = random_bytes32(random), high = random_bytes32(random);
  std::copy(low.begin(), low.end(), wide.begin());
  std::copy(high.begin(), high.end(), wide.begin() + 32);
  Bytes32 out;
  crypto_core_ristretto255_scalar_reduce(out.data(), wide.data());
  if (random.chance(70)) return out;
  const std::size_t bits = random.below(253);
  for (std::size_t i = bits; i < 256; ++i) out[i / 8] &= static_cast<std::uint8_t>(~(1U << i % 8));
  return out;
}

inline Bytes32 plus(const Bytes32& a, const Bytes32& b) {
  Bytes32 out;
  crypto_core_ristretto255_scalar_add(out.data(), a.data(), b.data());
  return out;
}
inline Bytes32 minus(const Bytes32& a, const Bytes32& b) {
  Bytes32 out;
  crypto_core_ristretto255_scalar_sub(out.data(), a.data(), b.data());
  return out;
}
inline Bytes32 times(const Bytes32& a, const Bytes32& b) {
  Bytes32 out;
  crypto_core_ristretto255_scalar_mul(out.data(), a.data(), b.data());
  return out;
}

/// The encoding of n B; zeros, which is the identity, for n = 0.
inline Bytes32 multiple_of_base(const Bytes32& n) {
  Bytes32 out;
  if (crypto_scalarmult_ristretto255_base(out.data(), n.data()) != 0) out = {};
  return out;
}

/// The true equation for A = a B, R = r B and k.
inline curve::SchnorrEquation equation(const Bytes32& a, const Bytes32& r, const Bytes32& k) {
  return {multiple_of_base(a), multiple_of_base(r), plus(r, times(k, a)), k};
}
/// The true equation for A = a B and k with a given s; R follows.
inline curve::SchnorrEquation equation_with_response(const Bytes32& a, const Bytes32& s,
                                                     const Bytes32& k) {
  return {multiple_of_base(a), multiple_of_base(minus(s, times(k, a))), s, k};
}
inline curve::SchnorrEquation random_equation(Random& random) {
  Bytes32 a = random_scalar(random);
  a[0] |= 1;  // not 0
  return equation(a, random_scalar(random), random_scalar(random));
}

inline void flip_bit(Bytes32& bytes, std::size_t bit) {
  bytes[bit / 8 % 32] ^= static_cast<std::uint8_t>(1U << bit % 8);
}
/// With one bit of one of its four parts changed.
inline curve::SchnorrEquation with_flipped_bit(curve::SchnorrEquation e, Random& random) {
  Bytes32* const parts[] = {&e.public_key, &e.nonce_point, &e.response, &e.challenge};
  flip_bit(*parts[random.below(4)], random.below(256));
  return e;
}

/// Adds a small number, which may be negative, to 256 bits.
inline Bytes32 shifted(Bytes32 bytes, int by) {
  int carry = by;
  for (auto& b : bytes) {
    carry += b;
    b = static_cast<std::uint8_t>(carry & 0xff);
    carry >>= 8;
  }
  return bytes;
}

/// p = 2^255 - 19 and the group order L, least significant byte first.
inline Bytes32 field_prime() { return shifted(power_of_two(255), -19); }
inline Bytes32 group_order() { return shifted(minus({}, scalar_of(1)), 1); }

/// Thirty-two bytes that are likely to be taken for a point by a decoder with a mistake.
inline Bytes32 hostile_encoding(Random& random) {
  const Bytes32 point = multiple_of_base(random_scalar(random));
  const int small = random.between(-40, 40);
  Bytes32 out = point;
  switch (random.below(9)) {
    case 0:
      return random_bytes32(random);
    case 1:  // around p, 2 p = 2^256 - 38, 2^255 and 0
      return shifted(random.chance(50) ? field_prime() : Bytes32{}, small);
    case 2:
      return shifted(power_of_two(255), small);
    case 3:  // the negative number: p - s
      for (std::size_t i = 0; i < 32; ++i) out[i] = static_cast<std::uint8_t>(~point[i]);
      out[31] &= 0x7f;
      return shifted(out, -18);
    case 4:  // bit 255, which is no part of the number
      flip_bit(out, 255);
      return out;
    case 5:
      flip_bit(out, random.below(256));
      return out;
    case 6:
      return shifted(point, small);
    case 7:  // even and below p: half of these are points
      out = random_bytes32(random);
      out[0] &= 0xfe;
      out[31] &= 0x7f;
      return out;
    default:
      return point;
  }
}

}  // namespace yuma::test
