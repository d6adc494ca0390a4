// SPDX-License-Identifier: MIT
#pragma once

// Fixed-point numbers as the chain computes with them. A Fixed<Rep, Frac> holds `bits`, a signed
// two's complement integer, and stands for the value bits / 2^Frac. There are no arithmetic
// operators: every operation is a function whose name says how it rounds (floor: toward minus
// infinity; trunc: toward zero) and what it does when the result does not fit (saturating: the
// nearest representable value; wrapping: modulo 2^width; safe: zero; checked: no value). These
// choices decide what a subnet pays out, so none of them may hide in an operator.
//
// All results are exact up to the stated rounding. Nothing here throws or allocates.

#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

#include "yuma/fixed/assumptions.hpp"
#include "yuma/fixed/wide.hpp"

namespace yuma {

namespace fixed_internal {

/// What the operations need to know of a representation. `Wide` holds any product and any dividend
/// a * 2^Frac exactly; void where no built-in type does, then 256-bit arithmetic takes over.
template <class Rep>
struct RepTraits;
template <>
struct RepTraits<std::int8_t> {
  using Unsigned = std::uint8_t;
  using Wide = std::int32_t;
};
template <>
struct RepTraits<std::int64_t> {
  using Unsigned = std::uint64_t;
  using Wide = int128;
};
template <>
struct RepTraits<int128> {
  using Unsigned = uint128;
  using Wide = void;
};

template <class Rep>
inline constexpr int kBits = static_cast<int>(sizeof(Rep) * CHAR_BIT);
template <class Rep>
inline constexpr Rep kMin = static_cast<Rep>(static_cast<typename RepTraits<Rep>::Unsigned>(1)
                                             << (kBits<Rep> - 1));
template <class Rep>
inline constexpr Rep kMax = static_cast<Rep>(~kMin<Rep>);

/// |v|, also where -v does not fit.
template <class Rep>
constexpr typename RepTraits<Rep>::Unsigned magnitude(Rep v) {
  using Unsigned = typename RepTraits<Rep>::Unsigned;
  const auto u = static_cast<Unsigned>(v);
  return v < 0 ? static_cast<Unsigned>(0 - u) : u;
}

/// A result before it is brought back into Rep: its value where it fits, else which way it is out.
template <class Rep>
struct Ranged {
  Rep value = 0;
  int overflow = 0;  // -1 below the range, +1 above it
};

template <class Rep, class Wide>
constexpr Ranged<Rep> in_range(Wide v) {
  if (v < static_cast<Wide>(kMin<Rep>)) return {0, -1};
  if (v > static_cast<Wide>(kMax<Rep>)) return {0, +1};
  return {static_cast<Rep>(v), 0};
}

/// The number with this sign and magnitude.
constexpr Ranged<int128> in_range(bool negative, U256 m) {
  const uint128 limit = magnitude(kMin<int128>) - (negative ? 0 : 1);
  if (m.hi != 0 || m.lo > limit) return {0, negative ? -1 : +1};
  return {static_cast<int128>(negative ? 0 - m.lo : m.lo), 0};
}

/// floor(a * b / 2^frac).
template <class Rep>
constexpr Ranged<Rep> mul_floor(Rep a, Rep b, int frac) {
  using Wide = typename RepTraits<Rep>::Wide;
  if constexpr (std::same_as<Wide, void>) {
    const bool negative = (a < 0) != (b < 0);
    const U256 product = multiply_full(magnitude(a), magnitude(b));
    U256 m = shift_right(product, frac);
    const uint128 cut_off = (static_cast<uint128>(1) << frac) - 1;
    if (negative && (product.lo & cut_off) != 0) {  // toward minus infinity: away from zero
      m.lo += 1;
      if (m.lo == 0) m.hi += 1;
    }
    return in_range(negative, m);
  } else {
    return in_range<Rep>(static_cast<Wide>(static_cast<Wide>(a) * static_cast<Wide>(b)) >> frac);
  }
}

/// trunc(a * 2^frac / b), b != 0.
template <class Rep>
constexpr Ranged<Rep> div_trunc(Rep a, Rep b, int frac) {
  using Wide = typename RepTraits<Rep>::Wide;
  if constexpr (std::same_as<Wide, void>) {
    return in_range((a < 0) != (b < 0), divide(shift_left_full(magnitude(a), frac), magnitude(b)));
  } else {
    const auto dividend = static_cast<Wide>(a) * (static_cast<Wide>(1) << frac);
    return in_range<Rep>(dividend / static_cast<Wide>(b));
  }
}

template <class Rep>
constexpr Rep saturate(Ranged<Rep> r) {
  return r.overflow == 0 ? r.value : r.overflow < 0 ? kMin<Rep> : kMax<Rep>;
}

}  // namespace fixed_internal

/// The value bits / 2^Frac. Comparisons are those of the bits. There is room for the value 1.
template <class Rep, int Frac>
requires(Frac > 0 && Frac < fixed_internal::kBits<Rep> - 1) struct Fixed {
  using Representation = Rep;
  static constexpr int kFracBits = Frac;

  Rep bits = 0;

  static constexpr Fixed from_bits(Rep b) { return {b}; }
  static constexpr Fixed zero() { return {0}; }
  static constexpr Fixed one() { return {static_cast<Rep>(static_cast<Rep>(1) << Frac)}; }
  static constexpr Fixed max() { return {fixed_internal::kMax<Rep>}; }
  static constexpr Fixed min() { return {fixed_internal::kMin<Rep>}; }

  friend constexpr bool operator==(const Fixed&, const Fixed&) = default;
  friend constexpr auto operator<=>(const Fixed&, const Fixed&) = default;  // NOLINT(*-nullptr)
};

using I32F32 = Fixed<std::int64_t, 32>;  ///< consensus shares
using I64F64 = Fixed<int128, 64>;        ///< stake weights, in rao
using I96F32 = Fixed<int128, 32>;        ///< shares of an emission, in rao

/// a + b, clamped.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> saturating_add(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  Rep sum = 0;
  if (!__builtin_add_overflow(a.bits, b.bits, &sum)) return {sum};
  return b.bits < 0 ? Fixed<Rep, Frac>::min() : Fixed<Rep, Frac>::max();
}

