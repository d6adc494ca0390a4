// SPDX-License-Identifier: MIT
#pragma once

// The real-valued model of the epoch, for research: the same stages without any rounding of the
// chain's. Never used to decide who is paid.
//
// How far it is from Exact for one epoch from the same state, with n uids, K validators with active
// stake and no sum of stakes within 1e-9 of the median's boundary, in units of 2^-32:
//   consensus        2
//   incentive_j      (K + 4) max(1, n incentive_j) / R
//   dividends        4 (n + K) / R
// R is the sum of ranks before they are normalised: where clipping leaves little of the weights,
// what the chain floors away weighs more. tests/consensus/real_test.cpp checks this, and says which
// extreme stakes and bonds it does not hold for.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "yuma/fixed/fixed.hpp"

namespace yuma {

/// T is a floating-point type.
template <class T>
struct Real {
  using Value = T;

  static constexpr Value zero() { return 0; }
  static constexpr Value one() { return 1; }

  static constexpr Value from_u16(std::uint16_t v) { return static_cast<T>(v); }
  static constexpr Value from_proportion(std::uint16_t v) { return static_cast<T>(v) / 65535; }

  static constexpr Value saturating_add(Value a, Value b) { return a + b; }
  static constexpr Value saturating_sub(Value a, Value b) { return a - b; }
  static constexpr Value wrapping_add(Value a, Value b) { return a + b; }
  static constexpr Value mul_floor(Value a, Value b) { return a * b; }
  static constexpr Value mul_floor_or_zero(Value a, Value b) { return a * b; }
  static constexpr Value safe_div(Value a, Value b) { return b == 0 ? 0 : a / b; }
  static Value wrapping_sum(std::span<const Value> values) { return as_array(values).sum(); }

  static Value sigmoid(Value minus_slope, Value d) {
    const T limit = 20;
    return 1 / (1 + std::exp(std::clamp(minus_slope * (d - T{0.5}), -limit, limit)));
  }
  static constexpr Value sigmoid_slope(std::int16_t steepness) {
    return static_cast<T>(steepness) / -100;
  }
  static constexpr Value bonds_rate(std::uint64_t millionths, bool /*yuma3*/) {
    return 1 - static_cast<T>(millionths) / 1'000'000;
  }

  static constexpr bool stake_below(I64F64 stake, std::uint64_t min_stake) {
    return saturating_floor<std::uint64_t>(stake) < min_stake;
  }
  static std::vector<Value> normalise_stake(std::span<const I64F64> stake) {
    std::vector<Value> shares;
    shares.reserve(stake.size());
    for (const I64F64 s : stake) shares.push_back(std::ldexp(static_cast<T>(s.bits), -64));
    const T total = wrapping_sum(shares);
    if (total != 0) Eigen::Map<Array>(shares.data(), size_of(shares)) /= total;
    return shares;
  }

  static std::uint16_t to_proportion(Value v) {
    const T u = std::floor(v * 65535);
    return u > 0 ? static_cast<std::uint16_t>(std::min<T>(u, 65535)) : std::uint16_t{0};
  }
  static std::uint64_t share_of(Value v, std::uint64_t amount) {
    const T part = std::floor(v * static_cast<T>(amount));
    if (!(part > 0)) return 0;
    return part >= std::ldexp(T{1}, 64) ? std::numeric_limits<std::uint64_t>::max()
                                        : static_cast<std::uint64_t>(part);
  }

 private:
  using Array = Eigen::Array<T, Eigen::Dynamic, 1>;
  static Eigen::Index size_of(std::span<const Value> v) {
    return static_cast<Eigen::Index>(v.size());
  }
  static Eigen::Map<const Array> as_array(std::span<const Value> v) {
    return {v.data(), size_of(v)};
  }
};

}  // namespace yuma
