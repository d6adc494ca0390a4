// SPDX-License-Identifier: MIT

#include "yuma/consensus/normalise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/consensus/stage_testing.hpp"

namespace yuma::test {
namespace {

using ::testing::ElementsAre;

TEST(Normalise, SharesAreCutTowardZeroAndAddUpToLessThanOne) {
  // F / 3 = 1431655765.33
  EXPECT_THAT(normalised<Exact>({kOne, kOne, kOne}),
              ElementsAre(bits(1431655765), bits(1431655765), bits(1431655765)));
}

TEST(Normalise, ASingleValueBecomesExactlyOne) {
  EXPECT_THAT(normalised<Exact>({bits(7)}), ElementsAre(kOne));
}

TEST(Normalise, OnceMoreChangesTheBits) {
  // 5 F / 7 = 3067833782.86, F / 7 = 613566756.57: the sum is F - 2. Dividing by F - 2 adds
  // 3067833782 * 2 / (F - 2) = 1.43 to the first and 0.29 to the others.
  const auto once = normalised<Exact>({bits(5), bits(1), bits(1)});
  EXPECT_THAT(once, ElementsAre(bits(3067833782), bits(613566756), bits(613566756)));
  EXPECT_THAT(normalised<Exact>(once),
              ElementsAre(bits(3067833783), bits(613566756), bits(613566756)));
}

TEST(Normalise, ASumOfZeroLeavesValuesAsTheyAre) {
  EXPECT_THAT(normalised<Exact>({bits(0), bits(0)}), ElementsAre(bits(0), bits(0)));
  EXPECT_THAT(normalised<Exact>({bits(5), bits(-5)}), ElementsAre(bits(5), bits(-5)));
  EXPECT_TRUE(normalised<Exact>({}).empty());
}

TEST(Normalise, TheSumWraps) {
  // 2^62 + 2^62 = 2^63 wraps to -2^63; 2^62 F / -2^63 = -F / 2.
  const auto half = std::int64_t{1} << 62;
  EXPECT_THAT(normalised<Exact>({bits(half), bits(half)}), ElementsAre(bits(-F / 2), bits(-F / 2)));
}

TEST(Normalise, AQuotientThatDoesNotFitIsZeroAndNotTheLimit) {
  // The sum is one ulp: 2^62 F / 1 does not fit, 2^30 F / 1 = 2^62 does.
  const auto large = std::int64_t{1} << 62, small = std::int64_t{1} << 30;
  EXPECT_THAT(normalised<Exact>({bits(large), bits(small), bits(1 - large - small)}),
              ElementsAre(bits(0), bits(large), bits(0)));
}

TEST(NormaliseColumns, DuplicatesCountEachAndUidsBeyondNStay) {
  // Column 0: 1 + 2 + 1 = 4. Column 1 sums to zero. Column 2 is not one of the n = 2.
  Rows<Exact> m =
      shares({{{0, bits(1)}, {0, bits(2)}, {1, bits(0)}}, {{0, bits(1)}, {2, bits(9)}}});
  normalise_columns<Exact>(m, 2);
  EXPECT_EQ(m, shares({{{0, bits(F / 4)}, {0, bits(F / 2)}, {1, bits(0)}},
                       {{0, bits(F / 4)}, {2, bits(9)}}}));
}

TEST(NormaliseColumns, TheSumClampsWhereAVectorsWouldWrap) {
  Rows<Exact> m = shares({{{0, I32F32::max()}}, {{0, I32F32::max()}}});
  normalise_columns<Exact>(m, 2);
  EXPECT_EQ(m, shares({{{0, kOne}}, {{0, kOne}}}));
}

TEST(UpscaleColumns, TheLargestBecomesExactlyOne) {
  // Column 0: 1 / 3 and 3 / 3. Column 1 holds zeros only.
  Rows<Exact> m = shares({{{0, bits(1)}, {1, bits(0)}, {2, bits(7)}}, {{0, bits(3)}}});
  upscale_columns<Exact>(m, 2);
  EXPECT_EQ(m, shares({{{0, ratio(1, 3)}, {1, bits(0)}, {2, bits(7)}}, {{0, kOne}}}));
}

}  // namespace
}  // namespace yuma::test
