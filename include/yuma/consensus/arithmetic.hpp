// SPDX-License-Identifier: MIT
#pragma once

// What the stages ask of an arithmetic. Each stage is written once, over a policy A: Exact computes
// the chain's bits, Real<double> the real-valued model. The names say what Exact does; for Real the
// word about rounding or overflow has no meaning.

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "yuma/consensus/sparse_rows.hpp"
#include "yuma/fixed/fixed.hpp"

namespace yuma {

template <class A>
concept Arithmetic = requires(typename A::Value v, std::span<const typename A::Value> vs,
                              std::span<const I64F64> stakes, std::uint16_t u16, std::int16_t i16,
                              std::uint64_t u64, bool flag) {
  { A::zero() } -> std::same_as<typename A::Value>;
  { A::one() } -> std::same_as<typename A::Value>;
  { A::from_u16(u16) } -> std::same_as<typename A::Value>;
  { A::from_proportion(u16) } -> std::same_as<typename A::Value>;
  { A::saturating_add(v, v) } -> std::same_as<typename A::Value>;
  { A::saturating_sub(v, v) } -> std::same_as<typename A::Value>;
  { A::wrapping_add(v, v) } -> std::same_as<typename A::Value>;
  { A::mul_floor(v, v) } -> std::same_as<typename A::Value>;
  { A::mul_floor_or_zero(v, v) } -> std::same_as<typename A::Value>;
  { A::safe_div(v, v) } -> std::same_as<typename A::Value>;
  { A::wrapping_sum(vs) } -> std::same_as<typename A::Value>;
  { A::sigmoid(v, v) } -> std::same_as<typename A::Value>;
  { A::sigmoid_slope(i16) } -> std::same_as<typename A::Value>;
  { A::bonds_rate(u64, flag) } -> std::same_as<typename A::Value>;
  { A::stake_below(I64F64{}, u64) } -> std::same_as<bool>;
  { A::normalise_stake(stakes) } -> std::same_as<std::vector<typename A::Value>>;
  { A::to_proportion(v) } -> std::same_as<std::uint16_t>;
  { A::share_of(v, u64) } -> std::same_as<std::uint64_t>;
};

/// One value a uid.
template <Arithmetic A>
using Vector = std::vector<typename A::Value>;

/// Sparse rows of values, a row a uid. Rows of weights hold uids below n only, as masked_weights()
/// leaves them: the stages index by them. Rows of bonds may hold others, which do not count.
template <Arithmetic A>
using Rows = SparseRows<typename A::Value>;

}  // namespace yuma
