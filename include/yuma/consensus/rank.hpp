// SPDX-License-Identifier: MIT
#pragma once

// Step 9 of the epoch: a miner's rank, the stake behind the weights it receives. Normalised ranks
// are the miners' incentive.

#include <cstddef>

#include "yuma/consensus/arithmetic.hpp"

namespace yuma {

/// rank_j = sum over i of active_stake_i * w_ij, each product floored.
template <Arithmetic A>
Vector<A> ranks(const Vector<A>& active_stake, const Rows<A>& weights) {
  Vector<A> rank(active_stake.size(), A::zero());
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    const auto row = weights.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      auto& r = rank[row.uids[k]];
      r = A::saturating_add(r, A::mul_floor(active_stake[i], row.values[k]));
    }
  }
  return rank;
}

}  // namespace yuma
