// SPDX-License-Identifier: MIT
#pragma once

// Integers modulo p = 2^255 - 19, five limbs of 51 bits, products of 128 bits.
//
// This file and those that include it are compiled once for each instruction set. Whoever includes
// them defines YUMA_CURVE_KERNEL, the namespace that keeps the copies apart: were an inline
// function the same in two of them, the linker would keep one, and a processor might not know its
// instructions. For the same reason there is nothing of the standard library's templates here.
//
// Limbs may be larger than 51 bits. A product has limbs below 2^51 + 2^15 ("tight"). A sum adds the
// bounds of its terms; a difference has limbs below those of the minuend + 2^53, and its subtrahend
// must be tight or the sum of two tight ones. A product of factors whose limbs are below x and y
// needs x y <= 2^108, so that no 128-bit sum and none of the carries of 64 bits overflows. Nothing
// in point.hpp exceeds 2^107.2.

#include <cstdint>

#ifndef YUMA_CURVE_KERNEL
#error "define YUMA_CURVE_KERNEL, the namespace of this copy"
#endif

namespace yuma::curve::YUMA_CURVE_KERNEL {

__extension__ using Wide = unsigned __int128;

#define YUMA_CURVE_INLINE [[gnu::always_inline]] inline

struct Field {
  std::uint64_t limb[5];
};

inline constexpr std::uint64_t kLimbMask = (std::uint64_t{1} << 51) - 1;
inline constexpr Field kZero{{0, 0, 0, 0, 0}};
inline constexpr Field kOne{{1, 0, 0, 0, 0}};
/// -121665 / 121666, twice it, and a square root of -1.
inline constexpr Field kD{
    {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
inline constexpr Field kTwiceD{
    {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
inline constexpr Field kRootOfMinusOne{
    {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

inline Field operator+(const Field& a, const Field& b) {
  return {{a.limb[0] + b.limb[0], a.limb[1] + b.limb[1], a.limb[2] + b.limb[2],
           a.limb[3] + b.limb[3], a.limb[4] + b.limb[4]}};
}

/// a + 4 p - b, so that no limb is negative.
inline Field operator-(const Field& a, const Field& b) {
  constexpr std::uint64_t kLow = 4 * (kLimbMask - 18), kHigh = 4 * kLimbMask;
  return {{a.limb[0] + kLow - b.limb[0], a.limb[1] + kHigh - b.limb[1],
           a.limb[2] + kHigh - b.limb[2], a.limb[3] + kHigh - b.limb[3],
           a.limb[4] + kHigh - b.limb[4]}};
}

/// Brings limbs of up to 115 bits down to tight ones. All carry to their neighbour at once, twice:
/// a chain from limb to limb would be longer.
YUMA_CURVE_INLINE Field carried(Wide r0, Wide r1, Wide r2, Wide r3, Wide r4) {
  const auto low = [](Wide r) { return static_cast<std::uint64_t>(r) & kLimbMask; };
  const auto high = [](Wide r) { return static_cast<std::uint64_t>(r >> 51); };
  const std::uint64_t s0 = low(r0) + 19 * high(r4), s1 = low(r1) + high(r0),
                      s2 = low(r2) + high(r1), s3 = low(r3) + high(r2), s4 = low(r4) + high(r3);
  return {{(s0 & kLimbMask) + 19 * (s4 >> 51), (s1 & kLimbMask) + (s0 >> 51),
           (s2 & kLimbMask) + (s1 >> 51), (s3 & kLimbMask) + (s2 >> 51),
           (s4 & kLimbMask) + (s3 >> 51)}};
}

inline Wide wide_product(std::uint64_t a, std::uint64_t b) { return static_cast<Wide>(a) * b; }

YUMA_CURVE_INLINE Field operator*(const Field& a, const Field& b) {
  const std::uint64_t a0 = a.limb[0], a1 = a.limb[1], a2 = a.limb[2], a3 = a.limb[3],
                      a4 = a.limb[4];
  const std::uint64_t b0 = b.limb[0], b1 = b.limb[1], b2 = b.limb[2], b3 = b.limb[3],
                      b4 = b.limb[4];
  // 2^255 = 19: what lies beyond limb 4 comes back at the bottom.
  const std::uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
  const auto& m = wide_product;
  return carried(m(a0, b0) + m(a1, c4) + m(a2, c3) + m(a3, c2) + m(a4, c1),
                 m(a0, b1) + m(a1, b0) + m(a2, c4) + m(a3, c3) + m(a4, c2),
                 m(a0, b2) + m(a1, b1) + m(a2, b0) + m(a3, c4) + m(a4, c3),
                 m(a0, b3) + m(a1, b2) + m(a2, b1) + m(a3, b0) + m(a4, c4),
                 m(a0, b4) + m(a1, b3) + m(a2, b2) + m(a3, b1) + m(a4, b0));
}

YUMA_CURVE_INLINE Field square(const Field& a) {
  const std::uint64_t a0 = a.limb[0], a1 = a.limb[1], a2 = a.limb[2], a3 = a.limb[3],
                      a4 = a.limb[4];
  const std::uint64_t d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2;
  const std::uint64_t c3 = 19 * a3, c4 = 19 * a4, e4 = 2 * c4;
  const auto& m = wide_product;
  return carried(m(a0, a0) + m(a1, e4) + m(d2, c3), m(d0, a1) + m(a2, e4) + m(a3, c3),
                 m(d0, a2) + m(a1, a1) + m(a3, e4), m(d0, a3) + m(d1, a2) + m(a4, c4),
                 m(d0, a4) + m(d1, a3) + m(a2, a2));
}

/// The representative below p of a sum of up to four tight ones, or of a difference.
inline Field reduced(const Field& a) {
  Field r = carried(a.limb[0], a.limb[1], a.limb[2], a.limb[3], a.limb[4]);
  // r < 2 p: what a carry out of r + 19 says is whether r >= p.
  std::uint64_t carry = 19;
  for (const std::uint64_t limb : r.limb) carry = (limb + carry) >> 51;
  carry *= 19;
  for (std::uint64_t& limb : r.limb) {
    limb += carry;
    carry = limb >> 51;
    limb &= kLimbMask;
  }
  return r;
}

inline bool is_zero(const Field& a) {
  const Field r = reduced(a);
  return (r.limb[0] | r.limb[1] | r.limb[2] | r.limb[3] | r.limb[4]) == 0;
}
inline bool equal(const Field& a, const Field& b) { return is_zero(a - b); }
/// RFC 9496 calls odd representatives negative.
inline bool is_negative(const Field& a) { return reduced(a).limb[0] % 2 != 0; }

/// From 32 bytes, least significant first; false where they do not stand for a number below p.
inline bool read_field(const std::uint8_t* bytes, Field& out) {
  std::uint64_t word[4] = {0, 0, 0, 0};
  for (int i = 0; i < 32; ++i) word[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  out = {{word[0] & kLimbMask, (word[0] >> 51 | word[1] << 13) & kLimbMask,
          (word[1] >> 38 | word[2] << 26) & kLimbMask, (word[2] >> 25 | word[3] << 39) & kLimbMask,
          word[3] >> 12}};
  const bool all_ones = (out.limb[1] & out.limb[2] & out.limb[3]) == kLimbMask;
  return out.limb[4] < kLimbMask ||
         (out.limb[4] == kLimbMask && !(all_ones && out.limb[0] >= kLimbMask - 18));
}

inline Field squared_times(Field a, int times) {
  for (; times > 0; --times) a = square(a);
  return a;
}

/// Two at a time. A chain of squares waits for its own products, so that two chains in turn take
/// little more time than one.
template <class F>
struct Pair {
  F first, second;
};
template <class F>
Pair<F> operator*(const Pair<F>& a, const Pair<F>& b) {
  return {a.first * b.first, a.second * b.second};
}
template <class F>
Pair<F> squared_times(Pair<F> a, int times) {
  for (; times > 0; --times) {
    a.first = square(a.first);
    a.second = square(a.second);
  }
  return a;
}

/// x^((p - 5) / 8) = x^(2^252 - 3). x_n is x^(2^n - 1).
template <class T>
T power_252_3(const T& x) {
  const T x2 = squared_times(x, 1) * x;
  const T x4 = squared_times(x2, 2) * x2;
  const T x5 = squared_times(x4, 1) * x;
  const T x10 = squared_times(x5, 5) * x5;
  const T x20 = squared_times(x10, 10) * x10;
  const T x40 = squared_times(x20, 20) * x20;
  const T x50 = squared_times(x40, 10) * x10;
  const T x100 = squared_times(x50, 50) * x50;
  const T x200 = squared_times(x100, 100) * x100;
  const T x250 = squared_times(x200, 50) * x50;
  return squared_times(x250, 2) * x;
}

/// 1 / x; 0 for 0. p - 2 = 8 (2^252 - 3) + 3.
inline Field inverse(const Field& x) { return squared_times(power_252_3(x), 3) * square(x) * x; }

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
