// SPDX-License-Identifier: MIT

// How the epochs of different versions of the chain differ, and that they differ in nothing else.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "tests/consensus/each_case.hpp"
#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

const ChainRules k300 = *ChainRules::at(300);
const ChainRules k425 = *ChainRules::at(425);
const ChainRules k446 = *ChainRules::at(446, Evidence::kModel);

EpochResult terms_of(EpochSnapshot s, const ChainRules& rules) {
  auto stages = epoch_staged<Exact>(s.view(), rules);
  EXPECT_TRUE(stages.ok()) << stages.status();
  return std::move(stages->terms);
}

EpochSnapshot with_mode(EpochSnapshot s, std::optional<LiquidAlphaConsensus> mode) {
  s.parameters.liquid_alpha_consensus = mode;
  return s;
}

TEST(Rules446, WithTheCurrentConsensusAreThoseOf425) {
  for_each_case(2500, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    const EpochSnapshot s = with_mode(epoch, LiquidAlphaConsensus::kCurrent);
    expect_same_terms(terms_of(s, k446), terms_of(s, k425));
  });
}

TEST(Rules446, WithoutAPreviousConsensusAreThoseOf425) {
  for_each_case(2500, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    EpochSnapshot s = epoch;
    s.previous_consensus.clear();
    expect_same_terms(terms_of(s, k446), terms_of(s, k425));
  });
}

TEST(Rules446, WithoutLiquidAlphaAreThoseOf425) {
  for_each_case(2000, hostile(40), [](const EpochSnapshot& epoch, Random& random) {
    EpochSnapshot s = epoch;
    (random.chance(50) ? s.parameters.yuma3 : s.parameters.liquid_alpha) = false;
    expect_same_terms(terms_of(s, k446), terms_of(s, k425));
  });
}

TEST(Rules446, AutoIsPreviousUnderTheFullPenaltyAndElseCurrent) {
  EpochOptions options = hostile(40);
  int different = 0;
  for_each_case(2500, options, [&](const EpochSnapshot& epoch, Random&) {
    const bool full = epoch.parameters.bonds_penalty == 65535;
    const auto mode = full ? LiquidAlphaConsensus::kPrevious : LiquidAlphaConsensus::kCurrent;
    const EpochResult automatic = terms_of(with_mode(epoch, LiquidAlphaConsensus::kAuto), k446);
    expect_same_terms(automatic, terms_of(with_mode(epoch, mode), k446));
    expect_same_terms(automatic, terms_of(with_mode(epoch, std::nullopt), k446));
    different += automatic == terms_of(epoch, k425) ? 0 : 1;
  });
  EXPECT_GT(different, 20);
}

/// Two validators of equal stake agree on two miners under Yuma3 with liquid alpha; an epoch ago
/// neither miner had any consensus. Yuma3's default penalty clips bond weights to consensus.
EpochSnapshot risen_miners() {
  EpochSnapshot s = quiet_epoch(4);
  s.stake = {rao(1000), rao(1000), rao(0), rao(0)};
  s.validator_permits = {1, 1, 0, 0};
  s.weights = u16s({{{2, 49151}, {3, 16384}}, {{2, 49151}, {3, 16384}}, {}, {}});
  s.previous_consensus = {0, 0, 0, 0};
  s.parameters.yuma3 = s.parameters.liquid_alpha = true;
  return s;
}

TEST(Rules446, BuyingAMinerWhoseConsensusRoseGetsTheHigherRate) {
  // The weight is 49151 / 65535 = 0.75. Against the current consensus, the same 0.75, the lead is
  // nothing: alpha = 0.7 + 0.2 / (1 + e^5) = 0.70134, a bond of 0.52600 or 34471.2 / 65535. Against
  // the previous one it is 0.75: alpha = 0.7 + 0.2 / (1 + e^-2.5) = 0.88483 and 43490.4 / 65535.
  const EpochSnapshot s = risen_miners();
  const EpochResult june = terms_of(s, k425), august = terms_of(s, k446);
  EXPECT_EQ(june.bond.row(0).values[0], 34471);
  EXPECT_EQ(august.bond.row(0).values[0], 43490);
  // Only the bonds of the next epoch tell them apart: both validators bought alike.
  expect_same_terms_but_bonds(june, august);
  EXPECT_EQ(august, terms_of(with_mode(s, LiquidAlphaConsensus::kPrevious), k446));
  EXPECT_EQ(june, terms_of(with_mode(s, LiquidAlphaConsensus::kCurrent), k446));
}

TEST(Rules446, BelowTheFullPenaltyNothingChanges) {
  EpochSnapshot s = risen_miners();
  s.parameters.bonds_penalty = 65534;
  EXPECT_EQ(terms_of(s, k446), terms_of(s, k425));
  EXPECT_FALSE(terms_of(with_mode(s, LiquidAlphaConsensus::kPrevious), k446) == terms_of(s, k425));
}

TEST(Rules300, WithoutAnOwnerDifferFrom425InTheBondsOfThoseNeverPermitted) {
  int different = 0;
  for_each_case(2500, hostile(40), [&](const EpochSnapshot& epoch, Random&) {
    EpochSnapshot s = epoch;
    s.owner_uid.reset();
    const EpochResult old = terms_of(s, k300), now = terms_of(s, k425);
    expect_same_terms_but_bonds(old, now);
    const auto stored = copied_rows(s.bonds), old_rows = copied_rows(old.bond),
               now_rows = copied_rows(now.bond);
    for (std::size_t i = 0; i < s.n; ++i) {
      const bool permitted = i < s.validator_permits.size() && s.validator_permits[i] != 0;
      const bool never = !permitted && now.new_validator_permit[i] == 0;
      EXPECT_EQ(old_rows[i], never ? stored[i] : now_rows[i]) << "uid " << i;
      different += old_rows[i] == now_rows[i] ? 0 : 1;
    }
  });
  EXPECT_GT(different, 20);
}

TEST(Rules300, GiveTheOwnerNeitherAPermitNorAnExemptionFromMinStake) {
  EpochSnapshot s = quiet_epoch(3);
  s.stake = {rao(5), rao(100), rao(100)};
  s.parameters.min_stake = 10;
  s.validator_permits = {0, 1, 1};
  s.owner_uid = 0;
  s.weights = u16s({{{1, 1}}, {{2, 1}}, {{1, 1}}});
  const EpochResult old = terms_of(s, k300), now = terms_of(s, k425);
  EXPECT_EQ(old.new_validator_permit[0], 0);
  EXPECT_EQ(now.new_validator_permit[0], 1);
  EXPECT_EQ(old.stake_weight[0], 0);
  EXPECT_EQ(now.stake_weight[0], 65535 * 5 / 205);
  EXPECT_EQ(old.validator_trust[0], 0);  // its row does not count
  EXPECT_EQ(now.validator_trust[0], now.consensus[1]);
}

TEST(Rules300, TheFieldsOfTheRulesAreAllThatDiffers) {
  ChainRules rules = k300;
  rules.owner_always_permitted = rules.owner_exempt_from_min_stake = true;
  rules.bond_storage = BondStorage::kEveryRow;
  for_each_case(2000, hostile(40), [&](const EpochSnapshot& epoch, Random&) {
    expect_same_terms(terms_of(epoch, rules), terms_of(epoch, k425));
  });
}

}  // namespace
}  // namespace yuma::test
