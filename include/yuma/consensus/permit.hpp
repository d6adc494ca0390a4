// SPDX-License-Identifier: MIT
#pragma once

// Step 3 of the epoch: validator permits. Those of the last epoch decide whose weights count now,
// those made here whose weights will count in the next.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/input.hpp"
#include "yuma/consensus/stake.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// The permits in force, one of each uid: input.validator_permits, uids past its end having none.
/// The owner holds one where the rules say so and the vector reaches to the owner.
inline Flags permits_in_force(const EpochInput& input, const ChainRules& rules) {
  Flags permits(input.n, 0);
  const std::size_t known = std::min<std::size_t>(input.n, input.validator_permits.size());
  for (std::size_t i = 0; i < known; ++i) permits[i] = input.validator_permits[i] != 0 ? 1 : 0;
  if (rules.owner_always_permitted && input.owner_uid && *input.owner_uid < known) {
    permits[*input.owner_uid] = 1;
  }
  return permits;
}

/// 1 for the k largest values that are not zero; of equal ones the later win.
template <class Value>
Flags top_k_nonzero(const std::vector<Value>& values, std::size_t k) {
  const std::size_t n = values.size();
  Flags top(n);
  for (std::size_t i = 0; i < n; ++i) top[i] = values[i] != Value{} ? 1 : 0;
  if (n < k) return top;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  for (std::size_t r = 0; r < n - k; ++r) top[order[r]] = 0;
  return top;
}

/// The new permits: the max_allowed_validators largest stakes, and where the rules say so the
/// owner, whatever its stake and in addition.
template <Arithmetic A>
Flags new_permits(const EpochInput& input, const ChainRules& rules, const Vector<A>& stake) {
  Flags permits = top_k_nonzero(stake, input.parameters.max_allowed_validators);
  if (rules.owner_always_permitted && input.owner_uid && *input.owner_uid < permits.size()) {
    permits[*input.owner_uid] = 1;
  }
  return permits;
}

}  // namespace yuma
