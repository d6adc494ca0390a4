// SPDX-License-Identifier: MIT
#pragma once

// The arithmetic of the chain, as a policy that the stages are written over. Integers only; each
// operation names its rounding. See real.hpp for its real-valued counterpart and arithmetic.hpp for
// what the stages ask of a policy.

#include <cstdint>
#include <span>
#include <vector>

#include "yuma/fixed/exp.hpp"
#include "yuma/fixed/fixed.hpp"
#include "yuma/fixed/proportion.hpp"

namespace yuma {

struct Exact {
  /// Shares, weights, bonds, rates.
  using Value = I32F32;

  static constexpr Value zero() { return Value::zero(); }
  static constexpr Value one() { return Value::one(); }
  static constexpr Value one_half() { return {Value::one().bits / 2}; }

  /// A stored u16 as the number it is: 0 .. 65535.
  static constexpr Value from_u16(std::uint16_t v) { return saturating_from_int<Value>(v); }
  /// A stored u16 as a proportion: floor(v / 65535).
  static constexpr Value from_proportion(std::uint16_t v) { return proportion(v); }

  static constexpr Value saturating_add(Value a, Value b) { return yuma::saturating_add(a, b); }
  static constexpr Value saturating_sub(Value a, Value b) { return yuma::saturating_sub(a, b); }
  static constexpr Value wrapping_add(Value a, Value b) { return yuma::wrapping_add(a, b); }
  static constexpr Value mul_floor(Value a, Value b) { return saturating_mul_floor(a, b); }
  /// floor(a * b); zero, not the limit, where it does not fit.
  static constexpr Value mul_floor_or_zero(Value a, Value b) {
    return checked_mul_floor(a, b).value_or(zero());
  }
  /// trunc(a / b); zero where b is zero or the quotient does not fit.
  static constexpr Value safe_div(Value a, Value b) { return safe_div_trunc(a, b); }
  /// Left to right, modulo 2^64.
  static constexpr Value wrapping_sum(std::span<const Value> values) {
    return yuma::wrapping_sum(values);
  }

  /// 1 / (1 + e^(-slope * d)) with the chain's e^x, for minus_slope = sigmoid_slope(steepness).
  static constexpr Value sigmoid(Value minus_slope, Value d) {
    const Value e = exp_safe(mul_floor(minus_slope, saturating_sub(d, one_half())));
    return saturating_div_trunc(one(), saturating_add(one(), e));
  }
  /// trunc(-steepness / 100).
  static constexpr Value sigmoid_slope(std::int16_t steepness) {
    return saturating_div_trunc(saturating_from_int<Value>(steepness),
                                saturating_from_int<Value>(-100));
  }

  /// 1 - floor(trunc(millionths / 10^6)): the share of new bonds in their moving average. Negative
  /// above a million. The chain converts the integer in two ways that differ from 2^63 on: clamped
  /// for Yuma2, modulo 2^64 for Yuma3.
  static constexpr Value bonds_rate(std::uint64_t millionths, bool yuma3) {
    const I64F64 kept =
        yuma3 ? wrapping_from_int<I64F64>(millionths) : saturating_from_int<I64F64>(millionths);
    return saturating_sub(one(), saturating_convert<Value>(
                                     safe_div_trunc(kept, saturating_from_int<I64F64>(1'000'000))));
  }

  /// Is this stake below `min_stake` rao?
  static constexpr bool stake_below(I64F64 stake, std::uint64_t min_stake) {
    return saturating_floor<std::uint64_t>(stake) < min_stake;
  }
  /// Each stake divided by the sum of all (modulo 2^128; a sum of zero leaves them as they are),
  /// then floored to I32F32: less than 2^-32 of the total becomes zero.
  static std::vector<Value> normalise_stake(std::span<const I64F64> stake) {
    const I64F64 total = yuma::wrapping_sum(stake);
    std::vector<Value> shares;
    shares.reserve(stake.size());
    for (const I64F64 s : stake) {
      shares.push_back(
          saturating_convert<Value>(total == I64F64::zero() ? s : safe_div_trunc(s, total)));
    }
    return shares;
  }

  /// floor(v * 65535), clamped.
  static constexpr std::uint16_t to_proportion(Value v) { return to_u16_proportion(v); }
  /// floor(v * amount), clamped.
  static constexpr std::uint64_t share_of(Value v, std::uint64_t amount) {
    return yuma::share_of(v, amount);
  }
};

}  // namespace yuma
