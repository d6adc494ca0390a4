// SPDX-License-Identifier: MIT
#pragma once

// Step 13 of the epoch: how the emission is shared. Incentive and dividends together make one;
// where there are none, stake decides.

#include <cstddef>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/normalise.hpp"

namespace yuma {

/// Shares of the emission, one of each uid.
template <Arithmetic A>
struct EmissionShares {
  Vector<A> server;     ///< for incentive
  Vector<A> validator;  ///< for dividends
  Vector<A> combined;   ///< both, normalised on its own
};

/// S = sum of incentive_i + dividend_i; server = incentive / S, validator = dividend / S, combined
/// = (incentive + dividend) / S. Where S is zero, validator and combined are the active stake, or
/// the stake where the active stake sums to zero, and server stays as it is.
template <Arithmetic A>
EmissionShares<A> emission_shares(const Vector<A>& incentive, const Vector<A>& dividends,
                                  const Vector<A>& stake, const Vector<A>& active_stake) {
  Vector<A> combined(incentive.size());
  for (std::size_t i = 0; i < combined.size(); ++i) {
    combined[i] = A::saturating_add(incentive[i], dividends[i]);
  }
  const auto total = A::wrapping_sum(combined);
  if (total == A::zero()) {
    const auto& fallback = A::wrapping_sum(active_stake) == A::zero() ? stake : active_stake;
    return {incentive, fallback, fallback};
  }
  const auto divided = [&](Vector<A> shares) {
    for (auto& s : shares) s = A::safe_div(s, total);
    return shares;
  };
  return {divided(incentive), divided(dividends), divided(std::move(combined))};
}

}  // namespace yuma
