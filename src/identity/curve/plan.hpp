// SPDX-License-Identifier: MIT
#pragma once

// Cuts scalars into the digits that a kernel adds up.

#include <array>
#include <vector>

#include "curve/kernel.hpp"
#include "curve/scalar.hpp"

namespace yuma::curve {

class PlanBuilder {
 public:
  /// `terms`: how many scalars are to come, to make room for.
  explicit PlanBuilder(std::size_t terms);

  /// Adds n times the point, or takes it away. n is below 2^254. Digits are odd and far apart (the
  /// non-adjacent form of a width that fits the point's table).
  void add(std::uint16_t point, const Scalar& n, bool negative = false);
  /// Adds n B, as a B + b 2^127 B.
  void add_base(const Scalar& n);

  /// Valid until this changes.
  Plan plan() const { return {steps_.data(), first_.data(), positions_}; }

 private:
  std::vector<Step> steps_;
  std::array<Plan::Index, 256> first_;
  int positions_ = 0;
};

}  // namespace yuma::curve
