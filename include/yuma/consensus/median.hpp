// SPDX-License-Identifier: MIT
#pragma once

// Step 6 of the epoch: consensus, the stake-weighted median of the weights that a miner receives.
// Validators with more than kappa of the stake give the miner at least its consensus.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/normalise.hpp"

namespace yuma {

/// The weighted median of scores: the smallest score s such that the stake of all scores up to s
/// exceeds `minority`; the largest score where there is none. Zero of no scores.
///
/// By partition, as the chain does it: of the scores between lo and hi of the stake, those below a
/// pivot hold lo .. lo + lower, those above it hi - upper .. hi. Cost: O(scores) as a rule,
/// O(scores^2) for scores in an order chosen to be slow.
template <Arithmetic A>
typename A::Value weighted_median(std::span<const typename A::Value> stake,
                                  std::span<const typename A::Value> score,
                                  typename A::Value minority, typename A::Value total) {
  using Value = typename A::Value;
  std::vector<std::size_t> among(score.size()), lower, upper;
  for (std::size_t k = 0; k < among.size(); ++k) among[k] = k;
  Value lo = A::zero(), hi = total;
  while (among.size() > 1) {
    const Value pivot = score[among[among.size() / 2]];
    Value lower_stake = A::zero(), upper_stake = A::zero();
    lower.clear();
    upper.clear();
    for (const std::size_t k : among) {
      if (score[k] < pivot) {
        lower_stake = A::saturating_add(lower_stake, stake[k]);
        lower.push_back(k);
      } else if (score[k] > pivot) {
        upper_stake = A::saturating_add(upper_stake, stake[k]);
        upper.push_back(k);
      }
    }
    const Value lower_end = A::saturating_add(lo, lower_stake);
    const Value upper_begin = A::saturating_sub(hi, upper_stake);
    if (minority < lower_end && !lower.empty()) {
      hi = lower_end;
      among.swap(lower);
    } else if (upper_begin <= minority && !upper.empty()) {
      lo = upper_begin;
      among.swap(upper);
    } else {
      return pivot;
    }
  }
  return among.empty() ? A::zero() : score[among.front()];
}

/// The consensus of each of n miners over validators with active stake. Their stake is normalised
/// once more, and minority = its sum - kappa. A validator without an entry scores 0; of duplicate
/// entries the last counts.
template <Arithmetic A>
Vector<A> consensus_weights(const Vector<A>& active_stake, const Rows<A>& weights,
                            std::uint16_t kappa) {
  using Value = typename A::Value;
  const std::size_t n = active_stake.size();
  struct Entry {
    std::size_t validator;
    Value score;
  };
  Vector<A> stake;
  std::vector<std::vector<Entry>> columns(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(active_stake[i] > A::zero())) continue;
    const auto row = weights.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      columns[row.uids[k]].push_back({stake.size(), row.values[k]});
    }
    stake.push_back(active_stake[i]);
  }
  normalise<A>(stake);
  const Value total = A::wrapping_sum(stake);
  const Value minority = A::saturating_sub(total, A::from_proportion(kappa));

  Vector<A> consensus(n);
  Vector<A> score;
  for (std::size_t j = 0; j < n; ++j) {
    score.assign(stake.size(), A::zero());
    for (const Entry& e : columns[j]) score[e.validator] = e.score;
    consensus[j] = weighted_median<A>(stake, score, minority, total);
  }
  return consensus;
}

}  // namespace yuma
