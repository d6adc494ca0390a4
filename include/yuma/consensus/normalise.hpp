// SPDX-License-Identifier: MIT
#pragma once

// Dividing by a sum or a maximum so that shares add up to one. Every quotient is cut toward zero,
// so the shares add up to a little less, and normalising them again changes them.

#include <algorithm>
#include <cstddef>
#include <span>

#include "yuma/consensus/arithmetic.hpp"

namespace yuma {

/// v_i := v_i / S with S = sum of v. A sum of zero leaves the values as they are.
template <Arithmetic A>
void normalise(std::span<typename A::Value> values) {
  const auto total = A::wrapping_sum(values);
  if (total == A::zero()) return;
  for (auto& v : values) v = A::safe_div(v, total);
}

/// A normalised copy.
template <Arithmetic A>
Vector<A> normalised(Vector<A> values) {
  normalise<A>(values);
  return values;
}

namespace consensus_internal {

/// m_ij := m_ij / d_j for columns 0 .. n-1 where d_j is not zero; other entries stay.
template <Arithmetic A>
void divide_columns(Rows<A>& m, const Vector<A>& divisors) {
  for (std::size_t i = 0; i < m.rows(); ++i) {
    const auto uids = m.row(i).uids;
    const auto values = m.row_values(i);
    for (std::size_t k = 0; k < uids.size(); ++k) {
      if (uids[k] >= divisors.size() || divisors[uids[k]] == A::zero()) continue;
      values[k] = A::safe_div(values[k], divisors[uids[k]]);
    }
  }
}

}  // namespace consensus_internal

/// Divides each column j < n by its sum (clamped additions, duplicates included), where that is not
/// zero.
template <Arithmetic A>
void normalise_columns(Rows<A>& m, std::size_t n) {
  Vector<A> sums(n, A::zero());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    const auto row = m.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row.uids[k] >= n) continue;
      auto& sum = sums[row.uids[k]];
      sum = A::saturating_add(sum, row.values[k]);
    }
  }
  consensus_internal::divide_columns<A>(m, sums);
}

/// Divides each column j < n by its maximum, which so becomes exactly one, where that is not zero.
template <Arithmetic A>
void upscale_columns(Rows<A>& m, std::size_t n) {
  Vector<A> maxima(n, A::zero());
  for (std::size_t i = 0; i < m.rows(); ++i) {
    const auto row = m.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (row.uids[k] < n) maxima[row.uids[k]] = std::max(maxima[row.uids[k]], row.values[k]);
    }
  }
  consensus_internal::divide_columns<A>(m, maxima);
}

}  // namespace yuma
