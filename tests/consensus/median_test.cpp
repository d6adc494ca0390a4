// SPDX-License-Identifier: MIT

#include "yuma/consensus/median.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/consensus/stage_testing.hpp"
#include "tests/support/random.hpp"

namespace yuma::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using Bits = std::vector<std::int64_t>;

std::int64_t median(const Bits& stake, const Bits& score, std::int64_t minority) {
  Vector<Exact> m, s;
  std::int64_t total = 0;
  for (const auto v : stake) {
    m.push_back(bits(v));
    total += v;
  }
  for (const auto v : score) s.push_back(bits(v));
  return weighted_median<Exact>(m, s, bits(minority), bits(total)).bits;
}

/// The smallest score s such that the stake of scores up to s exceeds minority; the largest score
/// where there is none; zero of no scores.
std::int64_t median_by_definition(const Bits& stake, const Bits& score, std::int64_t minority) {
  Bits sorted = score;
  std::sort(sorted.begin(), sorted.end());
  for (const std::int64_t s : sorted) {
    std::int64_t up_to = 0;
    for (std::size_t k = 0; k < score.size(); ++k) up_to += score[k] <= s ? stake[k] : 0;
    if (up_to > minority) return s;
  }
  return sorted.empty() ? 0 : sorted.back();
}

TEST(WeightedMedian, TheStakeUpToItExceedsTheMinority) {
  // Stakes by score: 10 at 1, 20 at 2, 30 at 3, so 10, 30 and 60 up to each.
  const Bits stake = {30, 10, 20}, score = {3, 1, 2};
  EXPECT_EQ(median(stake, score, 9), 1);
  EXPECT_EQ(median(stake, score, 29), 2);
  EXPECT_EQ(median(stake, score, 59), 3);
}

TEST(WeightedMedian, AnExactTieTakesTheUpperScore) {
  const Bits stake = {30, 10, 20}, score = {3, 1, 2};
  EXPECT_EQ(median(stake, score, 10), 2);
  EXPECT_EQ(median(stake, score, 30), 3);
}

TEST(WeightedMedian, WithNoMinorityIsTheSmallestAndWithAllOfItTheLargest) {
  const Bits stake = {30, 10, 20}, score = {3, 1, 2};
  EXPECT_EQ(median(stake, score, -1), 1);
  EXPECT_EQ(median(stake, score, 60), 3);
}

TEST(WeightedMedian, OfNoScoresIsZeroAndOfOneThatScore) {
  EXPECT_EQ(median({}, {}, 0), 0);
  EXPECT_EQ(median({5}, {77}, -1), 77);
  EXPECT_EQ(median({5}, {77}, 5), 77);
}

TEST(WeightedMedian, EqualsItsDefinitionForAllStakesAndScoresOfThreeValidatorsUpToThree) {
  for (unsigned code = 0; code < 4096; ++code) {  // six numbers of two bits
    Bits stake, score;
    for (unsigned k = 0; k < 3; ++k) {
      stake.push_back(code >> (4 * k) & 3);
      score.push_back(code >> (4 * k + 2) & 3);
    }
    for (std::int64_t minority = -2; minority <= 10; ++minority) {
      ASSERT_EQ(median(stake, score, minority), median_by_definition(stake, score, minority))
          << ::testing::PrintToString(stake) << ::testing::PrintToString(score) << minority;
    }
  }
}