/// a - b, clamped.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> saturating_sub(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  Rep difference = 0;
  if (!__builtin_sub_overflow(a.bits, b.bits, &difference)) return {difference};
  return b.bits < 0 ? Fixed<Rep, Frac>::max() : Fixed<Rep, Frac>::min();
}

/// a + b modulo 2^width.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> wrapping_add(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  using Unsigned = typename fixed_internal::RepTraits<Rep>::Unsigned;
  return {static_cast<Rep>(
      static_cast<Unsigned>(static_cast<Unsigned>(a.bits) + static_cast<Unsigned>(b.bits)))};
}

/// The sum of all values modulo 2^width; zero of none. The chain sums vectors this way: its library
/// adds plain integers, and the production build does not check them.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> wrapping_sum(std::span<const Fixed<Rep, Frac>> values) {
  Fixed<Rep, Frac> sum;
  for (const auto v : values) sum = wrapping_add(sum, v);
  return sum;
}

/// floor(a * b), clamped. Note that -1 ulp times one half is -1 ulp, not 0.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> saturating_mul_floor(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  return {fixed_internal::saturate(fixed_internal::mul_floor(a.bits, b.bits, Frac))};
}

/// floor(a * b), or nothing where that does not fit.
template <class Rep, int Frac>
constexpr std::optional<Fixed<Rep, Frac>> checked_mul_floor(Fixed<Rep, Frac> a,
                                                            Fixed<Rep, Frac> b) {
  const auto r = fixed_internal::mul_floor(a.bits, b.bits, Frac);
  if (r.overflow != 0) return std::nullopt;
  return Fixed<Rep, Frac>{r.value};
}

/// trunc(a / b); zero where b is zero and, unlike saturation, also where the quotient does not fit.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> safe_div_trunc(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  if (b.bits == 0) return {};
  return {fixed_internal::div_trunc(a.bits, b.bits, Frac).value};
}

/// trunc(a / b), clamped. Precondition: b is not zero.
template <class Rep, int Frac>
constexpr Fixed<Rep, Frac> saturating_div_trunc(Fixed<Rep, Frac> a, Fixed<Rep, Frac> b) {
  return {fixed_internal::saturate(fixed_internal::div_trunc(a.bits, b.bits, Frac))};
}

/// The integer v as a fixed-point number, clamped. Int: 16 to 64 bits, any sign.
template <class F, std::integral Int>
requires(sizeof(Int) <= sizeof(std::int64_t)) constexpr F saturating_from_int(Int v) {
  using Rep = typename F::Representation;
  const auto whole = static_cast<int128>(v);
  if (whole > static_cast<int128>(F::max().bits >> F::kFracBits)) return F::max();
  if (whole < static_cast<int128>(F::min().bits >> F::kFracBits)) return F::min();
  return {static_cast<Rep>(static_cast<Rep>(v) * (static_cast<Rep>(1) << F::kFracBits))};
}

/// The integer v as a fixed-point number modulo 2^width: what the chain's plain conversion does in
/// a build without overflow checks.
template <class F, std::integral Int>
constexpr F wrapping_from_int(Int v) {
  using Rep = typename F::Representation;
  using Unsigned = typename fixed_internal::RepTraits<Rep>::Unsigned;
  return {static_cast<Rep>(static_cast<Unsigned>(static_cast<Unsigned>(v) << F::kFracBits))};
}

/// floor(x), clamped to the range of the unsigned Int: negative values give 0.
template <std::unsigned_integral Int, class Rep, int Frac>
constexpr Int saturating_floor(Fixed<Rep, Frac> x) {
  const Rep whole = static_cast<Rep>(x.bits >> Frac);
  if (whole < 0) return 0;
  using Unsigned = typename fixed_internal::RepTraits<Rep>::Unsigned;
  constexpr auto kLargest = static_cast<Int>(~Int{0});
  const auto positive = static_cast<Unsigned>(whole);
  return positive > static_cast<uint128>(kLargest) ? kLargest : static_cast<Int>(positive);
}

/// The same value with other integer and fraction bits: fraction bits that are lost are floored,
/// a value out of range is clamped.
template <class To, class Rep, int Frac>
constexpr To saturating_convert(Fixed<Rep, Frac> x) {
  using ToRep = typename To::Representation;
  static_assert(To::kFracBits <= Frac, "only conversions that keep or drop fraction bits are used");
  const auto shifted = static_cast<int128>(x.bits) >> (Frac - To::kFracBits);
  return {fixed_internal::saturate(fixed_internal::in_range<ToRep>(shifted))};
}

}  // namespace yuma
