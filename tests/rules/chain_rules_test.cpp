// SPDX-License-Identifier: MIT

#include "yuma/rules/chain_rules.hpp"

#include <cstdint>
#include <string>

#include <gmock/gmock.h>

namespace yuma {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Two versions that differ in nothing but their number.
void expect_same_rules(const ChainRules& a, const ChainRules& b) {
  EXPECT_EQ(a.owner_always_permitted, b.owner_always_permitted);
  EXPECT_EQ(a.owner_exempt_from_min_stake, b.owner_exempt_from_min_stake);
  EXPECT_EQ(a.bond_storage, b.bond_storage);
  EXPECT_EQ(a.liquid_alpha_consensus_per_subnet, b.liquid_alpha_consensus_per_subnet);
  EXPECT_EQ(a.liquid_alpha_consensus, b.liquid_alpha_consensus);
}

void expect_refused(std::uint32_t version, Evidence weakest, absl::StatusCode code,
                    const std::string& part) {
  const auto rules = ChainRules::at(version, weakest);
  ASSERT_FALSE(rules.ok()) << version;
  EXPECT_EQ(rules.status().code(), code) << rules.status();
  EXPECT_THAT(
      std::string(rules.status().message()),
      AllOf(HasSubstr("ChainRules::at"), HasSubstr(std::to_string(version)), HasSubstr(part)));
}

TEST(ChainRulesTest, DefaultsAreThoseOf425) {
  const ChainRules defaults;
  EXPECT_EQ(defaults.spec_version, 425U);
  EXPECT_TRUE(defaults.owner_always_permitted);
  EXPECT_TRUE(defaults.owner_exempt_from_min_stake);
  EXPECT_EQ(defaults.bond_storage, BondStorage::kEveryRow);
  EXPECT_FALSE(defaults.liquid_alpha_consensus_per_subnet);
  EXPECT_EQ(defaults.liquid_alpha_consensus, LiquidAlphaConsensus::kCurrent);

  const auto at_425 = ChainRules::at(425, Evidence::kVectors);
  ASSERT_TRUE(at_425.ok()) << at_425.status();
  EXPECT_EQ(at_425->spec_version, 425U);
  expect_same_rules(*at_425, defaults);
}

TEST(ChainRulesTest, At300TheOwnerIsAnOrdinaryNeuron) {
  const auto rules = ChainRules::at(300, Evidence::kVectors);
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->spec_version, 300U);
  EXPECT_FALSE(rules->owner_always_permitted);
  EXPECT_FALSE(rules->owner_exempt_from_min_stake);
  EXPECT_EQ(rules->bond_storage, BondStorage::kPermittedRows);
  EXPECT_FALSE(rules->liquid_alpha_consensus_per_subnet);
  EXPECT_EQ(rules->liquid_alpha_consensus, LiquidAlphaConsensus::kCurrent);
}

TEST(ChainRulesTest, OtherVersionsBefore425AreNotKnown) {
  for (const std::uint32_t version : {0U, 1U, 299U, 301U, 424U}) {
    for (const Evidence weakest : {Evidence::kModel, Evidence::kText, Evidence::kVectors}) {
      expect_refused(version, weakest, absl::StatusCode::kNotFound, "not known");
    }
  }
}

TEST(ChainRulesTest, Between425And446NothingChanged) {
  for (const std::uint32_t version : {426U, 440U, 445U}) {
    const auto rules = ChainRules::at(version, Evidence::kText);
    ASSERT_TRUE(rules.ok()) << rules.status();
    EXPECT_EQ(rules->spec_version, version);
    expect_same_rules(*rules, ChainRules());
    expect_refused(version, Evidence::kVectors, absl::StatusCode::kFailedPrecondition,
                   "did not change since 425");
  }
}

TEST(ChainRulesTest, TextIsEnoughUnlessAskedOtherwise) {
  EXPECT_TRUE(ChainRules::at(440).ok());
  EXPECT_FALSE(ChainRules::at(446).ok());
}

TEST(ChainRulesTest, From446SubnetsChooseTheLiquidAlphaConsensus) {
  for (const std::uint32_t version : {446U, 447U, 475U, 4'294'967'295U}) {
    const auto rules = ChainRules::at(version, Evidence::kModel);
    ASSERT_TRUE(rules.ok()) << rules.status();
    EXPECT_EQ(rules->spec_version, version);
    ChainRules expected;
    expected.liquid_alpha_consensus_per_subnet = true;
    expected.liquid_alpha_consensus = LiquidAlphaConsensus::kAuto;
    expect_same_rules(*rules, expected);

    expect_refused(version, Evidence::kText, absl::StatusCode::kFailedPrecondition,
                   "all-zero previous consensus");
    // Two parts are too weak then; the first is named.
    expect_refused(version, Evidence::kVectors, absl::StatusCode::kFailedPrecondition,
                   "spec_version");
  }
}

// The chain stores these numbers.
TEST(ChainRulesTest, NumbersOfTheLiquidAlphaModes) {
  EXPECT_EQ(static_cast<int>(LiquidAlphaConsensus::kCurrent), 0);
  EXPECT_EQ(static_cast<int>(LiquidAlphaConsensus::kPrevious), 1);
  EXPECT_EQ(static_cast<int>(LiquidAlphaConsensus::kAuto), 2);
}

}  // namespace
}  // namespace yuma
