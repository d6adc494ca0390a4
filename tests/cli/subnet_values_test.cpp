// SPDX-License-Identifier: MIT

#include "cli/subnet_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "yuma/replica/parameters.hpp"

namespace yuma::cli {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(SubnetValues, AmountsAreExact) {
  const struct {
    const char* text;
    std::uint64_t rao;
  } cases[] = {{"0", 0},
               {"1", 1'000'000'000},
               {"12.5", 12'500'000'000},
               {"0.000000001", 1},
               {"007.10", 7'100'000'000},
               {"9007199.254740993", 9'007'199'254'740'993},
               {"18446744073.709551615", kMost}};
  for (const auto& c : cases) {
    const auto rao = parse_tao(c.text);
    ASSERT_TRUE(rao.ok()) << c.text;
    EXPECT_EQ(*rao, c.rao) << c.text;
    EXPECT_EQ(parse_tao(tao_text(*rao)).value(), c.rao) << c.text;
  }
  EXPECT_EQ(tao_text(12'500'000'000), "12.5");
  EXPECT_EQ(tao_text(100'000'000'000), "100");
  for (const char* text : {"", ".5", "5.", "1.0000000001", "-1", "+1", "1e9", "1,5", " 1", "0x1",
                           "18446744073.709551616", "99999999999999999999999999999999999999"}) {
    EXPECT_FALSE(parse_tao(text).ok()) << text;
  }
}

TEST(SubnetValues, NumbersHaveBounds) {
  EXPECT_EQ(parse_number("0", 0, kMost).value(), 0);
  EXPECT_EQ(parse_number("18446744073709551615", 0, kMost).value(), kMost);
  for (const char* text : {"", "-1", "1.0", "18446744073709551616", "1 ", "a"}) {
    EXPECT_FALSE(parse_number(text, 0, kMost).ok()) << text;
  }
  EXPECT_EQ(parse_number("4", 5, 7).status().message(), "must be a whole number from 5 to 7");
  EXPECT_FALSE(parse_number("8", 5, 7).ok());
}

TEST(SubnetValues, BlockTimesNeedAUnit) {
  EXPECT_EQ(parse_block_time("12s").value(), 12'000);
  EXPECT_EQ(parse_block_time("12 s").value(), 12'000);
  EXPECT_EQ(parse_block_time("500ms").value(), 500);
  EXPECT_EQ(parse_block_time("2min").value(), 120'000);
  EXPECT_EQ(parse_block_time("1h").value(), 3'600'000);
  EXPECT_EQ(parse_block_time("1d").value(), 86'400'000);
  for (const char* text :
       {"12", "0s", "s", "", "2d", "1.5s", "-1s", "12 sec", "99999999999999999s"}) {
    EXPECT_FALSE(parse_block_time(text).ok()) << text;
  }
}

TEST(SubnetValues, DurationsHaveTwoUnits) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(500), "500 ms");
  EXPECT_EQ(duration_text(12'000), "12 s");
  EXPECT_EQ(duration_text(4'320'000), "1 h 12 min");
  EXPECT_EQ(duration_text(86'400'000), "1 d");
  EXPECT_EQ(duration_text(86'401'000), "1 d");
  EXPECT_EQ(blocks_text(360, 12'000), "1 h 12 min");
  EXPECT_EQ(blocks_text(kMost, 12'000), "for ever");
}

TEST(SubnetValues, StartsAreTimesWithAnOffset) {
  EXPECT_EQ(parse_start("now", 77).value(), 77);
  EXPECT_EQ(parse_start("2026-10-01T12:00:00Z", 0).value(), 1'790'856'000'000);
  EXPECT_EQ(parse_start("2026-10-01T14:00:00.25+02:00", 0).value(), 1'790'856'000'250);
  EXPECT_EQ(time_text(1'790'856'000'000), "2026-10-01 12:00:00 UTC");
  EXPECT_EQ(time_text(1'790'856'000'250), "2026-10-01 12:00:00.25 UTC");
  EXPECT_EQ(time_text(kMost), "Unix time 18446744073709551615 ms");
  for (const char* text : {"", "2026-10-01", "2026-10-01T12:00:00", "1969-12-31T23:59:59Z",
                           "2026-13-01T12:00:00Z", "infinite-future", "tomorrow"}) {
    EXPECT_FALSE(parse_start(text, 0).ok()) << text;
  }
}

TEST(SubnetValues, EveryParameterIsReadAsItIsWritten) {
  for (const ParameterTag tag : all_parameters()) {
    const ParameterBounds bounds = parameter_bounds(tag);
    for (const std::uint64_t value :
         {bounds.least, bounds.most, parameter(SubnetParameters{}, tag)}) {
      const std::string text = parameter_text(tag, value);
      const auto parsed = parse_parameter(tag, text);
      ASSERT_TRUE(parsed.ok()) << parameter_name(tag) << " " << text;
      EXPECT_EQ(*parsed, value) << parameter_name(tag);
    }
    EXPECT_FALSE(parse_parameter(tag, "").ok()) << parameter_name(tag);
    EXPECT_FALSE(parse_parameter(tag, "x").ok()) << parameter_name(tag);
    EXPECT_FALSE(parse_parameter(tag, "18446744073709551616").ok()) << parameter_name(tag);
  }
}

TEST(SubnetValues, ParametersTakeTheWordsOfPeople) {
  EXPECT_EQ(parse_parameter(ParameterTag::kEmissionPerBlock, "0.5 TAO").value(), 500'000'000);
  EXPECT_EQ(parse_parameter(ParameterTag::kEmissionPerBlock, "500000000").value(), 500'000'000);
  EXPECT_FALSE(parse_parameter(ParameterTag::kEmissionPerBlock, "0.5").ok()) << "of what?";
  EXPECT_FALSE(parse_parameter(ParameterTag::kTempo, "5TAO").ok());
  EXPECT_EQ(parse_parameter(ParameterTag::kYuma3, "true").value(), 1);
  EXPECT_FALSE(parse_parameter(ParameterTag::kYuma3, "2").ok());
  EXPECT_EQ(parse_parameter(ParameterTag::kAlphaSigmoidSteepness, "-5").value(), 65531);
  EXPECT_FALSE(parse_parameter(ParameterTag::kAlphaSigmoidSteepness, "32768").ok());
  EXPECT_EQ(parse_parameter(ParameterTag::kLiquidAlphaConsensus, "auto").value(), 3);
  EXPECT_THAT(std::string(parse_parameter(ParameterTag::kTempo, "0").status().message()),
              HasSubstr("1 to 65535"));
}

TEST(SubnetValues, SaysWhatAParameterMeans) {
  EXPECT_EQ(parameter_meaning(ParameterTag::kTempo, 360, 12'000), "1 h 12 min");
  EXPECT_EQ(parameter_meaning(ParameterTag::kTempo, 360, std::nullopt), "");
  EXPECT_EQ(parameter_meaning(ParameterTag::kHaveWait, 0, std::nullopt), "a tenth of tempo");
  EXPECT_EQ(parameter_meaning(ParameterTag::kEmissionPerBlock, 1, std::nullopt), "0.000000001 TAO");
  EXPECT_EQ(parameter_meaning(ParameterTag::kKappa, 32767, std::nullopt), "50.0 %");
  EXPECT_EQ(parameter_meaning(ParameterTag::kBondsMovingAverage, 900'000, std::nullopt), "90 %");
  EXPECT_EQ(parameter_meaning(ParameterTag::kAlphaSigmoidSteepness, 65531, std::nullopt), "-0.05");
}

TEST(SubnetValues, IdsAreReadAloudInGroups) {
  Bytes32 id{};
  id[0] = 0xab;
  id[31] = 0x0f;
  const std::string text = id_aloud(id);
  EXPECT_EQ(text.size(), 16 * 4 + 15U);
  EXPECT_EQ(text.substr(0, 10), "ab00 0000 ");
  EXPECT_EQ(text.substr(text.size() - 5), " 000f");
}

}  // namespace
}  // namespace yuma::cli
