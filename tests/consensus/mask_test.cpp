// SPDX-License-Identifier: MIT

#include "yuma/consensus/mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/permit.hpp"

namespace yuma::test {
namespace {

constexpr auto kMaxU64 = std::numeric_limits<std::uint64_t>::max();

const ChainRules kRules;

Rows<Exact> weights_of(const EpochSnapshot& s) {
  const EpochInput input = s.view();
  return masked_weights<Exact>(input, padded_last_update(input), permits_in_force(input, kRules));
}

Rows<Exact> bonds_of(const EpochSnapshot& s) {
  return masked_bonds<Exact>(s.view(), Exact::from_u16);
}

TEST(MaskedWeights, ARowIsNormalisedByWhatIsLeftOfIt) {
  EpochSnapshot s = quiet_epoch(3);
  s.weights = u16s({{{0, 50}, {1, 1}, {2, 3}, {3, 70}}, {}, {}});  // 0 is itself, 3 beyond n
  EXPECT_EQ(weights_of(s), shares({{{1, bits(F / 4)}, {2, bits(3 * F / 4)}}, {}, {}}));
}

TEST(MaskedWeights, WithoutPermitNoneCount) {
  EpochSnapshot s = quiet_epoch(2);
  s.validator_permits = {0, 1};
  s.weights = u16s({{{1, 5}}, {{0, 5}}});
  EXPECT_EQ(weights_of(s), shares({{}, {{0, kOne}}}));
}

TEST(MaskedWeights, RowsFromNOnAreIgnored) {
  EpochSnapshot s = quiet_epoch(2);
  s.weights = u16s({{{1, 5}}, {}, {{0, 5}}});
  EXPECT_EQ(weights_of(s), shares({{{1, kOne}}, {}}));
}

TEST(MaskedWeights, OnlyTheOwnerMayWeighItself) {
  EpochSnapshot s = quiet_epoch(2);
  s.weights = u16s({{{0, 1}, {1, 1}}, {{0, 1}, {1, 1}}});
  EXPECT_EQ(weights_of(s), shares({{{1, kOne}}, {{0, kOne}}}));
  s.owner_uid = 1;
  EXPECT_EQ(weights_of(s), shares({{{1, kOne}}, {{0, ratio(1, 2)}, {1, ratio(1, 2)}}}));
}

TEST(MaskedWeights, AnUpdateAtTheBlockOfARegistrationIsOutdated) {
  EpochSnapshot s = quiet_epoch(4);
  s.last_update[0] = 500;
  s.block_at_registration = {0, 499, 500, 501};
  s.weights = u16s({{{1, 7}, {2, 7}, {3, 7}}, {}, {}, {}});
  EXPECT_EQ(weights_of(s), shares({{{1, kOne}}, {}, {}, {}}));
}

TEST(MaskedWeights, UidsWithoutAnUpdateWeighNobody) {
  EpochSnapshot s = quiet_epoch(2);  // registered at block 0: an update at 0 is outdated
  s.last_update.clear();
  s.weights = u16s({{{1, 7}}, {{0, 7}}});
  EXPECT_EQ(weights_of(s), shares({{}, {}}));
}

TEST(MaskedWeights, ACommitBeforeARegistrationHidesTheWeight) {
  EpochSnapshot s = quiet_epoch(4);
  s.block_at_registration = {0, 499, 500, 501};
  s.weights = u16s({{{1, 7}, {2, 7}, {3, 7}}, {}, {}, {}});
  s.commit_blocks = std::vector<std::uint64_t>(4, kMaxU64);
  const Rows<Exact> all =
      shares({{{1, ratio(1, 3)}, {2, ratio(1, 3)}, {3, ratio(1, 3)}}, {}, {}, {}});
  EXPECT_EQ(weights_of(s), all);  // nothing committed
  s.commit_blocks->at(0) = 500;   // at the same block: kept
  EXPECT_EQ(weights_of(s), shares({{{1, ratio(1, 2)}, {2, ratio(1, 2)}}, {}, {}, {}}));
  s.commit_blocks.reset();
  EXPECT_EQ(weights_of(s), all);
}

TEST(MaskedWeights, ZerosOrderAndDuplicatesAreKept) {
  EpochSnapshot s = quiet_epoch(3);
  s.weights = u16s({{{2, 1}, {1, 0}, {2, 3}}, {}, {}});
  EXPECT_EQ(weights_of(s),
            shares({{{2, bits(F / 4)}, {1, bits(0)}, {2, bits(3 * F / 4)}}, {}, {}}));
}

TEST(MaskedWeights, ARowOfZerosStays) {
  EpochSnapshot s = quiet_epoch(3);
  s.weights = u16s({{{1, 0}, {2, 0}}, {}, {}});
  EXPECT_EQ(weights_of(s), shares({{{1, bits(0)}, {2, bits(0)}}, {}, {}}));
}

TEST(MaskedWeights, ARowWhoseSumWrapsToANegativeOneStays) {
  // 32769 times 65535 is beyond 2^31: the sum is negative, and only positive ones divide.
  constexpr std::size_t kEntries = 32769;
  EpochSnapshot s = quiet_epoch(2);
  s.weights = u16s({Entries<std::uint16_t>(kEntries, {1, 65535}), {}});
  EXPECT_EQ(weights_of(s), shares({Entries<I32F32>(kEntries, {1, bits(65535 * F)}), {}}));
}

TEST(BondsCutoff, IsTheBlockAfterThePreviousEpoch) {
  EpochSnapshot s = quiet_epoch(1);
  EXPECT_EQ(bonds_cutoff_block(s.view()), 901U);
  s.last_mechanism_step_block = kMaxU64;
  EXPECT_EQ(bonds_cutoff_block(s.view()), kMaxU64);
}

TEST(BondsCutoff, WithoutAPreviousEpochIsATempoBack) {
  EpochSnapshot s = quiet_epoch(1);
  s.last_mechanism_step_block = 0;
  s.parameters.tempo = 360;
  EXPECT_EQ(bonds_cutoff_block(s.view()), 640U);
  s.parameters.tempo = 1001;
  EXPECT_EQ(bonds_cutoff_block(s.view()), 0U);
}

TEST(MaskedBonds, OfAMinerRegisteredAtTheCutoffAreDropped) {
  EpochSnapshot s = quiet_epoch(3);
  s.block_at_registration = {900, 901, 902};
  s.bonds = u16s({{{0, 7}, {1, 7}, {2, 7}}, {}, {}});
  EXPECT_EQ(bonds_of(s), shares({{{0, bits(7 * F)}}, {}, {}}));
}

TEST(MaskedBonds, UidsBeyondNCountAsRegisteredAtBlockZero) {
  EpochSnapshot s = quiet_epoch(1);
  s.bonds = u16s({{{0, 1}, {9, 2}}, {{0, 3}}});
  EXPECT_EQ(bonds_of(s), shares({{{0, bits(F)}, {9, bits(2 * F)}}}));
  s.last_mechanism_step_block = 0;
  s.parameters.tempo = 1000;  // the cutoff is block 0: nothing is older
  EXPECT_EQ(bonds_of(s), shares({{}}));
}

TEST(MaskedBonds, NeitherPermitNorUpdateMatters) {
  EpochSnapshot s = quiet_epoch(1);
  s.validator_permits = {0};
  s.last_update = {0};
  s.bonds = u16s({{{0, 65535}}});
  EXPECT_EQ(masked_bonds<Exact>(s.view(), Exact::from_proportion), shares({{{0, kOne}}}));
}

}  // namespace
}  // namespace yuma::test
