// SPDX-License-Identifier: MIT
#pragma once

// Steps 1, 2 and 4 of the epoch: who is active, what share of the stake each uid holds, and which
// of it has a say.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/input.hpp"
#include "yuma/consensus/normalise.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// One flag a uid: 0 or 1.
using Flags = std::vector<std::uint8_t>;

/// Block of each uid's last weights: input.last_update, cut or padded with 0 to n entries.
inline std::vector<std::uint64_t> padded_last_update(const EpochInput& input) {
  std::vector<std::uint64_t> blocks(input.n, 0);
  for (std::size_t i = 0; i < blocks.size() && i < input.last_update.size(); ++i) {
    blocks[i] = input.last_update[i];
  }
  return blocks;
}

/// active_i = last_update_i + activity_cutoff >= current_block, the sum clamped to 64 bits.
inline Flags active_uids(const EpochInput& input, std::span<const std::uint64_t> last_update) {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t cutoff = input.parameters.activity_cutoff;
  Flags active(input.n, 0);
  for (std::size_t i = 0; i < active.size(); ++i) {
    const std::uint64_t limit = last_update[i] > kMax - cutoff ? kMax : last_update[i] + cutoff;
    active[i] = limit >= input.current_block ? 1 : 0;
  }
  return active;
}

/// stake_i: each uid's share of the stake, less than min_stake counting as none. The subnet owner's
/// stake always counts where the rules say so.
template <Arithmetic A>
Vector<A> stake_shares(const EpochInput& input, const ChainRules& rules) {
  std::vector<I64F64> stake(input.stake.begin(), input.stake.end());
  for (std::size_t i = 0; i < stake.size(); ++i) {
    const bool exempt = rules.owner_exempt_from_min_stake && input.owner_uid == i;
    if (!exempt && A::stake_below(stake[i], input.parameters.min_stake)) stake[i] = I64F64::zero();
  }
  return A::normalise_stake(stake);
}

/// active_stake: the shares of active uids that hold a permit, normalised; zero for all others.
template <Arithmetic A>
Vector<A> active_stake_shares(Vector<A> stake, const Flags& active, const Flags& permits) {
  for (std::size_t i = 0; i < stake.size(); ++i) {
    if (active[i] == 0 || permits[i] == 0) stake[i] = A::zero();
  }
  return normalised<A>(std::move(stake));
}

}  // namespace yuma
