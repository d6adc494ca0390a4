// SPDX-License-Identifier: MIT
#pragma once

// What each operation of yuma/fixed must give, from its definition over unbounded integers. The
// unit tests compare chosen and random operands with it, the fuzz target whatever it comes across.
//
// compare_*() call report(operation, expected, actual) once for each operation; an absent value
// stands for "none".

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "tests/support/big_integer.hpp"
#include "yuma/fixed/exp.hpp"
#include "yuma/fixed/fixed.hpp"
#include "yuma/fixed/proportion.hpp"

namespace yuma::oracle {

using MaybeInteger = std::optional<Integer>;

inline std::string text(const MaybeInteger& v) { return v ? v->text() : "none"; }

/// The range and scale of a fixed-point type, made without its own constants.
template <class F>
struct Range {
  static constexpr int kWidth = static_cast<int>(sizeof(typename F::Representation)) * 8;
  Integer scale = Integer::power_of_two(F::kFracBits);
  Integer modulus = Integer::power_of_two(kWidth);
  Integer min = -Integer::power_of_two(kWidth - 1);
  Integer max = Integer::power_of_two(kWidth - 1) - Integer(1);

  bool has(const Integer& v) const { return min <= v && v <= max; }
  Integer clamped(const Integer& v) const { return std::clamp(v, min, max); }
  Integer wrapped(const Integer& v) const {
    const Integer rest = v - floor_div(v, modulus) * modulus;
    return rest > max ? rest - modulus : rest;
  }
};

template <class F>
const Range<F>& range() {
  static const Range<F> kRange;
  return kRange;
}

inline Integer clamped_to_unsigned(const Integer& v, std::uint64_t max) {
  return std::clamp(v, Integer(0), Integer(max));
}

/// Operations on two numbers of one type.
template <class F, class Report>
void compare_binary(F a, F b, const Report& report) {
  const Range<F>& to = range<F>();
  const Integer x(a.bits), y(b.bits);
  const auto bits = [](F f) { return MaybeInteger(Integer(f.bits)); };

  report("saturating_add", to.clamped(x + y), bits(saturating_add(a, b)));
  report("saturating_sub", to.clamped(x - y), bits(saturating_sub(a, b)));
  report("wrapping_add", to.wrapped(x + y), bits(wrapping_add(a, b)));

  const Integer product = floor_div(x * y, to.scale);
  report("saturating_mul_floor", to.clamped(product), bits(saturating_mul_floor(a, b)));
  const auto checked = checked_mul_floor(a, b);
  report("checked_mul_floor", to.has(product) ? MaybeInteger(product) : MaybeInteger(),
         checked ? bits(*checked) : MaybeInteger());

  if (y.is_zero()) {
    report("safe_div_trunc", Integer(0), bits(safe_div_trunc(a, b)));
    return;
  }
  const Integer quotient = trunc_div(x * to.scale, y);
  report("safe_div_trunc", to.has(quotient) ? quotient : Integer(0), bits(safe_div_trunc(a, b)));
  report("saturating_div_trunc", to.clamped(quotient), bits(saturating_div_trunc(a, b)));
}

template <class To, class F, class Report>
void compare_conversion(const char* operation, F a, const Report& report) {
  static const Integer kDropped = Integer::power_of_two(F::kFracBits - To::kFracBits);
  report(operation, range<To>().clamped(floor_div(Integer(a.bits), kDropped)),
         MaybeInteger(Integer(saturating_convert<To>(a).bits)));
}

template <class Int, class F, class Report>
void compare_floor(const char* operation, F a, const Report& report) {
  const Integer whole = floor_div(Integer(a.bits), range<F>().scale);
  report(operation, clamped_to_unsigned(whole, std::numeric_limits<Int>::max()),
         MaybeInteger(Integer(saturating_floor<Int>(a))));
}

/// Operations on one number.
template <class F, class Report>
void compare_unary(F a, const Report& report) {
  compare_floor<std::uint8_t>("saturating_floor<u8>", a, report);
  compare_floor<std::uint16_t>("saturating_floor<u16>", a, report);
  compare_floor<std::uint32_t>("saturating_floor<u32>", a, report);
  compare_floor<std::uint64_t>("saturating_floor<u64>", a, report);
  compare_conversion<F>("saturating_convert to itself", a, report);
  if constexpr (F::kFracBits >= 32) compare_conversion<I32F32>("to I32F32", a, report);
  if constexpr (F::kFracBits >= 32) compare_conversion<I96F32>("to I96F32", a, report);
}

/// An integer as a fixed-point number.
template <class F, class Int, class Report>
void compare_from_int(Int v, const Report& report) {
  const Range<F>& to = range<F>();
  const Integer bits = Integer(v) * to.scale;
  report("saturating_from_int", to.clamped(bits),
         MaybeInteger(Integer(saturating_from_int<F>(v).bits)));
  report("wrapping_from_int", to.wrapped(bits),
         MaybeInteger(Integer(wrapping_from_int<F>(v).bits)));
}

/// The chain's e^x, from its text: x clamped to [-20, 20], then the series up to the 31st power.
inline Integer exp_safe(const Integer& x) {
  const Integer one = Integer::power_of_two(32);
  const Integer clamped = std::clamp(x, Integer(-20) * one, Integer(20) * one);
  if (clamped.is_zero()) return one;
  if (clamped == one) return Integer(11674931200);
  const Integer a = clamped.is_negative() ? -clamped : clamped;
  Integer sum = a + one, term = a;
  for (int i = 2; i <= 31; ++i) {
    term = trunc_div(floor_div(term * a, one), Integer(i));
    sum = sum + term;
  }
  return clamped.is_negative() ? trunc_div(one * one, sum) : sum;
}

template <class Report>
void compare_exp(I32F32 x, const Report& report) {
  report("exp_safe", exp_safe(Integer(x.bits)), MaybeInteger(Integer(yuma::exp_safe(x).bits)));
}

/// What is made of a share: the stored proportion, the part of an amount.
template <class Report>
void compare_share(I32F32 x, std::uint64_t amount, const Report& report) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  static const Integer kOne = Integer::power_of_two(32);
  const auto part_of = [&](Integer whole) { return floor_div(Integer(x.bits) * whole, kOne); };
  report("to_u16_proportion", clamped_to_unsigned(part_of(65535), 65535),
         MaybeInteger(Integer(to_u16_proportion(x))));
  report("share_of", clamped_to_unsigned(part_of(amount), kMax),
         MaybeInteger(Integer(share_of(x, amount))));
}

}  // namespace yuma::oracle
