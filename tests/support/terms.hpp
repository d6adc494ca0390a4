// SPDX-License-Identifier: MIT
#pragma once

// Comparing results of an epoch term by term, so that a failure names the terms that differ.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "yuma/consensus/result.hpp"

namespace yuma::test {

/// The rows of a sparse matrix as copies, for printing.
template <class V>
std::vector<std::vector<std::pair<Uid, V>>> copied_rows(const SparseRows<V>& rows) {
  std::vector<std::vector<std::pair<Uid, V>>> copy(rows.rows());
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) copy[i].emplace_back(row.uids[k], row.values[k]);
  }
  return copy;
}

/// Expects every term but the bonds to be equal.
inline void expect_same_terms_but_bonds(const EpochResult& a, const EpochResult& b) {
  EXPECT_EQ(a.dividend, b.dividend);
  EXPECT_EQ(a.incentive, b.incentive);
  EXPECT_EQ(a.consensus, b.consensus);
  EXPECT_EQ(a.validator_trust, b.validator_trust);
  EXPECT_EQ(a.stake_weight, b.stake_weight);
  EXPECT_EQ(a.validator_emission, b.validator_emission);
  EXPECT_EQ(a.server_emission, b.server_emission);
  EXPECT_EQ(a.emission, b.emission);
  EXPECT_EQ(a.stake, b.stake);
  EXPECT_EQ(a.active, b.active);
  EXPECT_EQ(a.new_validator_permit, b.new_validator_permit);
}

/// Expects all terms to be equal.
inline void expect_same_terms(const EpochResult& a, const EpochResult& b) {
  if (a == b) return;
  expect_same_terms_but_bonds(a, b);
  EXPECT_EQ(copied_rows(a.bond), copied_rows(b.bond));
}

}  // namespace yuma::test
