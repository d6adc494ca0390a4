// SPDX-License-Identifier: MIT
#pragma once

// Steps 7 and 8 of the epoch: what a validator gives above consensus does not count, and the share
// of its weights that is left is its trust.

#include <cstddef>
#include <cstdint>

#include "yuma/consensus/arithmetic.hpp"

namespace yuma {

/// clipped_ij = min(w_ij, consensus_j). An entry above a consensus of zero is removed; an explicit
/// zero stays.
template <Arithmetic A>
Rows<A> clipped_weights(const Rows<A>& weights, const Vector<A>& consensus) {
  Rows<A> clipped;
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    const auto row = weights.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const auto limit = consensus[row.uids[k]];
      if (row.values[k] <= limit) {
        clipped.push(row.uids[k], row.values[k]);
      } else if (limit > A::zero()) {
        clipped.push(row.uids[k], limit);
      }
    }
    clipped.end_row();
  }
  return clipped;
}

/// validator_trust_i = sum over j of clipped_ij; at most one.
template <Arithmetic A>
Vector<A> validator_trust(const Rows<A>& clipped) {
  Vector<A> trust(clipped.rows());
  for (std::size_t i = 0; i < clipped.rows(); ++i)
    trust[i] = A::wrapping_sum(clipped.row(i).values);
  return trust;
}

}  // namespace yuma
