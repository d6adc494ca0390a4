// SPDX-License-Identifier: MIT
#pragma once

// What the tests of single stages share: fixed-point numbers and sparse rows to write down, and a
// small epoch to start from. F is 2^32, the bits of one.

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <utility>
#include <vector>

#include "tests/support/terms.hpp"
#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/exact.hpp"
#include "yuma/fixed/decimal.hpp"
#include "yuma/fixed/fixed.hpp"
#include "yuma/snapshot/epoch_snapshot.hpp"

namespace yuma {

/// For GoogleTest's messages.
template <class Rep, int Frac>
void PrintTo(const Fixed<Rep, Frac>& v, std::ostream* out) {
  *out << to_decimal(v.bits);
}
template <class V>
void PrintTo(const SparseRows<V>& rows, std::ostream* out) {
  *out << ::testing::PrintToString(test::copied_rows(rows));
}

}  // namespace yuma

namespace yuma::test {

inline constexpr std::int64_t F = std::int64_t{1} << 32;
inline constexpr I32F32 kOne = I32F32::one();

constexpr I32F32 bits(std::int64_t b) { return {b}; }
/// floor(numerator / denominator).
constexpr I32F32 ratio(std::int64_t numerator, std::int64_t denominator) {
  return {static_cast<std::int64_t>((static_cast<int128>(numerator) * F) / denominator)};
}
constexpr I64F64 rao(std::uint64_t amount) { return saturating_from_int<I64F64>(amount); }

template <class V>
using Entries = std::vector<std::pair<Uid, V>>;

template <class V>
SparseRows<V> sparse(const std::vector<Entries<V>>& rows) {
  SparseRows<V> result;
  for (const auto& row : rows) {
    for (const auto& [uid, value] : row) result.push(uid, value);
    result.end_row();
  }
  return result;
}
inline Rows<Exact> shares(const std::vector<Entries<I32F32>>& rows) { return sparse<I32F32>(rows); }
inline SparseRows<std::uint16_t> u16s(const std::vector<Entries<std::uint16_t>>& rows) {
  return sparse<std::uint16_t>(rows);
}

/// n uids with one rao each, all permitted, registered at block 0 and updated at block 990; the
/// block is 1000, the epoch before ran at 900; no weights, no bonds.
inline EpochSnapshot quiet_epoch(std::uint32_t n) {
  EpochSnapshot s;
  s.n = n;
  s.current_block = 1000;
  s.last_mechanism_step_block = 900;
  s.last_update.assign(n, 990);
  s.block_at_registration.assign(n, 0);
  s.stake.assign(n, rao(1));
  s.validator_permits.assign(n, 1);
  s.weights = u16s(std::vector<Entries<std::uint16_t>>(n));
  s.bonds = s.weights;
  s.emission = 1'000'000'000;
  return s;
}

}  // namespace yuma::test
