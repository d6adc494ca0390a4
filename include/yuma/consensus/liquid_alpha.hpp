// SPDX-License-Identifier: MIT
#pragma once

// Liquid alpha, a part of step 12 under Yuma3: each pair of validator and miner has a bond rate of
// its own. It rises from alpha_low to alpha_high along a sigmoid of how far the validator's weight
// is ahead of consensus (buying) or its bond ahead of its weight (selling).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/bonds.hpp"
#include "yuma/consensus/input.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// The shape of the sigmoid.
template <Arithmetic A>
struct AlphaSigmoid {
  typename A::Value low;          ///< alpha_low / 65535
  typename A::Value high;         ///< alpha_high / 65535
  typename A::Value minus_slope;  ///< -steepness / 100

  static AlphaSigmoid of(const Hyperparameters& p) {
    return {A::from_proportion(p.alpha_low), A::from_proportion(p.alpha_high),
            A::sigmoid_slope(p.alpha_sigmoid_steepness)};
  }

  /// The bond rate of one pair. d = w - consensus where w >= bond, else bond - w, kept to [0, 1];
  /// rate = low + sigmoid(slope (d - 1/2)) (high - low), kept to [low, high]; always low where
  /// low > high.
  typename A::Value rate(typename A::Value consensus, typename A::Value weight,
                         typename A::Value bond) const {
    const auto unit = [](typename A::Value v) { return std::clamp(v, A::zero(), A::one()); };
    const auto d = weight >= bond ? unit(A::saturating_sub(weight, consensus))
                                  : unit(A::saturating_sub(bond, weight));
    const auto part = A::mul_floor(A::sigmoid(minus_slope, d), A::saturating_sub(high, low));
    return std::max(std::min(A::saturating_add(low, part), high), low);
  }
};

/// The consensus that the sigmoid compares with: the current one, or the one that the last epoch
/// stored, as the rules and the subnet's mode say.
template <Arithmetic A>
Vector<A> liquid_alpha_consensus(const EpochInput& input, const ChainRules& rules,
                                 const Vector<A>& current) {
  LiquidAlphaConsensus mode = rules.liquid_alpha_consensus;
  if (rules.liquid_alpha_consensus_per_subnet) {
    mode = input.parameters.liquid_alpha_consensus.value_or(mode);
  }
  const bool previous =
      mode == LiquidAlphaConsensus::kPrevious ||
      (mode == LiquidAlphaConsensus::kAuto && input.parameters.bonds_penalty == 65535);
  if (!previous || input.previous_consensus.empty()) return current;
  Vector<A> stored;
  stored.reserve(input.previous_consensus.size());
  for (const std::uint16_t c : input.previous_consensus) stored.push_back(A::from_proportion(c));
  return stored;
}

namespace consensus_internal {

/// Spreads a row over uids 0 .. n-1 as a cursor sees it that only moves forward: an entry counts
/// where its uid is larger than all before it. Of duplicates the first counts, and in an unsorted
/// row an entry behind a larger uid is not seen.
template <class Value>
void scatter_forward(SparseRow<Value> row, std::vector<Value>& dense) {
  std::size_t next = 0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    const std::size_t j = row.uids[k];
    if (j < next) continue;
    if (j < dense.size()) dense[j] = row.values[k];
    next = j + 1;
  }
}

}  // namespace consensus_internal

/// The bonds of an epoch with liquid alpha, and on request the rate of every pair.
template <Arithmetic A>
struct LiquidBonds {
  Rows<A> bonds;
  std::vector<Vector<A>> rates;  ///< n x n where asked for, else empty
};

/// v = min(1, (1 - rate_ij) bond_ij + rate_ij w_ij) for each entry (j, w) of a validator's weights,
/// in their order, where v > 0. A bond without such an entry is lost at once; an explicit weight of
/// zero lets it decay.
template <Arithmetic A>
LiquidBonds<A> liquid_ema_bonds(const Rows<A>& weights, const Rows<A>& bonds,
                                const Vector<A>& consensus, const AlphaSigmoid<A>& sigmoid,
                                bool want_rates) {
  const std::size_t n = weights.rows();
  LiquidBonds<A> out;
  Vector<A> seen_weight, seen_bond, bond;
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = weights.row(i);
    if (row.size() != 0 || want_rates) {
      seen_weight.assign(n, A::zero());
      seen_bond.assign(n, A::zero());
      consensus_internal::scatter_forward(row, seen_weight);
      consensus_internal::scatter_forward(bonds.row(i), seen_bond);
    }
    const auto rate = [&](std::size_t j) {
      return sigmoid.rate(consensus[j], seen_weight[j], seen_bond[j]);
    };
    if (row.size() != 0) {
      bond.assign(n, A::zero());
      consensus_internal::scatter_last(bonds.row(i), bond);
    }
    for (std::size_t k = 0; k < row.size(); ++k) {
      const Uid j = row.uids[k];
      const auto alpha = rate(j);
      const auto kept = A::mul_floor(A::saturating_sub(A::one(), alpha), bond[j]);
      const auto bought = std::max(A::mul_floor(alpha, row.values[k]), A::zero());
      const auto v = std::min(A::saturating_add(kept, bought), A::one());
      if (v > A::zero()) out.bonds.push(j, v);
    }
    out.bonds.end_row();
    if (want_rates) {
      auto& rates = out.rates.emplace_back(n);
      for (std::size_t j = 0; j < n; ++j) rates[j] = rate(j);
    }
  }
  return out;
}

}  // namespace yuma
