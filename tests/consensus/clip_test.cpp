// SPDX-License-Identifier: MIT

#include "yuma/consensus/clip.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/rank.hpp"

namespace yuma::test {
namespace {

using ::testing::ElementsAre;

TEST(Clip, CutsToConsensusAndLeavesWhatIsNotAbove) {
  EXPECT_EQ(clipped_weights<Exact>(shares({{{0, bits(9)}, {1, bits(10)}}, {{0, bits(11)}}}),
                                   {bits(10), bits(10)}),
            shares({{{0, bits(9)}, {1, bits(10)}}, {{0, bits(10)}}}));
}

TEST(Clip, RemovesEntriesAboveAConsensusOfZeroButKeepsExplicitZeros) {
  EXPECT_EQ(clipped_weights<Exact>(shares({{{0, bits(1)}, {1, bits(0)}}, {}}), {bits(0), bits(0)}),
            shares({{{1, bits(0)}}, {}}));
}

TEST(Clip, TreatsDuplicatesOneByOneAndKeepsTheOrder) {
  EXPECT_EQ(
      clipped_weights<Exact>(shares({{{1, bits(9)}, {0, bits(2)}, {1, bits(3)}, {1, bits(7)}}, {}}),
                             {bits(5), bits(5)}),
      shares({{{1, bits(5)}, {0, bits(2)}, {1, bits(3)}, {1, bits(5)}}, {}}));
}

TEST(ValidatorTrust, IsTheSumOfTheClippedRowDuplicatesIncluded) {
  EXPECT_THAT(validator_trust<Exact>(shares({{{0, bits(5)}, {1, bits(6)}, {1, bits(7)}}, {}})),
              ElementsAre(bits(18), bits(0)));
}

TEST(Ranks, FloorEachProductAndCountDuplicates) {
  // A third of 2 ulp is nothing; of 3 ulp, a third rounded down, it is nothing too; of 4 ulp it is
  // one. Uid 1: 1 + 1 from the duplicates, and half of 3 ulp: 1.
  EXPECT_THAT(ranks<Exact>({ratio(1, 3), ratio(1, 2), bits(0)},
                           shares({{{0, bits(2)}, {0, bits(3)}, {1, bits(4)}, {1, bits(4)}},
                                   {{1, bits(3)}},
                                   {{2, kOne}}})),
              ElementsAre(bits(0), bits(3), bits(0)));
}

}  // namespace
}  // namespace yuma::test
