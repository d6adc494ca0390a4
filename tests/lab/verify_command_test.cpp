// SPDX-License-Identifier: MIT

// `yuma-lab verify` as a user runs it, and with it all recorded data that this repository holds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {
namespace {

using test::contents;
using test::Finished;
using test::ScratchFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kVectors = YUMA_SOURCE_DIR "/tests/vectors";
const std::string kSingle = kVectors + "/epoch/010_n2_one_validator_m0.json";

Finished verify(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "verify");
  return test::run_program(YUMA_LAB, arguments);
}

// The counts are pinned so that no case can go missing.
TEST(Vectors, AllRecordedCasesAreEqual) {
  const auto run = verify({kVectors});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  for (const char* line :
       {"epoch 259 of 259 equal\n", "runtime 116 of 116 equal\n", "arith_i32f32 300 of 300 equal\n",
        "conversions 100 of 100 equal\n", "safe_div_i64f64 60 of 60 equal\n",
        "u16_proportion_to_i32f32 50 of 50 equal\n", "exp_safe 470 of 470 equal\n",
        "alpha_sigmoid 300 of 300 equal\n", "weighted_median 120 of 120 equal\n",
        "max_upscale_u16 60 of 60 equal\n", "is_topk_nonzero 60 of 60 equal\n",
        "TOTAL 1895 of 1895 equal\n"}) {
    EXPECT_THAT(run.out, HasSubstr(line));
  }
}

TEST(Vectors, ExamplesAreWhatTheRuntimeStored) {
  const auto run = verify({YUMA_SOURCE_DIR "/examples/data"});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_THAT(run.out, HasSubstr("TOTAL 4 of 4 equal\n"));
}

TEST(Vectors, LaterRulesWithTheOldModeGiveTheSameBits) {
  // 446 lets a subnet choose; choosing the current consensus is what 425 always did.
  const ScratchFolder scratch;
  for (const char* name : {"086_liquid_default", "140_n256_m2", "144_seq20_n24_m2_bp1"}) {
    auto file = *parse_json(contents(kVectors + "/epoch/" + name + ".json"));
    file["rules"] = 446;
    file["input"]["liquid_alpha_consensus"] = "current";
    const auto run = verify({scratch.write("file.json", file.dump())});
    EXPECT_EQ(run.exit_code, 0) << name << "\n" << run.out;
  }
}

TEST(VerifyCommand, NamesEveryDifference) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["dividend"][0] = 65534;
  file["expected"]["raw"]["ranks"][1] = "1";
  const std::string path = scratch.write("file.json", file.dump());
  const auto run = verify({path, kSingle});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("epoch 1 of 2 equal\nTOTAL 1 of 2 equal\n"));
  EXPECT_THAT(run.out,
              HasSubstr(path + ": expected.terms.dividend[0]: computed 65535, recorded 65534"));
  EXPECT_THAT(run.out,
              HasSubstr(path + R"(: expected.raw.ranks[1]: computed "4294967296", recorded "1")"));

  const auto json = parse_json(verify({path, kSingle, "--json"}).out);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["total"]["equal"], 1);
  EXPECT_EQ((*json)["total"]["cases"], 2);
  EXPECT_EQ((*json)["differences"].size(), 2u);
}

TEST(VerifyCommand, CountsEachEpochOfASequence) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kVectors + "/epoch/141_seq20_n12_m0.json"));
  file["expected"][7]["terms"]["consensus"][3] = 1;
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("epoch 19 of 20 equal\n"), HasSubstr(" epoch 7: expected")));
}

TEST(VerifyCommand, ALengthOrAFieldTooMuchIsADifference) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["active"].push_back(true);
  file["expected"]["terms"]["rank"] = Json::array({1, 2});
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("active[2]: computed nothing, recorded true"));
  EXPECT_THAT(run.out, HasSubstr("rank: computed nothing, recorded a list of 2"));
}

TEST(VerifyCommand, KindsCountAsWellAsValues) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["dividend"][0] = 65535.0;
  file["expected"]["terms"]["active"][0] = 1;
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("dividend[0]: computed 65535, recorded 65535.0"));
  EXPECT_THAT(run.out, HasSubstr("active[0]: computed true, recorded 1"));
}

