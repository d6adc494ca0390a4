// SPDX-License-Identifier: MIT
#pragma once

// Steps 10 and 12 of the epoch: bonds, a validator's share in a miner's success. They follow the
// validator's weights as a moving average, so that those who recognise a miner early own more of
// it.
//
// Yuma2 keeps them per miner as shares that add up to one; Yuma3 as proportions of their own. This
// file holds what both need; liquid_alpha.hpp the averages whose rate differs for each pair.

#include <cstddef>
#include <cstdint>
#include <limits>

#include "yuma/consensus/arithmetic.hpp"

namespace yuma {

namespace consensus_internal {

/// Overwrites a dense row with the entries of `row`; of duplicates the last counts, and uids beyond
/// the dense row do not.
template <class Value>
void scatter_last(SparseRow<Value> row, std::vector<Value>& dense) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row.uids[k] < dense.size()) dense[row.uids[k]] = row.values[k];
  }
}

}  // namespace consensus_internal

/// The weights that bonds follow: w + p (clipped - w), p = bonds_penalty / 65535. For p = 0 the
/// weights and for p = 1 the clipped weights as they are; between them rows are dense first, so
/// that zeros vanish and entries come in the order of uids.
template <Arithmetic A>
Rows<A> weights_for_bonds(const Rows<A>& weights, const Rows<A>& clipped,
                          std::uint16_t bonds_penalty) {
  if (bonds_penalty == 0) return weights;
  if (bonds_penalty == std::numeric_limits<std::uint16_t>::max()) return clipped;
  const auto p = A::from_proportion(bonds_penalty);
  Rows<A> mixed;
  Vector<A> a, b;
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    a.assign(weights.rows(), A::zero());
    b.assign(weights.rows(), A::zero());
    consensus_internal::scatter_last(weights.row(i), a);
    consensus_internal::scatter_last(clipped.row(i), b);
    for (std::size_t j = 0; j < a.size(); ++j) {
      // b - a is never positive: flooring moves the result down.
      const auto v = A::saturating_add(a[j], A::mul_floor(p, A::saturating_sub(b[j], a[j])));
      if (v > A::zero()) mixed.push(static_cast<Uid>(j), v);
    }
    mixed.end_row();
  }
  return mixed;
}

/// What a validator buys of each miner in this epoch (Yuma2): active_stake_i * w_ij, floored.
template <Arithmetic A>
Rows<A> bonds_delta(const Vector<A>& active_stake, Rows<A> weights) {
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    for (auto& v : weights.row_values(i)) v = A::mul_floor(v, active_stake[i]);
  }
  return weights;
}

/// The moving average rate * delta + (1 - rate) * bonds, each product floored on its own and
/// duplicates added up. Values above zero only, in the order of uids.
template <Arithmetic A>
Rows<A> ema_bonds(const Rows<A>& delta, const Rows<A>& bonds, typename A::Value rate) {
  const std::size_t n = delta.rows();
  const auto keep = A::saturating_sub(A::one(), rate);
  Rows<A> ema;
  Vector<A> dense;
  const auto add = [&](SparseRow<typename A::Value> row, typename A::Value factor) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row.uids[k] >= n) continue;
      auto& v = dense[row.uids[k]];
      v = A::saturating_add(v, A::mul_floor(factor, row.values[k]));
    }
  };
  for (std::size_t i = 0; i < n; ++i) {
    dense.assign(n, A::zero());
    add(delta.row(i), rate);
    add(bonds.row(i), keep);
    for (std::size_t j = 0; j < n; ++j) {
      if (dense[j] > A::zero()) ema.push(static_cast<Uid>(j), dense[j]);
    }
    ema.end_row();
  }
  return ema;
}

}  // namespace yuma
