// SPDX-License-Identifier: MIT

// epoch() gives the terms of epoch_staged<Exact>(), to the last bit, whatever it was used for
// before.

#include "yuma/consensus/epoch.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "tests/consensus/each_case.hpp"
#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

class EpochEqualsStaged : public ::testing::Test {
 protected:
  void check(std::uint64_t cases, const EpochOptions& options) {
    for_each_case(cases, options, [&](const EpochSnapshot& s, Random& random) {
      const ChainRules rules = *ChainRules::at(random.pick({300U, 425U, 446U}), Evidence::kModel);
      const auto staged = epoch_staged<Exact>(s.view(), rules);
      ASSERT_TRUE(staged.ok()) << staged.status();
      ASSERT_TRUE(epoch(s.view(), rules, workspace_, out_).ok());
      expect_same_terms(out_, staged->terms);
    });
  }

 private:
  // Shared by all cases, which come in all sizes.
  EpochWorkspace workspace_;
  EpochResult out_;
};

TEST_F(EpochEqualsStaged, OnHostileInput) { check(6000, hostile(70)); }

TEST_F(EpochEqualsStaged, OnLargerHostileInput) {
  EpochOptions options = hostile(300);
  options.min_n = 60;
  check(150, options);
}

TEST_F(EpochEqualsStaged, OnEachStyle) {
  for (const EpochStyle style :
       {EpochStyle::kDense, EpochStyle::kSparse, EpochStyle::kFewValidators,
        EpochStyle::kManyValidators, EpochStyle::kTies}) {
    SCOPED_TRACE(static_cast<int>(style));
    EpochOptions options;
    options.style = style;
    options.max_n = 70;
    check(300, options);
  }
}

TEST_F(EpochEqualsStaged, WhereSumsOfStakeWrap) {
  EpochOptions options = hostile(24);
  options.huge_stakes = true;
  check(2000, options);
}

TEST_F(EpochEqualsStaged, WithNegativeRates) {
  EpochOptions options = hostile(24);
  options.any_moving_average = true;
  check(2000, options);
}

TEST_F(EpochEqualsStaged, WithEachOddityAlone) {
  for (std::size_t o = 0; o < kOddities; ++o) {
    SCOPED_TRACE(o);
    EpochOptions options = hostile(40);
    options.oddities = Oddities().set(o);
    check(60, options);
  }
}

TEST(Epoch, ByValueGivesTheSame) {
  for_each_case(2000, hostile(24), [](const EpochSnapshot& s, Random&) {
    const ChainRules rules;
    EpochWorkspace workspace;
    EpochResult out;
    ASSERT_TRUE(epoch(s.view(), rules, workspace, out).ok());
    const auto by_value = epoch(s.view(), rules);
    ASSERT_TRUE(by_value.ok()) << by_value.status();
    expect_same_terms(*by_value, out);
  });
}

EpochOptions of_size(std::uint32_t n) {
  EpochOptions options;
  options.min_n = options.max_n = n;
  return options;
}

TEST(Epoch, AWorkspaceCanBeMoved) {
  const EpochSnapshot large = random_epoch(1, of_size(40)), small = random_epoch(2, of_size(3));
  const ChainRules rules;
  EpochWorkspace first;
  EpochResult out;
  ASSERT_TRUE(epoch(large.view(), rules, first, out).ok());
  EpochWorkspace second = std::move(first);
  ASSERT_TRUE(epoch(small.view(), rules, second, out).ok());
  EXPECT_EQ(out, *epoch(small.view(), rules));
  first = EpochWorkspace();
  ASSERT_TRUE(epoch(large.view(), rules, first, out).ok());
  EXPECT_EQ(out, *epoch(large.view(), rules));
}

TEST(Snapshot, TakesOverWhatAnEpochStored) {
  EpochSnapshot s = random_epoch(3, of_size(20));
  const EpochResult result = *epoch(s.view(), ChainRules{});
  s.advance(result);
  EXPECT_EQ(s.bonds, result.bond);
  EXPECT_EQ(s.validator_permits, result.new_validator_permit);
  EXPECT_EQ(s.previous_consensus, result.consensus);
  EXPECT_TRUE(epoch(s.view(), ChainRules{}).ok());
}

/// Two validators, two miners; numbers that can be followed by hand.
TEST(Epoch, OfASmallSubnet) {
  EpochSnapshot s = quiet_epoch(4);
  s.stake = {rao(300), rao(100), rao(0), rao(0)};
  s.validator_permits = {1, 1, 0, 0};
  s.weights = u16s({{{2, 1}, {3, 1}}, {{3, 65535}}, {}, {}});
  const EpochResult r = *epoch(s.view(), ChainRules{});
  // Shares of stake 3/4 and 1/4. Uid 0 alone decides: consensus 1/2 on both miners. Uid 1 is cut
  // from 1 to 1/2. Ranks 3/8 and 3/8 + 1/8; incentive 3/7 and 4/7.
  EXPECT_EQ(r.stake_weight, (std::vector<std::uint16_t>{49151, 16383, 0, 0}));
  EXPECT_EQ(r.consensus, (std::vector<std::uint16_t>{0, 0, 32767, 32767}));
  EXPECT_EQ(r.validator_trust, (std::vector<std::uint16_t>{65535, 32767, 0, 0}));
  EXPECT_EQ(r.incentive, (std::vector<std::uint16_t>{0, 0, 65535 * 3 / 7, 65535 * 4 / 7}));
  // The first bonds: uid 0 holds all of miner 2 and 3/4 of miner 3, which pays it 3/7 + 3/7.
  EXPECT_EQ(r.dividend, (std::vector<std::uint16_t>{65535 * 6 / 7, 65535 * 1 / 7, 0, 0}));
  // Scaled so that each miner's largest is full. Uid 1 holds a third of uid 0's part of miner 3,
  // less what was floored on the way, floor(0.1 / 4) of floor(0.3 / 4): 107374182 of 322122547.
  EXPECT_EQ(r.bond, u16s({{{2, 65535}, {3, 65535}}, {{3, 21844}}, {}, {}}));
  EXPECT_EQ(r.new_validator_permit, (std::vector<std::uint8_t>{1, 1, 0, 0}));
  EXPECT_EQ(r.active, (std::vector<std::uint8_t>{1, 1, 1, 1}));
  EXPECT_EQ(r.stake, (std::vector<std::uint64_t>{300, 100, 0, 0}));
}

}  // namespace
}  // namespace yuma::test
