// SPDX-License-Identifier: MIT

#include "yuma/consensus/emission.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/consensus/stage_testing.hpp"

namespace yuma::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

const Vector<Exact> kStake = {ratio(1, 4), ratio(3, 4)};
const Vector<Exact> kActiveStake = {kOne, bits(0)};
const Vector<Exact> kNone = {bits(0), bits(0)};

TEST(Emission, MinersAndValidatorsShareEqually) {
  const auto e = emission_shares<Exact>({bits(0), kOne}, {kOne, bits(0)}, kStake, kActiveStake);
  EXPECT_THAT(e.server, ElementsAre(bits(0), ratio(1, 2)));
  EXPECT_THAT(e.validator, ElementsAre(ratio(1, 2), bits(0)));
  EXPECT_THAT(e.combined, ElementsAre(ratio(1, 2), ratio(1, 2)));
}

TEST(Emission, WithoutDividendsAllIsForIncentive) {
  const auto e = emission_shares<Exact>({bits(0), kOne}, kNone, kStake, kActiveStake);
  EXPECT_THAT(e.server, ElementsAre(bits(0), kOne));
  EXPECT_THAT(e.validator, Each(bits(0)));
}

TEST(Emission, TheCombinedShareIsRoundedOnItsOwn) {
  // Incentive 1/3 each, all dividends to uid 0: S = 3 * 1431655765 + F = 8589934591. Uid 0 earns
  // 1431655765 F / S = 715827882 and F F / S = 2147483648, together (1431655765 + F) F / S =
  // 2863311530. Of 5 rao that is 0.83, 2.5 and 3.33: 0 + 2, but 3.
  const I32F32 third = ratio(1, 3);
  const auto e = emission_shares<Exact>({third, third, third}, {kOne, bits(0), bits(0)},
                                        {kOne, bits(0), bits(0)}, {kOne, bits(0), bits(0)});
  EXPECT_EQ(e.server[0], bits(715827882));
  EXPECT_EQ(e.validator[0], bits(2147483648));
  EXPECT_EQ(e.combined[0], bits(2863311530));
  EXPECT_EQ(Exact::share_of(e.server[0], 5), 0U);
  EXPECT_EQ(Exact::share_of(e.validator[0], 5), 2U);
  EXPECT_EQ(Exact::share_of(e.combined[0], 5), 3U);
}

TEST(Emission, WithoutAnyTheActiveStakeEarns) {
  const auto e = emission_shares<Exact>(kNone, kNone, kStake, kActiveStake);
  EXPECT_THAT(e.server, Each(bits(0)));
  EXPECT_EQ(e.validator, kActiveStake);
  EXPECT_EQ(e.combined, kActiveStake);
}

TEST(Emission, WithoutActiveStakeAllStakeEarns) {
  const auto e = emission_shares<Exact>(kNone, kNone, kStake, kNone);
  EXPECT_THAT(e.server, Each(bits(0)));
  EXPECT_EQ(e.validator, kStake);
  EXPECT_EQ(e.combined, kStake);
}

TEST(Emission, AmountsAreFlooredAndTakeTheWholeRange) {
  EXPECT_EQ(Exact::share_of(kOne, ~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_EQ(Exact::share_of(ratio(1, 2), 3), 1U);
  EXPECT_EQ(Exact::share_of(bits(-1), 3), 0U);
}

}  // namespace
}  // namespace yuma::test
