// SPDX-License-Identifier: MIT

#include "yuma/snapshot/epoch_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "yuma/consensus/epoch.hpp"
#include "yuma/snapshot/epoch_json.hpp"

namespace yuma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json small_input() {
  return *parse_json(R"({
    "n": 2, "current_block": 1000, "tempo": 360, "activity_cutoff": 5000,
    "last_mechanism_step_block": 0, "last_update": [990, 990], "block_at_registration": [1, 2],
    "commit_blocks": null, "stake_i64f64_bits": ["71193260338250653863574827680883", "0"],
    "min_stake": 0, "owner_uid": null, "validator_permits": [true, false],
    "max_allowed_validators": 3, "weights": [[[0, 56724], [1, 8671]], []],
    "bonds": [[[0, 65535]], []], "kappa": 32767, "bonds_penalty": 65535,
    "bonds_moving_average": 900000, "yuma3": false, "liquid_alpha": false, "alpha_low": 45875,
    "alpha_high": 58982, "alpha_sigmoid_steepness": -1000, "rao_emission": 1000000000})");
}

std::string error_of(const Json& document) {
  const auto file = read_epoch_file(document);
  return file.ok() ? "no error" : std::string(file.status().message());
}

/// The error after one field of the input is replaced.
std::string error_with(const char* field, const char* value) {
  Json input = small_input();
  input[field] = *parse_json(value);
  return error_of(input);
}

TEST(EpochFile, ReadsABareInput) {
  const auto file = read_epoch_file(small_input());
  ASSERT_TRUE(file.ok()) << file.status();
  const EpochInput in = file->input.view();
  EXPECT_EQ(in.n, 2u);
  EXPECT_EQ(in.stake[0].bits, *parse_decimal("71193260338250653863574827680883"));
  EXPECT_EQ(in.parameters.alpha_sigmoid_steepness, -1000);
  EXPECT_EQ(in.weights.row(0).values[1], 8671);
  EXPECT_FALSE(in.commit_blocks.has_value());
  EXPECT_TRUE(file->expected.empty());
  EXPECT_THAT(ignored_parts(file->input), IsEmpty());
  EXPECT_TRUE(epoch(in, ChainRules{}).ok());
}

TEST(EpochFile, NamesFieldIndexAndValueOfWhatIsWrong) {
  EXPECT_EQ(error_with("kappa", "70000"), "kappa: 70000 is not a whole number from 0 to 65535");
  EXPECT_EQ(error_with("kappa", "-1"), "kappa: -1 is not a whole number from 0 to 65535");
  EXPECT_EQ(error_with("kappa", "0.5"), "kappa: 0.5 is not a whole number from 0 to 65535");
  EXPECT_EQ(error_with("weights", "[[[0, 1], [65536, 2]], []]"),
            "weights[0][1][0]: 65536 is not a whole number from 0 to 65535");
  EXPECT_EQ(error_with("weights", "[[[0, 1, 2]], []]"),
            "weights[0][0]: a list of 3 is not a pair of uid and value");
  EXPECT_EQ(error_with("weights", "[[7], []]"), "weights[0][0]: 7 is not a list");
  EXPECT_EQ(error_with("stake_i64f64_bits", R"(["1", "-5"])"),
            "stake_i64f64_bits[1]: \"-5\" is not a whole number from 0 to "
            "170141183460469231731687303715884105727, written as text");
  EXPECT_EQ(error_with("validator_permits", "[true, 1]"),
            "validator_permits[1]: 1 is not true or false");
  EXPECT_EQ(error_with("yuma3", "null"), "yuma3: null is not true or false");
  EXPECT_EQ(error_with("alpha_sigmoid_steepness", "40000"),
            "alpha_sigmoid_steepness: 40000 is not a whole number from -32768 to 32767");
  EXPECT_EQ(error_with("n", "65536"), "n: 65536 is not a whole number from 0 to 65535");
}

TEST(EpochFile, ChecksLengths) {
  EXPECT_EQ(error_with("stake_i64f64_bits", R"(["1"])"), "stake_i64f64_bits: 1 entries for n = 2");
  EXPECT_EQ(error_with("block_at_registration", "[1, 2, 3]"),
            "block_at_registration: 3 entries for n = 2");
  EXPECT_EQ(error_with("commit_blocks", "[1]"), "commit_blocks: 1 entries for n = 2");
  EXPECT_EQ(error_with("weights", "[[]]"), "weights: 1 rows for n = 2");
  EXPECT_EQ(error_with("bonds", "[]"), "bonds: 0 rows for n = 2");
  EXPECT_EQ(error_with("previous_consensus", "[1]"), "previous_consensus: 1 entries for n = 2");
}

TEST(EpochFile, NamesMissingAndUnknownFields) {
  Json input = small_input();
  input.erase("tempo");
  EXPECT_EQ(error_of(input), "tempo: missing");
  input["tenpo"] = 360;
  EXPECT_EQ(error_of(input), "tenpo: unknown field (did you mean tempo?)");
  EXPECT_EQ(error_of(Json::array()), "a list of 0 is not an object");
}

