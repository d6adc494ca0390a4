// SPDX-License-Identifier: MIT
#pragma once

/// Reading an EpochView safely, and the orders and sums that its charts and tables share.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lab/report/epoch_view.hpp"

namespace yuma::lab {

/// Number of uids: the longest of the vectors, so that nothing given is left out.
inline std::size_t uid_count(const EpochView& view) {
  return std::max({view.stake.size(), view.consensus.size(), view.incentive.size(),
                   view.dividends.size(), view.validator_trust.size(), view.permit.size(),
                   view.active.size(), view.emission.size()});
}

/// The value of `uid`, NaN if it is unknown.
inline double share_of(const std::vector<double>& shares, std::size_t uid) {
  return uid < shares.size() && std::isfinite(shares[uid]) ? shares[uid] : std::nan("");
}

/// The value of `uid` to draw: zero if it is unknown or negative, one if it is larger.
inline double share_or_zero(const std::vector<double>& shares, std::size_t uid) {
  const double share = share_of(shares, uid);
  return share > 0.0 ? std::min(share, 1.0) : 0.0;
}

inline bool flag_of(const std::vector<bool>& flags, std::size_t uid) {
  return uid < flags.size() && flags[uid];
}

/// True for a cell with a weight. The least that fixed-point numbers of 32 fractional bits can hold
/// is 2.3e-10; anything far below it is no weight, and would spoil the scale of a chart.
inline bool has_weight(const EpochView::Cell& cell) {
  return std::isfinite(cell.weight) && cell.weight > 1e-12;
}

/// The part of a weight that clipping removed, 0 to 1. The slack covers the rounding of a view that
/// was filled from fixed-point numbers.
inline double clipped_fraction(const EpochView::Cell& cell) {
  if (!has_weight(cell) || !std::isfinite(cell.clipped)) return 0.0;
  const double fraction = (cell.weight - std::max(cell.clipped, 0.0)) / cell.weight;
  return fraction > 1e-6 ? std::min(fraction, 1.0) : 0.0;
}

/// The first `count` of `items` by descending key; equal keys in ascending order of the item.
template <typename Key>
std::vector<std::size_t> largest(std::vector<std::size_t> items, std::size_t count, Key key) {
  std::sort(items.begin(), items.end(), [&](std::size_t a, std::size_t b) {
    const double left = key(a);
    const double right = key(b);
    return left != right ? left > right : a < b;
  });
  if (items.size() > count) items.resize(count);
  return items;
}

}  // namespace yuma::lab
