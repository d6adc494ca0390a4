// SPDX-License-Identifier: MIT

#include "yuma/consensus/bonds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/dividends.hpp"

namespace yuma::test {
namespace {

using ::testing::ElementsAre;

TEST(WeightsForBonds, AreAsTheyComeAtEitherEndOfThePenalty) {
  const Rows<Exact> weights = shares({{{1, bits(9)}, {0, bits(0)}, {1, bits(5)}}, {}});
  const Rows<Exact> clipped = shares({{{1, bits(4)}, {0, bits(0)}, {1, bits(4)}}, {}});
  EXPECT_EQ(weights_for_bonds<Exact>(weights, clipped, 0), weights);
  EXPECT_EQ(weights_for_bonds<Exact>(weights, clipped, 65535), clipped);
}

TEST(WeightsForBonds, BetweenTheEndsRowsAreSortedWithoutZerosAndTheLastDuplicateCounts) {
  // Row 0: uid 2 from 8 to 8; uid 1, last entries, from 5 to 5; uid 0 is zero.
  EXPECT_EQ(weights_for_bonds<Exact>(
                shares({{{2, bits(8)}, {1, bits(9)}, {0, bits(0)}, {1, bits(5)}}, {}, {}}),
                shares({{{2, bits(8)}, {1, bits(4)}, {0, bits(0)}, {1, bits(5)}}, {}, {}}), 32768),
            shares({{{1, bits(5)}, {2, bits(8)}}, {}, {}}));
}

TEST(WeightsForBonds, InterpolateByThePenalty) {
  // prop(32768) = 32768 * 65537 = 2147516416. From 1/2 to 1/4: F/2 - 2147516416 / 4.
  EXPECT_EQ(
      weights_for_bonds<Exact>(shares({{{0, ratio(1, 2)}}}), shares({{{0, ratio(1, 4)}}}), 32768),
      shares({{{0, bits(F / 2 - 536879104)}}}));
}

TEST(WeightsForBonds, TheStepFromWeightToClippedRoundsDown) {
  // p * -1 ulp is -1 ulp, not 0, however small p is.
  EXPECT_EQ(weights_for_bonds<Exact>(shares({{{0, bits(10)}}}), shares({{{0, bits(9)}}}), 1),
            shares({{{0, bits(9)}}}));
}

TEST(WeightsForBonds, AnEntryThatTheClipRemovedCountsAsZero) {
  // F/2 - prop(32768) / 2 = F/2 - 1073758208.
  EXPECT_EQ(weights_for_bonds<Exact>(shares({{{0, ratio(1, 2)}}}), shares({{}}), 32768),
            shares({{{0, bits(F / 2 - 1073758208)}}}));
}

TEST(BondsDelta, FloorsWeightTimesStake) {
  EXPECT_EQ(bonds_delta<Exact>({ratio(1, 2), bits(0)},
                               shares({{{0, bits(3)}, {1, bits(1)}}, {{0, kOne}}})),
            shares({{{0, bits(1)}, {1, bits(0)}}, {{0, bits(0)}}}));
}

TEST(BondsRate, IsWhatTheMovingAverageLeaves) {
  EXPECT_EQ(Exact::bonds_rate(900'000, false), bits(F - 3865470566));
  EXPECT_EQ(Exact::bonds_rate(0, false), kOne);
  EXPECT_EQ(Exact::bonds_rate(1'000'000, true), bits(0));
  EXPECT_EQ(Exact::bonds_rate(2'000'000, true), bits(-F));
}

TEST(BondsRate, TheConversionClampsUnderYuma2AndWrapsUnderYuma3) {
  // 2^63 * 2^64 is 2^127, one too many: clamped, 2^63 / 10^6 is beyond 2^31, so the rate is
  // 1 - 2^31 (+ 1 ulp). Wrapped it is -2^63: the rate is 1 + 2^31, clamped.
  const std::uint64_t two63 = std::uint64_t{1} << 63;
  EXPECT_EQ(Exact::bonds_rate(two63, false), saturating_sub(kOne, I32F32::max()));
  EXPECT_EQ(Exact::bonds_rate(two63, true), I32F32::max());
}

constexpr I32F32 kTenth = {429496730};  // the rate of the default moving average

TEST(EmaBonds, FloorsNewAndOldOnTheirOwn) {
  // 0.1 of 9 ulp is 0; 0.9 of it, 8.1, is 8. Of one ulp nothing is left.
  EXPECT_EQ(ema_bonds<Exact>(shares({{{0, bits(9)}, {1, bits(1)}}, {}}),
                             shares({{{0, bits(9)}, {1, bits(1)}}, {}}), kTenth),
            shares({{{0, bits(8)}}, {}}));
  EXPECT_EQ(ema_bonds<Exact>(shares({{{0, kOne}}}), shares({{{0, kOne}}}), kTenth),
            shares({{{0, kOne}}}));
}

TEST(EmaBonds, DuplicatesAddUpEachFloored) {
  // 10 ulp would give one; twice 5 give nothing, 10 and 10 give two.
  EXPECT_EQ(
      ema_bonds<Exact>(shares({{{0, bits(5)}, {0, bits(5)}, {1, bits(10)}, {1, bits(10)}}, {}}),
                       shares({{}, {}}), kTenth),
      shares({{{1, bits(2)}}, {}}));
}

TEST(EmaBonds, ComeSortedAndWithoutUidsBeyondN) {
  EXPECT_EQ(ema_bonds<Exact>(shares({{{1, bits(40)}, {0, bits(20)}, {7, kOne}}, {}}),
                             shares({{{7, kOne}, {1, bits(10)}}, {}}), kTenth),
            shares({{{0, bits(2)}, {1, bits(4 + 8)}}, {}}));
}

TEST(EmaBonds, ANegativeRateSellsNewAndDoublesOld) {
  // Rate -1: -1/4 + 2 * 1/2 = 3/4; -1/2 + 2 * 1/4 = 0 is not kept.
  EXPECT_EQ(ema_bonds<Exact>(shares({{{0, ratio(1, 4)}, {1, ratio(1, 2)}}, {}}),
                             shares({{{0, ratio(1, 2)}, {1, ratio(1, 4)}}, {}}), bits(-F)),
            shares({{{0, ratio(3, 4)}}, {}}));
}

TEST(Dividends, Yuma2PaysTheBondsAShareOfTheIncentive) {
  // 3/4 * 1/2 = 3/8 and 1/4 * 1/2 = 1/8, normalised 3/4 and 1/4. Uid 9 does not exist.
  EXPECT_THAT(yuma2_dividends<Exact>(shares({{{1, ratio(3, 4)}, {9, kOne}}, {{1, ratio(1, 4)}}}),
                                     {bits(0), ratio(1, 2)}),
              ElementsAre(ratio(3, 4), ratio(1, 4)));
}

TEST(Dividends, Yuma3CountsTheStakeToo) {
  // Equal bonds, stakes of 3 to 1.
  EXPECT_THAT(yuma3_dividends<Exact>(shares({{{1, ratio(1, 2)}}, {{1, ratio(1, 2)}}}),
                                     {bits(0), kOne}, {ratio(3, 4), ratio(1, 4)}),
              ElementsAre(ratio(3, 4), ratio(1, 4)));
}

TEST(Dividends, Yuma3ProductThatDoesNotFitIsZero) {
  const I32F32 two30{F << 30}, two{2 * F};
  EXPECT_THAT(
      yuma3_dividends<Exact>(shares({{{0, two30}}, {{0, kOne}}}), {kOne, bits(0)}, {two, kOne}),
      ElementsAre(bits(0), kOne));
}

TEST(Dividends, OfDuplicatesBothPay) {
  EXPECT_THAT(yuma2_dividends<Exact>(
                  shares({{{0, ratio(1, 4)}, {0, ratio(1, 2)}}, {{0, ratio(1, 4)}}}), {kOne, kOne}),
              ElementsAre(ratio(3, 4), ratio(1, 4)));
}

TEST(Dividends, TheSumClampsUnderYuma2AndWrapsUnderYuma3) {
  const Rows<Exact> bonds = shares({{{0, I32F32::max()}, {0, bits(1)}}});
  EXPECT_EQ(bond_income<Exact>(bonds.row(0), {kOne}, false), I32F32::max());
  EXPECT_EQ(bond_income<Exact>(bonds.row(0), {kOne}, true), I32F32::min());
}

}  // namespace
}  // namespace yuma::test