TEST(EpochFile, SaysWhatTheChainWillIgnore) {
  Json input = small_input();
  input["last_update"] = {990};
  input["owner_uid"] = 9;
  input["weights"] = *parse_json("[[[1, 5], [7, 5]], [], []]");
  const auto file = read_epoch_file(input);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(
      ignored_parts(file->input),
      ElementsAre(HasSubstr("last_update has 1 entries"), HasSubstr("owner_uid 9"),
                  HasSubstr("weights has 3 rows"), HasSubstr("weights[0][1] is for uid 7")));
}

TEST(EpochFile, ReadsTheLiquidAlphaConsensusOfLaterRules) {
  Json input = small_input();
  input["previous_consensus"] = {0, 65535};
  input["liquid_alpha_consensus"] = "previous";
  const auto file = read_epoch_file(input);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->input.previous_consensus, ElementsAre(0, 65535));
  EXPECT_EQ(file->input.parameters.liquid_alpha_consensus, LiquidAlphaConsensus::kPrevious);
  input["liquid_alpha_consensus"] = "later";
  EXPECT_THAT(error_of(input), HasSubstr("is none of \"current\", \"previous\", \"auto\""));
}

Json sequence_file() {
  Json file;
  file["name"] = "two epochs";
  file["kind"] = "sequence";
  file["input"] = small_input();
  file["steps"] = Json::array({{{"current_block", 1361}}});
  return file;
}

TEST(EpochFile, SequencesStartFromTheEpochBefore) {
  const auto file = read_epoch_file(sequence_file());
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->epochs(), 2u);
  EpochSnapshot state = file->input;
  const auto first = epoch(state.view(), ChainRules{});
  ASSERT_TRUE(first.ok());
  state.advance(*first);
  ASSERT_TRUE(overwrite_fields(state, file->steps[0], JsonPath("steps")).ok());
  EXPECT_EQ(state.current_block, 1361u);
  EXPECT_EQ(state.bonds, first->bond);
  EXPECT_EQ(state.validator_permits, first->new_validator_permit);
  EXPECT_EQ(state.previous_consensus, first->consensus);
}

TEST(EpochFile, TheNumberOfUidsStays) {
  Json file = sequence_file();
  file["steps"][0] = *parse_json(R"({"n": 1, "block_at_registration": [1],
                                     "stake_i64f64_bits": ["1"]})");
  EXPECT_EQ(error_of(file), "steps[0].n: the number of uids has to stay");
}

TEST(EpochFile, ChecksEachStepBeforeAnyRuns) {
  Json file = sequence_file();
  file["steps"][0]["stake_i64f64_bits"] = Json::array({"1"});
  EXPECT_EQ(error_of(file), "steps[0].stake_i64f64_bits: 1 entries for n = 2");
  file["steps"][0] = {{"kappa", 1.5}};
  EXPECT_EQ(error_of(file), "steps[0].kappa: 1.5 is not a whole number from 0 to 65535");
  file["kind"] = "single";
  EXPECT_EQ(error_of(file), "steps: only a sequence has steps");
}

TEST(EpochFile, ChecksTheShapeOfRecordedResults) {
  Json file = sequence_file();
  file["expected"] = Json::array();
  EXPECT_EQ(error_of(file), "expected: 0 results for 2 epochs");
  file["expected"] = Json::array({{{"terms", Json::object()}}, Json::object()});
  EXPECT_EQ(error_of(file), "expected[0].terms: not an object with fields");
}

TEST(EpochFile, OverwritingLeavesTheSnapshotAloneOnAnError) {
  auto file = read_epoch_file(small_input());
  ASSERT_TRUE(file.ok());
  const auto status =
      overwrite_fields(file->input, *parse_json(R"({"kappa": 1, "tempo": -1})"), JsonPath("--set"));
  EXPECT_EQ(status.message(), "--set.tempo: -1 is not a whole number from 0 to 65535");
  EXPECT_EQ(file->input.parameters.kappa, 32767);
}

TEST(EpochJson, TermsHaveTheSchemaOfRecordedResults) {
  const auto file = read_epoch_file(small_input());
  ASSERT_TRUE(file.ok());
  const auto result = epoch(file->input.view(), ChainRules{});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(terms_json(*result).dump(),
            R"({"dividend":[65535,0],"incentive":[0,65535],)"
            R"("validator_emission":[500000000,0],"server_emission":[0,500000000],)"
            R"("stake_weight":[65535,0],"active":[true,true],"emission":[500000000,500000000],)"
            R"("consensus":[0,65535],"validator_trust":[65535,0],)"
            R"("new_validator_permit":[true,false],"bond":[[[0,65535],[1,65535]],[]],)"
            R"("stake":[3859394376252,0]})");
}

}  // namespace
}  // namespace yuma
