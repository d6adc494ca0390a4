// SPDX-License-Identifier: MIT

#include "yuma/consensus/liquid_alpha.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/consensus/stage_testing.hpp"

namespace yuma::test {
namespace {

using ::testing::ElementsAre;

// Steepness 0 makes every rate the middle of low and high: the sigmoid is 1 / (1 + e^0) = 1/2.
// From 0 to 1 that is one half.
constexpr AlphaSigmoid<Exact> kHalf = {bits(0), kOne, bits(0)};

/// From 0 to 1 in a step at d = 1/2: beyond it -20 is the most that the exponential takes.
AlphaSigmoid<Exact> steep() { return {bits(0), kOne, Exact::sigmoid_slope(32767)}; }

TEST(AlphaRate, IsHalfwayWhereTheDistanceIsOneHalf) {
  // prop(45875) = 3006509875, prop(58982) = 3865503334; half of the difference is 429496729.5.
  const auto sigmoid = AlphaSigmoid<Exact>::of(Hyperparameters{});
  EXPECT_EQ(sigmoid.rate(ratio(1, 4), ratio(3, 4), bits(0)), bits(3006509875 + 429496729));
}

TEST(AlphaRate, TheExponentialOfExactlyOneIsTheConstant) {
  // Steepness 200 and no distance: e^(-2 * -1/2). 2^64 / (F + 11674931200) = 1155094634, times
  // 858993459 / F, floored, is 231018926.
  Hyperparameters p;
  p.alpha_sigmoid_steepness = 200;
  EXPECT_EQ(AlphaSigmoid<Exact>::of(p).rate(bits(9), bits(9), bits(0)), bits(3237528801));
}

TEST(AlphaRate, BuyingIsTheLeadOverConsensusAndSellingTheLeadOfTheBond) {
  const I32F32 low = ratio(1, 8), high = ratio(7, 8);
  EXPECT_LT(steep().rate(low, low, low), ratio(1, 100));     // weight = bond: buying, no lead
  EXPECT_GT(steep().rate(low, high, low), ratio(99, 100));   // buying, a lead of 3/4
  EXPECT_LT(steep().rate(high, high, low), ratio(1, 100));   // buying, as far as consensus went
  EXPECT_GT(steep().rate(high, low, high), ratio(99, 100));  // selling, a lead of 3/4
  EXPECT_LT(steep().rate(bits(0), low, ratio(2, 8)), ratio(1, 100));  // selling, a lead of 1/8
  EXPECT_GT(steep().rate(bits(0), high, high), ratio(99, 100));       // weight = bond is buying
}

TEST(AlphaRate, IsAlwaysLowWhereLowIsAboveHigh) {
  const AlphaSigmoid<Exact> sigmoid = {ratio(3, 4), ratio(1, 4), bits(0)};
  EXPECT_EQ(sigmoid.rate(bits(0), kOne, bits(0)), ratio(3, 4));
  EXPECT_EQ(sigmoid.rate(bits(0), bits(0), kOne), ratio(3, 4));
}

TEST(AlphaRate, TheSlopeIsCutTowardZero) {
  EXPECT_EQ(Exact::sigmoid_slope(1000), bits(-10 * F));
  EXPECT_EQ(Exact::sigmoid_slope(1), bits(-42949672));  // F / 100 = 42949672.96
  EXPECT_EQ(Exact::sigmoid_slope(-1), bits(42949672));
}

Rows<Exact> ema(const Rows<Exact>& weights, const Rows<Exact>& bonds,
                const AlphaSigmoid<Exact>& sigmoid = kHalf, I32F32 consensus = bits(0)) {
  return liquid_ema_bonds<Exact>(weights, bonds, Vector<Exact>(weights.rows(), consensus), sigmoid,
                                 false)
      .bonds;
}

TEST(LiquidBonds, ABondWithoutAWeightIsLostAtOnceAndAnExplicitZeroLetsItDecay) {
  EXPECT_EQ(ema(shares({{}, {}}), shares({{{1, kOne}}, {}})), shares({{}, {}}));
  EXPECT_EQ(ema(shares({{{1, bits(0)}}, {}}), shares({{{1, kOne}}, {}})),
            shares({{{1, ratio(1, 2)}}, {}}));
}

TEST(LiquidBonds, MixOldAndNewByTheRate) {
  EXPECT_EQ(ema(shares({{{1, ratio(1, 4)}}, {}}), shares({{{1, ratio(3, 4)}}, {}})),
            shares({{{1, ratio(1, 2)}}, {}}));
  // Each product is floored: half of 1 ulp and half of 3 are 0 and 1.
  EXPECT_EQ(ema(shares({{{1, bits(1)}}, {}}), shares({{{1, bits(3)}}, {}})),
            shares({{{1, bits(1)}}, {}}));
}

TEST(LiquidBonds, WhatComesToNothingIsNotKept) {
  EXPECT_EQ(ema(shares({{{1, bits(1)}}, {}}), shares({{{1, bits(1)}}, {}})), shares({{}, {}}));
}

TEST(LiquidBonds, AreAtMostOne) {
  // Two duplicates of weight: 1/2 of 2 and 1/2 of the bond of 1.
  EXPECT_EQ(ema(shares({{{1, bits(2 * F)}}, {}}), shares({{{1, kOne}}, {}})),
            shares({{{1, kOne}}, {}}));
}

TEST(LiquidBonds, KeepTheOrderAndDuplicatesOfTheWeights) {
  EXPECT_EQ(ema(shares({{{2, ratio(1, 2)}, {1, ratio(1, 4)}, {2, ratio(1, 8)}}, {}, {}}),
                shares({{}, {}, {}})),
            shares({{{2, ratio(1, 4)}, {1, ratio(1, 8)}, {2, ratio(1, 16)}}, {}, {}}));
}

TEST(LiquidBonds, OfDuplicateBondsTheLastDecays) {
  EXPECT_EQ(ema(shares({{{1, bits(0)}}, {}}), shares({{{1, kOne}, {1, ratio(1, 4)}}, {}})),
            shares({{{1, ratio(1, 8)}}, {}}));
}

/// The rates that row 0 of these weights and bonds gets, for three uids and a consensus of zero.
Vector<Exact> rates(const Entries<I32F32>& weights, const Entries<I32F32>& bonds) {
  return liquid_ema_bonds<Exact>(shares({weights, {}, {}}), shares({bonds, {}, {}}),
                                 Vector<Exact>(3, bits(0)), steep(), true)
      .rates[0];
}

constexpr I32F32 kMost = {F / 8 * 7};
const auto kFast = ::testing::Gt(ratio(99, 100));
const auto kSlow = ::testing::Lt(ratio(1, 100));

TEST(LiquidRates, AWeightBehindALargerUidIsNotSeen) {
  EXPECT_THAT(rates({{0, kMost}, {1, kMost}, {2, kMost}}, {}), ElementsAre(kFast, kFast, kFast));
  EXPECT_THAT(rates({{1, kMost}, {0, kMost}, {2, kMost}}, {}), ElementsAre(kSlow, kFast, kFast));
  EXPECT_THAT(rates({{2, kMost}, {0, kMost}, {1, kMost}}, {}), ElementsAre(kSlow, kSlow, kFast));
}

TEST(LiquidRates, ABondBehindALargerUidIsNotSeen) {
  // No weights: a bond that is seen is sold fast.
  EXPECT_THAT(rates({}, {{1, kMost}, {0, kMost}, {2, kMost}}), ElementsAre(kSlow, kFast, kFast));
}

TEST(LiquidRates, OfDuplicatesTheFirstIsSeen) {
  EXPECT_THAT(rates({{1, kMost}, {1, bits(0)}}, {}), ElementsAre(kSlow, kFast, kSlow));
  EXPECT_THAT(rates({{1, bits(0)}, {1, kMost}}, {}), ElementsAre(kSlow, kSlow, kSlow));
  EXPECT_THAT(rates({}, {{1, kMost}, {1, bits(0)}}), ElementsAre(kSlow, kFast, kSlow));
}

TEST(LiquidRates, ABondBeyondNHidesThoseBehindIt) {
  EXPECT_THAT(rates({}, {{9, kMost}, {2, kMost}}), ElementsAre(kSlow, kSlow, kSlow));
  EXPECT_THAT(rates({}, {{2, kMost}, {9, kMost}}), ElementsAre(kSlow, kSlow, kFast));
}

TEST(LiquidRates, AreOnlyMadeOnRequest) {
  EXPECT_TRUE(
      liquid_ema_bonds<Exact>(shares({{}}), shares({{}}), {kOne}, kHalf, false).rates.empty());
}

Vector<Exact> chosen(std::optional<LiquidAlphaConsensus> mode, std::uint16_t bonds_penalty,
                     const ChainRules& rules, bool stored = true) {
  EpochSnapshot s = quiet_epoch(1);
  s.parameters.liquid_alpha_consensus = mode;
  s.parameters.bonds_penalty = bonds_penalty;
  if (stored) s.previous_consensus = {65535};
  return liquid_alpha_consensus<Exact>(s.view(), rules, {bits(5)});
}

TEST(LiquidConsensus, BeforeItCouldBeChosenItIsTheCurrentOne) {
  const ChainRules rules = *ChainRules::at(425);
  EXPECT_THAT(chosen({}, 65535, rules), ElementsAre(bits(5)));
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kPrevious, 65535, rules), ElementsAre(bits(5)));
}

TEST(LiquidConsensus, AutoIsThePreviousOneUnderTheFullPenaltyOnly) {
  const ChainRules rules = *ChainRules::at(446, Evidence::kModel);
  EXPECT_THAT(chosen({}, 65535, rules), ElementsAre(kOne));
  EXPECT_THAT(chosen({}, 65534, rules), ElementsAre(bits(5)));
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kAuto, 65535, rules), ElementsAre(kOne));
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kAuto, 65534, rules), ElementsAre(bits(5)));
}

TEST(LiquidConsensus, IsAsTheSubnetChose) {
  const ChainRules rules = *ChainRules::at(446, Evidence::kModel);
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kCurrent, 65535, rules), ElementsAre(bits(5)));
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kPrevious, 0, rules), ElementsAre(kOne));
}

TEST(LiquidConsensus, WithNoneStoredIsTheCurrentOne) {
  const ChainRules rules = *ChainRules::at(446, Evidence::kModel);
  EXPECT_THAT(chosen(LiquidAlphaConsensus::kPrevious, 65535, rules, false), ElementsAre(bits(5)));
}

}  // namespace
}  // namespace yuma::test
