// SPDX-License-Identifier: MIT

// The workloads are what figures from different days and machines have in common. A checksum of
// each is pinned here and in docs/benchmarks.md: who changes one makes all earlier figures
// incomparable, and has to know it.

#include "bench/epoch_workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <ostream>
#include <set>
#include <string>

#include "bench/draws.hpp"

namespace yuma::bench {

/// How a failing test names the shape.
void PrintTo(const Shape& shape, std::ostream* os) {  // NOLINT(readability-identifier-naming)
  *os << shape.name;
}

namespace {

/// FNV-1a of 64 bits over the little-endian bytes of all numbers in turn.
class Checksum {
 public:
  template <class V>
  void add(V v) {
    for (std::size_t b = 0; b < sizeof v; ++b, v = static_cast<V>(v >> 4 >> 4)) {
      hash_ = (hash_ ^ static_cast<std::uint8_t>(v & 255)) * 0x100000001B3;
    }
  }
  void add(const SparseRows<std::uint16_t>& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const auto row = rows.row(i);
      add(static_cast<std::uint32_t>(row.size()));
      for (std::size_t k = 0; k < row.size(); ++k) {
        add(row.uids[k]);
        add(row.values[k]);
      }
    }
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325;
};

std::uint64_t checksum(const EpochSnapshot& s) {
  Checksum sum;
  sum.add(s.n);
  sum.add(s.current_block);
  sum.add(s.last_mechanism_step_block);
  for (std::uint32_t i = 0; i < s.n; ++i) {
    sum.add(s.last_update[i]);
    sum.add(s.block_at_registration[i]);
    sum.add(saturating_floor<std::uint64_t>(s.stake[i]));
    sum.add(s.validator_permits[i]);
  }
  sum.add(s.weights);
  sum.add(s.bonds);
  for (const std::uint16_t c : s.previous_consensus) sum.add(c);
  return sum.value();
}

TEST(Draws, AreThoseOfTheDefinition) {
  // The first two numbers that splitmix64 gives for the seed 0.
  EXPECT_EQ(mix(0), 0xE220A8397B1DCDAF);
  EXPECT_EQ(mix(0x9E3779B97F4A7C15), 0x6E789E6AA1B965F4);
  EXPECT_EQ(Draws(1, Purpose::kNoise, 2, 3)(4), mix(mix(mix(mix(mix(1) ^ 5) ^ 2) ^ 3) ^ 4));
}

TEST(EpochWorkload, ColdBytesArePinned) {
  const std::uint64_t expected[] = {0xE20BB1D4D009A7B4, 0xA4BFE231524ECDDD, 0x8B79A3D25C8112FE,
                                    0x5514958327FE8E50, 0xC536DDCE3FC24C33};
  for (std::size_t k = 0; k < std::size(kShapes); ++k) {
    const EpochSnapshot s = epoch_workload(kShapes[k], Variant::kYuma2, Bonds::kCold, 1);
    EXPECT_EQ(checksum(s), expected[k]) << kShapes[k].name << std::hex << " 0x" << checksum(s);
  }
}

TEST(EpochWorkload, WarmBytesArePinned) {
  const std::uint64_t expected[] = {0x8C71F6BA174B9F84, 0xBAB5F3C1B05B6B00, 0xC832949ED0EF7914};
  for (const Variant v : {Variant::kYuma2, Variant::kYuma3, Variant::kLiquidAlpha}) {
    const EpochSnapshot s = epoch_workload(kShapes[0], v, Bonds::kWarm, 1);
    EXPECT_EQ(checksum(s), expected[static_cast<int>(v)]) << std::hex << "0x" << checksum(s);
  }
}

TEST(EpochWorkload, AnotherSeedGivesOtherBytes) {
  EXPECT_NE(checksum(epoch_workload(kShapes[0], Variant::kYuma2, Bonds::kCold, 1)),
            checksum(epoch_workload(kShapes[0], Variant::kYuma2, Bonds::kCold, 2)));
}

class Shapes : public testing::TestWithParam<Shape> {};

TEST_P(Shapes, HoldWhatTheirNamesSay) {
  const Shape shape = GetParam();
  const EpochSnapshot s = subnet_at(shape, Variant::kYuma3, 1, 0);
  const std::size_t in_a_row = shape.density == Density::kDense ? shape.n - 1 : kRowEntries;
  std::set<std::uint64_t> stakes;
  for (std::uint32_t i = 0; i < shape.n; ++i) {
    const auto row = s.weights.row(i);
    if (s.validator_permits[i] == 0) {
      EXPECT_EQ(row.size(), 0U);
      EXPECT_EQ(s.stake[i], I64F64::zero());
      continue;
    }
    stakes.insert(saturating_floor<std::uint64_t>(s.stake[i]));
    ASSERT_EQ(row.size(), in_a_row);
    const auto misplaced =
        std::adjacent_find(row.uids.begin(), row.uids.end(), [](Uid l, Uid r) { return l >= r; });
    EXPECT_EQ(misplaced, row.uids.end()) << "row " << i;
    EXPECT_EQ(std::count(row.uids.begin(), row.uids.end(), i), 0);
    EXPECT_EQ(*std::max_element(row.values.begin(), row.values.end()), 65535);
    EXPECT_GT(*std::min_element(row.values.begin(), row.values.end()), 0);
  }
  EXPECT_EQ(stakes.size(), shape.validators);
}

INSTANTIATE_TEST_SUITE_P(All, Shapes, testing::ValuesIn(kShapes),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(EpochWorkload, RedrawsTwoPercentOfTheWeightsBeforeEachEpoch) {
  const EpochSnapshot a = subnet_at(kShapes[1], Variant::kYuma3, 1, 4);
  const EpochSnapshot b = subnet_at(kShapes[1], Variant::kYuma3, 1, 5);
  std::size_t same_rows = 0, changed = 0, counted = 0;
  for (std::size_t i = 0; i < a.n; ++i) {
    const auto before = a.weights.row(i).values, after = b.weights.row(i).values;
    std::size_t differ = 0;
    for (std::size_t k = 0; k < before.size(); ++k) {
      if (before[k] != after[k]) ++differ;
    }
    if (before.empty() || 2 * differ > before.size()) continue;  // the row's maximum was redrawn
    ++same_rows;
    changed += differ;
    counted += before.size();
  }
  EXPECT_GT(same_rows, 50U);
  EXPECT_NEAR(static_cast<double>(changed) / static_cast<double>(counted), 0.02, 0.003);
}

TEST(EpochWorkload, CountsTheExponentialsOfLiquidAlpha) {
  const Shape& shape = kShapes[0];
  EXPECT_EQ(pairs_needing_exp(epoch_workload(shape, Variant::kYuma3, Bonds::kCold, 1)), 0U);
  // Without bonds nothing is above its weight, and at full penalty no weight above consensus.
  EXPECT_EQ(pairs_needing_exp(subnet_at(shape, Variant::kLiquidAlpha, 1, 0)), 0U);
  const EpochSnapshot cold = epoch_workload(shape, Variant::kLiquidAlpha, Bonds::kCold, 1);
  const EpochSnapshot warm = epoch_workload(shape, Variant::kLiquidAlpha, Bonds::kWarm, 1);
  EXPECT_GT(pairs_needing_exp(cold), pairs_needing_exp(warm));
  EXPECT_GT(pairs_needing_exp(warm), 0U);
  EXPECT_LE(pairs_needing_exp(cold), cells(shape, cold));
}

}  // namespace
}  // namespace yuma::bench
