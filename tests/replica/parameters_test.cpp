// SPDX-License-Identifier: MIT

#include "yuma/replica/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yuma {
namespace {

using ::testing::HasSubstr;

TEST(Parameters, DefaultsAreThoseOfTheChain) {
  const SubnetParameters p;
  const std::pair<ParameterTag, std::uint64_t> defaults[] = {
      {ParameterTag::kTempo, 360},
      {ParameterTag::kRevealPeriod, 1},
      {ParameterTag::kHaveWait, 0},
      {ParameterTag::kEmissionPerBlock, 0},
      {ParameterTag::kMinAllowedWeights, 1},
      {ParameterTag::kMaxWeightLimit, 65535},
      {ParameterTag::kWeightsVersionKey, 0},
      {ParameterTag::kActivityCutoff, 5000},
      {ParameterTag::kMinStake, 0},
      {ParameterTag::kMaxAllowedValidators, 128},
      {ParameterTag::kKappa, 32767},
      {ParameterTag::kBondsPenalty, 65535},
      {ParameterTag::kBondsMovingAverage, 900'000},
      {ParameterTag::kYuma3, 0},
      {ParameterTag::kLiquidAlpha, 0},
      {ParameterTag::kAlphaLow, 45875},
      {ParameterTag::kAlphaHigh, 58982},
      {ParameterTag::kAlphaSigmoidSteepness, 1000},
      {ParameterTag::kLiquidAlphaConsensus, 0},
  };
  EXPECT_EQ(std::size(defaults), all_parameters().size());
  for (const auto& [tag, value] : defaults) {
    EXPECT_EQ(parameter(p, tag), value) << parameter_name(tag);
  }
}

TEST(Parameters, EachTakesItsBoundsAndNothingBeyondAndChangesNoOther) {
  for (const ParameterTag tag : all_parameters()) {
    SCOPED_TRACE(parameter_name(tag));
    const ParameterBounds bounds = parameter_bounds(tag);
    for (const std::uint64_t value : {bounds.least, bounds.most}) {
      SubnetParameters p;
      ASSERT_TRUE(set_parameter(p, tag, value).ok());
      EXPECT_EQ(parameter(p, tag), value);
      for (const ParameterTag other : all_parameters()) {
        if (other == tag) continue;
        EXPECT_EQ(parameter(p, other), parameter(SubnetParameters(), other));
      }
      EXPECT_EQ(p == SubnetParameters(), value == parameter(SubnetParameters(), tag));
    }
    for (const std::uint64_t value : {bounds.least - 1, bounds.most + 1}) {
      if (value >= bounds.least && value <= bounds.most) continue;  // of all 64 bits none is beyond
      SubnetParameters p;
      const absl::Status status = set_parameter(p, tag, value);
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(parameter_name(tag))));
      EXPECT_TRUE(p == SubnetParameters());
    }
  }
}

TEST(Parameters, AreThoseThatTheEpochReads) {
  SubnetParameters p;
  ASSERT_TRUE(set_parameter(p, ParameterTag::kTempo, 99).ok());
  EXPECT_EQ(p.epoch.tempo, 99);
  ASSERT_TRUE(set_parameter(p, ParameterTag::kYuma3, 1).ok());
  EXPECT_TRUE(p.epoch.yuma3);
  ASSERT_TRUE(set_parameter(p, ParameterTag::kAlphaSigmoidSteepness, 65535).ok());
  EXPECT_EQ(p.epoch.alpha_sigmoid_steepness, -1);
  ASSERT_TRUE(set_parameter(p, ParameterTag::kAlphaSigmoidSteepness, 32768).ok());
  EXPECT_EQ(p.epoch.alpha_sigmoid_steepness, -32768);
  const std::optional<LiquidAlphaConsensus> choices[] = {
      std::nullopt, LiquidAlphaConsensus::kCurrent, LiquidAlphaConsensus::kPrevious,
      LiquidAlphaConsensus::kAuto};
  for (std::uint64_t number = 0; number < std::size(choices); ++number) {
    ASSERT_TRUE(set_parameter(p, ParameterTag::kLiquidAlphaConsensus, number).ok());
    EXPECT_EQ(p.epoch.liquid_alpha_consensus, choices[number]);
    EXPECT_EQ(parameter(p, ParameterTag::kLiquidAlphaConsensus), number);
  }
}

TEST(Parameters, HaveWaitIsATenthOfTempoUnlessItIsSet) {
  SubnetParameters p;
  EXPECT_EQ(have_wait_blocks(p), 36U);
  p.epoch.tempo = 29;
  EXPECT_EQ(have_wait_blocks(p), 2U);
  p.epoch.tempo = 9;
  EXPECT_EQ(have_wait_blocks(p), 1U);
  p.have_wait = 50;
  EXPECT_EQ(have_wait_blocks(p), 50U);
}

}  // namespace
}  // namespace yuma
