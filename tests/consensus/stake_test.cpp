// SPDX-License-Identifier: MIT

#include "yuma/consensus/stake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "tests/consensus/stage_testing.hpp"

namespace yuma::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr auto kMaxU64 = std::numeric_limits<std::uint64_t>::max();

const ChainRules kRules;

ChainRules rules_300() { return *ChainRules::at(300); }

Flags active(EpochSnapshot s) {
  const EpochInput input = s.view();
  return active_uids(input, padded_last_update(input));
}

TEST(Active, AnUpdateActivityCutoffBlocksAgoIsRecentEnough) {
  // 899 + 100 < 1000, 900 + 100 is not.
  EpochSnapshot s = quiet_epoch(3);
  s.parameters.activity_cutoff = 100;
  s.last_update = {899, 900, 901};
  EXPECT_THAT(active(s), ElementsAre(0, 1, 1));
}

TEST(Active, TheSumOfUpdateAndCutoffClamps) {
  EpochSnapshot s = quiet_epoch(2);
  s.current_block = kMaxU64;
  s.parameters.activity_cutoff = 5000;
  s.last_update = {kMaxU64, kMaxU64 - 5001};
  EXPECT_THAT(active(s), ElementsAre(1, 0));
}

TEST(Active, MissingUpdatesAreAtBlockZeroAndExtraOnesIgnored) {
  EpochSnapshot s = quiet_epoch(2);
  s.parameters.activity_cutoff = 999;
  s.last_update = {1};
  EXPECT_THAT(active(s), ElementsAre(1, 0));
  s.last_update = {1, 1, 1};
  EXPECT_THAT(active(s), ElementsAre(1, 1));
}

Vector<Exact> stakes(const std::vector<I64F64>& stake, std::uint64_t min_stake = 0,
                     std::optional<Uid> owner = {}, const ChainRules& rules = kRules) {
  EpochSnapshot s = quiet_epoch(static_cast<std::uint32_t>(stake.size()));
  s.stake = stake;
  s.parameters.min_stake = min_stake;
  s.owner_uid = owner;
  return stake_shares<Exact>(s.view(), rules);
}

TEST(StakeShares, AreFlooredFractionsOfTheTotal) {
  EXPECT_THAT(stakes({rao(1), rao(3)}), ElementsAre(bits(F / 4), bits(3 * F / 4)));
  EXPECT_THAT(stakes({rao(1), rao(2)}), ElementsAre(bits(1431655765), bits(2863311530)));
}

TEST(StakeShares, LessThanAFractionOf2To32IsNothing) {
  const std::uint64_t two32 = std::uint64_t{1} << 32;
  EXPECT_THAT(stakes({rao(1), rao(two32 - 1)}), ElementsAre(bits(1), bits(F - 1)));
  EXPECT_THAT(stakes({rao(1), rao(two32)}), ElementsAre(bits(0), bits(F - 1)));
}

TEST(StakeShares, FractionsOfARaoCount) {
  EXPECT_THAT(stakes({{1}, {3}}), ElementsAre(bits(F / 4), bits(3 * F / 4)));
}

TEST(StakeShares, MinStakeIsEnoughAndIsComparedWithWholeRao) {
  // 99 and 63/64 rao floor to 99 < 100; 100 and 1/64 floor to 100.
  const int128 fraction = static_cast<int128>(1) << 58;
  const I64F64 below{rao(100).bits - fraction}, above{rao(100).bits + fraction};
  EXPECT_THAT(stakes({below, rao(100), rao(100)}, 100),
              ElementsAre(bits(0), bits(F / 2), bits(F / 2)));
  EXPECT_THAT(stakes({below, above}, 100), ElementsAre(bits(0), kOne));
}

TEST(StakeShares, TheOwnerNeedsNoMinStakeUnlessTheRulesAreOld) {
  EXPECT_THAT(stakes({rao(1), rao(3)}, 3, Uid{0}), ElementsAre(bits(F / 4), bits(3 * F / 4)));
  EXPECT_THAT(stakes({rao(1), rao(3)}, 3, Uid{0}, rules_300()), ElementsAre(bits(0), kOne));
  EXPECT_THAT(stakes({rao(1), rao(3)}, 3, Uid{2}), ElementsAre(bits(0), kOne));
}

TEST(StakeShares, NoStakeGivesNoShares) {
  EXPECT_THAT(stakes({rao(0), rao(0)}), Each(bits(0)));
  EXPECT_THAT(stakes({rao(5), rao(5)}, 6), Each(bits(0)));
}

TEST(StakeShares, TheTotalWrapsAt128Bits) {
  // 2^126 + 2^126 = 2^127 wraps to -2^127: each is minus one half. Four of them wrap to zero, which
  // leaves 2^62, clamped to the largest I32F32.
  const I64F64 huge{static_cast<int128>(1) << 126};
  EXPECT_THAT(stakes({huge, huge}), Each(bits(-F / 2)));
  EXPECT_THAT(stakes({huge, huge, huge, huge}), Each(I32F32::max()));
}

TEST(ActiveStake, OnlyActiveUidsWithPermitCountAndShareAnew) {
  // Of 1/2, 1/4, 1/8, 1/8 the first and the third are left: 1/2 and 1/8 of 5/8.
  EXPECT_THAT(active_stake_shares<Exact>({ratio(1, 2), ratio(1, 4), ratio(1, 8), ratio(1, 8)},
                                         {1, 0, 1, 1}, {1, 1, 1, 0}),
              ElementsAre(ratio(4, 5), bits(0), ratio(1, 5), bits(0)));
}

TEST(ActiveStake, IsZeroWhereNobodyCounts) {
  EXPECT_THAT(active_stake_shares<Exact>({ratio(1, 2), ratio(1, 2)}, {1, 0}, {0, 1}),
              Each(bits(0)));
}

}  // namespace
}  // namespace yuma::test
