// SPDX-License-Identifier: MIT
#pragma once

// The validators' dividends, the end of step 12: the incentive of the miners they hold bonds in.

#include <cstddef>

#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/normalise.hpp"

namespace yuma {

/// sum over j of incentive_j * b_ij, each product floored; entries for uids from n on do not count.
/// The sum clamps under Yuma2 and wraps under Yuma3; the two differ only where shares exceed one.
template <Arithmetic A>
typename A::Value bond_income(SparseRow<typename A::Value> bonds, const Vector<A>& incentive,
                              bool wrapping) {
  auto total = A::zero();
  for (std::size_t k = 0; k < bonds.size(); ++k) {
    if (bonds.uids[k] >= incentive.size()) continue;
    const auto part = A::mul_floor(incentive[bonds.uids[k]], bonds.values[k]);
    total = wrapping ? A::wrapping_add(total, part) : A::saturating_add(total, part);
  }
  return total;
}

/// Yuma2: dividend_i = sum over j of incentive_j * b_ij, then normalised. The stake is in the bonds
/// already.
template <Arithmetic A>
Vector<A> yuma2_dividends(const Rows<A>& bonds, const Vector<A>& incentive) {
  Vector<A> dividends(bonds.rows());
  for (std::size_t i = 0; i < bonds.rows(); ++i) {
    dividends[i] = bond_income<A>(bonds.row(i), incentive, false);
  }
  return normalised<A>(std::move(dividends));
}

/// Yuma3: dividend_i = active_stake_i * sum over j of incentive_j * b_ij (zero where the product
/// does not fit), then normalised.
template <Arithmetic A>
Vector<A> yuma3_dividends(const Rows<A>& bonds, const Vector<A>& incentive,
                          const Vector<A>& active_stake) {
  Vector<A> dividends(bonds.rows());
  for (std::size_t i = 0; i < bonds.rows(); ++i) {
    dividends[i] =
        A::mul_floor_or_zero(bond_income<A>(bonds.row(i), incentive, true), active_stake[i]);
  }
  return normalised<A>(std::move(dividends));
}

}  // namespace yuma