TEST(VerifyCommand, DifferencesInBuildingBlocksNameTheRow) {
  const ScratchFolder scratch;
  const std::string path = scratch.write(
      "functions.json", R"({"exp_safe":[["0","4294967296"],["4294967296","11674931201"]]})");
  const auto run = verify({path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("exp_safe 1 of 2 equal\n"));
  EXPECT_THAT(run.out, HasSubstr(path + ": exp_safe[1][1]: computed \"11674931200\""));
}

TEST(VerifyCommand, CountsWhatItCannotRunApart) {
  const ScratchFolder scratch;
  scratch.write("pool.json", R"({"suite":"swap_buy","about":"","cases":[{},{},{}]})");
  scratch.write("metadata.scale", std::string("meta\x0e", 5));
  const auto alone = verify({scratch.file("")});
  EXPECT_EQ(alone.exit_code, 1) << "no case ran";
  EXPECT_THAT(alone.out, HasSubstr("economy.swap_buy 3 cases: needs the economy\n"));
  EXPECT_THAT(alone.out, HasSubstr("TOTAL 0 of 0 equal\n"));
  EXPECT_EQ(verify({scratch.file(""), kSingle}).exit_code, 0);
  EXPECT_EQ(verify({scratch.file(""), kSingle, "--all"}).exit_code, 1);
}

/// The first recorded case of the runtime with one field replaced.
std::string runtime_case(const char* field, const char* value) {
  Json file = *parse_json(contents(kVectors + "/runtime/epoch-fixtures.json"));
  Json first = file["cases"][0];
  first[field] = *parse_json(value);
  file["cases"] = Json::array({first});
  return file.dump();
}

TEST(VerifyCommand, NamesFromFilesCannotForgeLines) {
  const ScratchFolder scratch;
  const auto path = scratch.write("a.json", R"({"suite":"x\nTOTAL 9 of 9 equal","cases":[]})");
  EXPECT_THAT(verify({path}).out, HasSubstr("economy.x TOTAL 9 of 9 equal 0 cases"));
}

TEST(VerifyCommand, PrintsJsonAboutFilesOfAnyName) {
  const ScratchFolder scratch;
  const auto path = scratch.write("latin\xff.json", "{}");
  const auto run = verify({path, "--json"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(parse_json(run.out).ok());
}

TEST(VerifyCommand, ASmallFileCannotAskForAMatrixOfRates) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kVectors + "/epoch/086_liquid_default.json"));
  file["expected"]["raw"] = {{"alphas", Json::array()}};
  const auto run = verify({scratch.write("a.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("expected.raw.alphas: computed nothing, recorded a list of 0"));
}

TEST(VerifyCommand, RefusesWhatItDoesNotUnderstand) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::string, const char*>> cases = {
      {scratch.write("a.json", R"({"some":"thing"})"), "not a kind of recorded data"},
      {scratch.write("b.json", "{"), "ends too early"},
      {scratch.write("c.json", R"({"exp_safe":[["0"]],"exp_unsafe":[]})"), "exp_unsafe"},
      {scratch.write("d.json", R"({"exp_safe":[["x","1"]]})"), "exp_safe[0][0]"},
      {scratch.write("e.json", R"({"arith_i32f32":[{"a":"1","b":"2"}]})"), "no result to compare"},
      {scratch.write("f.json", R"({"runtime":"node","cases":[{}]})"), "cases[0].n: missing"},
      {scratch.write("g.json", runtime_case("out", "5")), "cases[0].out: 5 is not an object"},
      {scratch.write("h.json", runtime_case("out", "[1]")), "cases[0].out: a list of 1 is not"},
      {scratch.write("i.json", runtime_case("trace", "7")), "cases[0].trace: 7 is not an object"},
      {scratch.write("j.json", runtime_case("trace", R"({"Consensus":5})")),
       "cases[0].trace.Consensus: 5 is not text"},
      {scratch.write("k.json", runtime_case("trace", R"({"Consensu":"[0]"})")),
       "cases[0].trace: has no stage to compare"},
      {scratch.write("l.json", runtime_case("alphaLow", "-1")), "cases[0].alphaLow: -1 is not"},
      {scratch.write("m.json", R"({"kind":"single","input":5,"expected":{}})"),
       "5 is not an object"},
      {scratch.write("n.scale", "meta data, or not"), "not JSON at byte 1"},
      {scratch.file("none.json"), "No such file or directory"},
  };
  for (const auto& [path, complaint] : cases) {
    const auto run = verify({path, kSingle});
    EXPECT_EQ(run.exit_code, 2) << path;
    EXPECT_THAT(run.out, HasSubstr("error: " + path));
    EXPECT_THAT(run.out, HasSubstr(complaint));
    EXPECT_THAT(run.out, HasSubstr("TOTAL 1 of 1 equal\n")) << "the other files are still run";
  }
  auto bare = *parse_json(contents(kSingle));
  const auto run = verify({scratch.write("bare.json", bare["input"].dump())});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("there is no recorded result"));
}

TEST(VerifyCommand, RefusesAFolderWithoutData) {
  const ScratchFolder scratch;
  const auto run = verify({scratch.file("")});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("has no .json or .scale file"));
}

}  // namespace
}  // namespace yuma
