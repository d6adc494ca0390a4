// SPDX-License-Identifier: MIT

// `yuma-lab epoch` as a user runs it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {
namespace {

using test::Finished;
using test::ScratchFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kSample = YUMA_SOURCE_DIR "/examples/data/runtime-yuma2-n32.json";
const std::string kVectors = YUMA_SOURCE_DIR "/tests/vectors/epoch/";

Finished lab(std::vector<std::string> arguments, const std::string& environment = "") {
  return test::run_program(YUMA_LAB, arguments, environment);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

std::string sample_with(const std::string& before, const std::string& after) {
  std::string text = test::contents(kSample);
  const auto at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return text.replace(at, before.size(), after);
}

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

TEST(EpochCommand, PrintsATableThatFitsATerminal) {
  const auto run = lab({"epoch", kSample});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(run.out, HasSubstr("recorded result: 9 of 9 fields equal"));
  const auto lines = lines_of(run.out);
  const auto header = std::find_if(lines.begin(), lines.end(),
                                   [](const std::string& l) { return l.starts_with("uid"); });
  ASSERT_NE(header, lines.end());
  for (const std::string& line : lines) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_THAT(*(header + 1), StartsWith(" 24 ")) << "the largest emission comes first";
}

TEST(EpochCommand, SortsAndLimitsTheTable) {
  const auto run = lab({"epoch", kSample, "--sort", "uid", "--top", "3"});
  const auto lines = lines_of(run.out);
  const auto header = std::find_if(lines.begin(), lines.end(),
                                   [](const std::string& l) { return l.starts_with("uid"); });
  ASSERT_LT(header + 4, lines.end());
  EXPECT_THAT(*(header + 1), StartsWith("  0 "));
  EXPECT_THAT(*(header + 3), StartsWith("  2 "));
  EXPECT_EQ(*(header + 4), "3 of 32 uids shown (--top 0 shows all)");
  EXPECT_EQ(lab({"epoch", kSample, "--sort", "colour"}).exit_code, 2);
}

TEST(EpochCommand, PrintsExactlyTheSchemaOfRecordedResults) {
  const std::string file = kVectors + "010_n2_one_validator_m0.json";
  const Json recorded = parsed(test::contents(file))["expected"];
  EXPECT_EQ(parsed(lab({"epoch", file, "--json", "--raw"}).out), recorded);
  const Json terms_only = parsed(lab({"epoch", file, "--json"}).out);
  EXPECT_EQ(terms_only.size(), 1u);
  EXPECT_EQ(terms_only["terms"], recorded["terms"]);
}

TEST(EpochCommand, PrintsAListForASequence) {
  const std::string file = kVectors + "141_seq20_n12_m0.json";
  const Json recorded = parsed(test::contents(file))["expected"];
  const Json computed = parsed(lab({"epoch", file, "--json"}).out);
  ASSERT_EQ(computed.size(), recorded.size());
  for (std::size_t k = 0; k < recorded.size(); ++k) {
    EXPECT_EQ(computed[k]["terms"], recorded[k]["terms"]) << "epoch " << k;
  }
}

TEST(EpochCommand, ShowsAnyEpochOfASequence) {
  const std::string file = kVectors + "141_seq20_n12_m0.json";
  EXPECT_THAT(lab({"epoch", file}).out, HasSubstr("epoch 19, the last is 19"));
  EXPECT_THAT(lab({"epoch", file, "--epoch", "3"}).out, HasSubstr("epoch 3, the last is 19"));
  const auto beyond = lab({"epoch", file, "--epoch", "20"});
  EXPECT_EQ(beyond.exit_code, 2);
  EXPECT_THAT(beyond.err, HasSubstr("--epoch: 20: the file's epochs are 0 to 19"));
}

TEST(EpochCommand, OverridesAnyField) {
  const auto changed = lab({"epoch", kSample, "--set", "kappa=0", "--set", "yuma3=true"});
  EXPECT_EQ(changed.exit_code, 0);
  EXPECT_THAT(changed.out, AllOf(HasSubstr("kappa 0.0000 (0)"), HasSubstr("consensus Yuma3")));
  EXPECT_THAT(changed.out, HasSubstr("recorded result: "));
  EXPECT_THAT(changed.out, Not(HasSubstr("9 of 9 fields equal")));

  const auto wrong = lab({"epoch", kSample, "--set", "kappa=65536"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--set.kappa: 65536 is not a whole number from 0 to 65535"));
  EXPECT_THAT(lab({"epoch", kSample, "--set", "kapa=1"}).err, HasSubstr("did you mean kappa?"));
  EXPECT_THAT(lab({"epoch", kSample, "--set", "emission=1"}).err,
              HasSubstr("did you mean rao_emission?"));
  EXPECT_THAT(lab({"epoch", kSample, "--set", "weights=[[[1,"}).err,
              HasSubstr("--set: weights: [0][0][1]: ends too early"));
  EXPECT_EQ(lab({"epoch", kSample, "--set", "kappa"}).exit_code, 2);
}

TEST(EpochCommand, OverridesHoldInEveryEpochOfASequence) {
  const std::string file = kVectors + "141_seq20_n12_m0.json";
  const Json all = parsed(lab({"epoch", file, "--json", "--set", "rao_emission=7"}).out);
  ASSERT_EQ(all.size(), 20u);
  for (const Json& epoch : all) {
    std::uint64_t sum = 0;
    for (const Json& e : epoch["terms"]["emission"]) sum += e.get<std::uint64_t>();
    EXPECT_LE(sum, 7u);
  }
}

TEST(EpochCommand, TakesTheRulesOfTheFileUnlessTold) {
  EXPECT_THAT(lab({"epoch", kSample}).out, HasSubstr("rules spec_version 300"));
  EXPECT_THAT(lab({"epoch", kSample, "--rules", "425"}).out, HasSubstr("rules spec_version 425"));
  EXPECT_THAT(lab({"epoch", kSample, "--rules", "446"}).err, IsEmpty());
  const auto later = lab({"epoch", kVectors + "086_liquid_default.json", "--rules", "446"});
  EXPECT_EQ(later.exit_code, 0);
  EXPECT_THAT(later.err, HasSubstr("known as a model only"));
  const auto unknown = lab({"epoch", kSample, "--rules", "301"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("the rules of spec_version 301 are not known"));
}

TEST(EpochCommand, RunsTheRealValuedModel) {
  const auto run = lab({"epoch", kSample, "--real", "--json", "--raw"});
  EXPECT_EQ(run.exit_code, 0);
  const Json result = parsed(run.out);
  EXPECT_TRUE(result["raw"]["incentive"][4].is_number_float());
  EXPECT_NEAR(result["raw"]["incentive"][4].get<double>(), 0.08127, 1e-4);
}

TEST(EpochCommand, SaysWhatTheChainWouldIgnore) {
  const auto run = lab({"epoch", kVectors + "080_extra_rows.json", "--json"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.err, HasSubstr("weights has 9 rows: those from 8 on are ignored"));
  EXPECT_TRUE(parsed(run.out).contains("terms"));
}

/// A file, and what its one line of complaint says.
struct Malformed {
  const char* what;
  std::string text;
  const char* complaint;
};

TEST(EpochCommand, RefusesMalformedInputInOneLine) {
  const std::string whole = test::contents(kSample);
  const std::vector<Malformed> cases = {
      {"uid out of range", sample_with("\"weights\":[[[1,", "\"weights\":[[[65536,"),
       "input.weights[0][0][0]: 65536 is not a whole number from 0 to 65535"},
      {"negative", sample_with("\"kappa\":45000", "\"kappa\":-45000"),
       "input.kappa: -45000 is not a whole number from 0 to 65535"},
      {"NaN", sample_with("\"kappa\":45000", "\"kappa\":NaN"), "input.kappa: not JSON at byte"},
      {"2^64", sample_with("\"rao_emission\":41000000000", "\"rao_emission\":18446744073709551616"),
       "input.rao_emission: 18446744073709551616 does not fit 64 bits"},
      {"wrong length", sample_with("\"block_at_registration\":[", "\"block_at_registration\":[1,"),
       "input.block_at_registration: 33 entries for n = 32"},
      {"truncated", whole.substr(0, whole.size() / 2), "ends too early"},
      {"nesting", std::string(100'000, '['), "nested deeper than 32"},
      {"blanks", std::string(1 << 20, ' '), "ends too early"},
      {"nothing", "", "ends too early"},
      {"no object", "[]", "a list of 0 is not an object"},
      {"not text", std::string("\x00\xff\x01 binary\n\n", 12), "not JSON at byte 1"},
  };
  const ScratchFolder scratch;
  for (const Malformed& m : cases) {
    SCOPED_TRACE(m.what);
    const std::string file = scratch.write("input.json", m.text);
    const auto run = lab({"epoch", file});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_THAT(lines_of(run.err), ElementsAre(AllOf(HasSubstr(file), HasSubstr(m.complaint))));
  }
}

TEST(EpochCommand, RefusesAMissingFileAndAFolder) {
  EXPECT_THAT(lab({"epoch", "/no/such/file"}).err,
              HasSubstr("/no/such/file: cannot be read: No such file or directory"));
  EXPECT_EQ(lab({"epoch", "/"}).exit_code, 2);
}

TEST(EpochCommand, WritesChartsAndReports) {
  const ScratchFolder scratch;
  const std::string svg = scratch.file("epoch.svg"), png = scratch.file("epoch.png"),
                    html = scratch.file("report.html");
  const auto run = lab({"epoch", kSample, "--plot", svg, "--report", html});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(test::contents(svg), HasSubstr("<svg"));
  EXPECT_THAT(test::contents(html),
              AllOf(HasSubstr("<svg"), HasSubstr("recorded result: 9 of 9 fields equal")));
  ASSERT_EQ(lab({"epoch", kSample, "--plot", png}).exit_code, 0);
  EXPECT_THAT(test::contents(png), StartsWith("\x89PNG"));
}

TEST(EpochCommand, SaysWhyItCannotWrite) {
  const auto ending = lab({"epoch", kSample, "--plot", "chart.bmp"});
  EXPECT_EQ(ending.exit_code, 2);
  EXPECT_THAT(ending.err, HasSubstr(".svg"));
  const auto folder = lab({"epoch", kSample, "--report", "/no/such/folder/report.html"});
  EXPECT_EQ(folder.exit_code, 1);
  EXPECT_THAT(folder.err, HasSubstr("/no/such/folder"));
}

TEST(EpochCommand, NeverReplacesWhatIsNoRegularFile) {
  const auto run = lab({"epoch", kSample, "--report", "/dev/null"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("/dev/null: is not a regular file"));
  const ScratchFolder scratch;
  const std::string file = scratch.write("report.html", "old"), link = scratch.file("link.html");
  std::filesystem::create_symlink(file, link);
  ASSERT_EQ(lab({"epoch", kSample, "--report", link}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_THAT(test::contents(file), HasSubstr("<table"));
}

TEST(EpochCommand, AFullDiskIsNoResult) {
  for (const char* command : {"epoch", "verify"}) {
    const auto run = test::run_program(YUMA_LAB, {command, kSample}, "", "/dev/full");
    EXPECT_EQ(run.exit_code, 1) << command;
    EXPECT_THAT(run.err, HasSubstr("standard output: No space left on device"));
  }
}

TEST(EpochCommand, NamesFromFilesCannotDriveATerminal) {
  const ScratchFolder scratch;
  const auto file =
      scratch.write("a.json", sample_with("\"runtime-yuma2-n32\"", "\"x\\u001b[2J\\ny\""));
  const auto run = lab({"epoch", file});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, AllOf(StartsWith("x [2J y: Yuma2"), Not(HasSubstr("\x1b"))));
}

TEST(EpochCommand, ReportsKeepTheirTablesWithoutGnuplot) {
  const ScratchFolder scratch;
  const std::string html = scratch.file("report.html");
  const auto run = lab({"epoch", kSample, "--report", html}, "PATH=/nowhere ");
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(test::contents(html), AllOf(HasSubstr("gnuplot"), HasSubstr("<table")));
  std::filesystem::remove(html);
  const auto plot =
      lab({"epoch", kSample, "--plot", scratch.file("a.svg"), "--report", html}, "PATH=/nowhere ");
  EXPECT_EQ(plot.exit_code, 1);
  EXPECT_TRUE(std::filesystem::exists(html)) << "the report is written all the same";
  EXPECT_THAT(plot.err, HasSubstr("gnuplot"));
}

TEST(CommandLine, ExplainsItselfAndRefusesTheRest) {
  EXPECT_EQ(lab({"--help"}).exit_code, 0);
  EXPECT_THAT(lab({"--version"}).out, StartsWith("0."));
  EXPECT_THAT(lab({"epoch", "--help"}).out, HasSubstr("--set"));
  EXPECT_EQ(lab({}).exit_code, 2);
  EXPECT_EQ(lab({"epoch"}).exit_code, 2);
  EXPECT_EQ(lab({"epoch", kSample, "--top", "-1"}).exit_code, 2);
  EXPECT_EQ(lab({"epoch", kSample, "--epoch", "-1"}).exit_code, 2);
  EXPECT_EQ(lab({"epoch", kSample, "--raw"}).exit_code, 2) << "--raw is of --json";
}

}  // namespace
}  // namespace yuma
