// SPDX-License-Identifier: MIT
#pragma once

// Steps 5 and 11 of the epoch: which stored weights and bonds count. Weights count when the
// validator holds a permit and gave them after the miner registered; nobody but the subnet owner
// may weigh himself. Bonds count when the miner was there before the last epoch.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/input.hpp"
#include "yuma/consensus/stake.hpp"

namespace yuma {

/// The weights that count, n rows, each divided by its own sum where that is positive. Entries of
/// value zero are kept, and so are order and duplicates.
template <Arithmetic A>
Rows<A> masked_weights(const EpochInput& input, std::span<const std::uint64_t> last_update,
                       const Flags& permits) {
  const auto counts = [&](std::size_t i, Uid j) {
    if (j >= input.n) return false;
    if (i == j && input.owner_uid != j) return false;
    if (last_update[i] <= input.block_at_registration[j]) return false;
    return !input.commit_blocks || (*input.commit_blocks)[i] >= input.block_at_registration[j];
  };
  Rows<A> weights;
  for (std::size_t i = 0; i < input.n; ++i) {
    if (permits[i] != 0) {
      const auto row = input.weights.row(i);
      for (std::size_t k = 0; k < row.size(); ++k) {
        if (counts(i, row.uids[k])) weights.push(row.uids[k], A::from_u16(row.values[k]));
      }
    }
    weights.end_row();
    const auto values = weights.row_values(i);
    const auto total = A::wrapping_sum(values);
    if (!(total > A::zero())) continue;  // a wrapped sum may be negative
    for (auto& v : values) v = A::safe_div(v, total);
  }
  return weights;
}

/// The block from which on a registration wipes a miner's bonds: the one after the previous epoch,
/// or tempo blocks back where there was none.
inline std::uint64_t bonds_cutoff_block(const EpochInput& input) {
  if (input.last_mechanism_step_block == 0) {
    const std::uint64_t tempo = input.parameters.tempo;
    return input.current_block > tempo ? input.current_block - tempo : 0;
  }
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t last = input.last_mechanism_step_block;
  return last == kMax ? kMax : last + 1;
}

/// The stored bonds that count, n rows; `convert` makes a value of a stored u16. Entries for uids
/// from n on are kept (they were registered at block 0, so to speak) but never contribute.
template <Arithmetic A, class Convert>
Rows<A> masked_bonds(const EpochInput& input, Convert convert) {
  const std::uint64_t cutoff = bonds_cutoff_block(input);
  Rows<A> bonds;
  for (std::size_t i = 0; i < input.n; ++i) {
    const auto row = input.bonds.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const Uid j = row.uids[k];
      const std::uint64_t registered = j < input.n ? input.block_at_registration[j] : 0;
      if (cutoff > registered) bonds.push(j, convert(row.values[k]));
    }
    bonds.end_row();
  }
  return bonds;
}

}  // namespace yuma