TEST(WeightedMedian, EqualsItsDefinitionOnRandomLists) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Random random(seed);
    const std::int64_t stakes = random.pick({3, 10, 1'000'000'000});
    const std::int64_t scores = random.pick({2, 5, 1'000'000'000});
    Bits stake, score;
    std::int64_t total = 0;
    for (std::uint64_t k = random.below(13); k > 0; --k) {
      stake.push_back(random.between<std::int64_t>(1, stakes));
      score.push_back(random.between<std::int64_t>(0, scores));
      total += stake.back();
    }
    std::int64_t minority = random.between<std::int64_t>(-2, total + 1);
    if (!stake.empty() && random.chance(50)) {  // exactly the stake up to one of the scores
      const std::int64_t s = score[random.below(score.size())];
      minority = 0;
      for (std::size_t k = 0; k < score.size(); ++k) minority += score[k] <= s ? stake[k] : 0;
    }
    ASSERT_EQ(median(stake, score, minority), median_by_definition(stake, score, minority))
        << "seed " << seed << ::testing::PrintToString(stake) << ::testing::PrintToString(score)
        << minority;
  }
}

/// Five uids of equal stake give uid 0 the scores 1 .. 5 (bits).
std::int64_t consensus_of_five(std::uint16_t kappa) {
  const Vector<Exact> stake(5, ratio(1, 5));
  Rows<Exact> weights;
  for (std::int64_t i = 0; i < 5; ++i) {
    weights.push(0, bits(i + 1));
    weights.end_row();
  }
  return consensus_weights<Exact>(stake, weights, kappa)[0].bits;
}

TEST(Consensus, KappaOfNothingTakesTheLargestScoreAndOfAllTheSmallest) {
  EXPECT_EQ(consensus_of_five(0), 5);
  EXPECT_EQ(consensus_of_five(65535), 1);
}

TEST(Consensus, KappaOnAnExactTieTakesTheUpperScore) {
  // A stake is floor(F / 5) = 858993459, all together F - 1. kappa = 26214 is 26214 * 65537 =
  // 2 * 858993459, so the minority is 3 * 858993459: exactly the stake of the three lowest scores.
  EXPECT_EQ(consensus_of_five(26214), 4);
  EXPECT_EQ(consensus_of_five(26215), 3);
}

TEST(Consensus, HalfOfTheStakeIsNotMoreThanTheMinorityOfTheDefaultKappa) {
  // prop(32767) = 2147450879 leaves a minority of 2147516417, more than half: the upper score.
  EXPECT_THAT(consensus_weights<Exact>({ratio(1, 2), ratio(1, 2)},
                                       shares({{{0, bits(10)}}, {{0, bits(20)}}}), 32767),
              ElementsAre(bits(20), bits(0)));
}

TEST(Consensus, ThoseWithoutAnEntryScoreZero) {
  // Three quarters of the stake do not know uid 0.
  EXPECT_THAT(
      consensus_weights<Exact>({ratio(1, 4), ratio(3, 4)}, shares({{{0, kOne}}, {}}), 32767),
      Each(bits(0)));
  EXPECT_THAT(
      consensus_weights<Exact>({ratio(3, 4), ratio(1, 4)}, shares({{{0, kOne}}, {}}), 32767),
      ElementsAre(kOne, bits(0)));
}

TEST(Consensus, OfDuplicatesTheLastCounts) {
  EXPECT_THAT(
      consensus_weights<Exact>({kOne, bits(0)}, shares({{{1, bits(9)}, {1, bits(3)}}, {}}), 32767),
      ElementsAre(bits(0), bits(3)));
}

TEST(Consensus, ThoseWithoutActiveStakeHaveNoSay) {
  EXPECT_THAT(
      consensus_weights<Exact>({kOne, bits(0)}, shares({{{0, bits(5)}}, {{0, bits(1)}}}), 65535),
      ElementsAre(bits(5), bits(0)));
  EXPECT_THAT(consensus_weights<Exact>({bits(0), bits(0)}, shares({{{0, kOne}}, {{0, kOne}}}), 0),
              Each(bits(0)));
}

TEST(Consensus, StakeIsNormalisedOnceMore) {
  // Four sixths and a double one: 715827882 (x 4) and 1431655765 add up to F - 3. Once more they
  // are 715827882 and 1431655766, F - 2 in all. kappa = 43690 is 2863311530, and the minority
  // F - 2 - 2863311530 = 1431655764 = 2 * 715827882: a tie, so the upper score. With F - 3 it would
  // be one ulp less than the stake of the two low scores, and these would win.
  EXPECT_EQ(
      consensus_weights<Exact>(
          {ratio(1, 6), ratio(1, 6), ratio(1, 6), ratio(1, 6), ratio(2, 6)},
          shares({{{0, bits(1)}}, {{0, bits(1)}}, {{0, bits(8)}}, {{0, bits(8)}}, {{0, bits(8)}}}),
          43690)[0],
      bits(8));
}

}  // namespace
}  // namespace yuma::test
