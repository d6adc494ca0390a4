// SPDX-License-Identifier: MIT

#include "yuma/snapshot/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace yuma {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string error_of(std::string_view text) {
  const auto json = parse_json(text);
  return json.ok() ? "no error" : std::string(json.status().message());
}

TEST(ParseJson, KeepsWholeNumbersOf64Bits) {
  const auto json = parse_json("[18446744073709551615, 0, -9223372036854775808]");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ((*json)[0].get<std::uint64_t>(), UINT64_MAX);
  EXPECT_EQ((*json)[2].get<std::int64_t>(), INT64_MIN);
}

TEST(ParseJson, RefusesWholeNumbersThatDoNotFit) {
  EXPECT_EQ(error_of(R"({"input":{"rao_emission":18446744073709551616}})"),
            "input.rao_emission: 18446744073709551616 does not fit 64 bits");
  EXPECT_EQ(error_of("[-9223372036854775809]"), "[0]: -9223372036854775809 does not fit 64 bits");
}

TEST(ParseJson, NamesThePlaceOfASyntaxError) {
  EXPECT_THAT(error_of(R"({"input":{"weights":[[[1,2],[3,NaN]]]}})"),
              StartsWith("input.weights[0][1][1]: not JSON at byte"));
  EXPECT_THAT(error_of(R"({"a":{"b":[1,)"), StartsWith("a.b[1]: ends too early"));
  EXPECT_THAT(error_of(""), StartsWith("ends too early"));
  EXPECT_THAT(error_of("{} {}"), HasSubstr("not JSON at byte 4"));
  EXPECT_EQ(error_of(std::string_view("{}\0 []", 6)), "not JSON at byte 3: a zero byte");
  EXPECT_THAT(error_of("[1e999]"), StartsWith("[0]: 1e999 is out of range"));
}

TEST(ParseJson, RefusesAFieldGivenTwice) {
  EXPECT_EQ(error_of(R"({"input":{"kappa":1,"kappa":2}})"), "input.kappa: given twice");
}

TEST(ParseJson, RefusesDeepNestingAndHugeObjects) {
  EXPECT_THAT(error_of(std::string(1 << 20, '[')), HasSubstr("nested deeper than 32"));
  std::string object = "{";
  for (std::size_t i = 0; i <= kMaxJsonFields; ++i) object += absl::StrCat("\"", i, "\":0,");
  EXPECT_THAT(error_of(object), HasSubstr("an object of more than 256 fields"));
}

TEST(ParseJson, ErrorsAreOnePrintableLine) {
  for (const std::string& text :
       {std::string("\xff\xfe\n\x01"), std::string("\"a\nb\""), std::string("{\"k\n\":nul}"),
        std::string("[\"\x80\"]"), std::string(100'000, 'x')}) {
    const std::string error = error_of(text);
    EXPECT_NE(error, "no error");
    EXPECT_LT(error.size(), 300u);
    for (const char c : error) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << error;
  }
}

TEST(JsonReader, KeepsTheFirstErrorOnly) {
  const Json json = *parse_json(R"({"a":-1,"b":"x"})");
  JsonReader r;
  const JsonPath top("input");
  r.unsigned_up_to(json["a"], top / "a", 10);
  r.unsigned_up_to(json["b"], top / "b", 10);
  EXPECT_EQ(r.status().message(), "input.a: -1 is not a whole number from 0 to 10");
}

TEST(JsonReader, ReadsWithinRanges) {
  const Json json = *parse_json(R"([65535, 65536, 1.0, true, "7", "-8", "9x", -32768, -32769])");
  const auto error = [&](auto read) {
    JsonReader r;
    read(r);
    return std::string(r.status().message());
  };
  const JsonPath at("v");
  const auto u16 = [&](std::size_t i) {
    return error([&](JsonReader& r) { r.unsigned_as<std::uint16_t>(json[i], at[i]); });
  };
  EXPECT_EQ(u16(0), "");
  EXPECT_EQ(u16(1), "v[1]: 65536 is not a whole number from 0 to 65535");
  EXPECT_EQ(u16(2), "v[2]: 1.0 is not a whole number from 0 to 65535");
  EXPECT_EQ(u16(3), "v[3]: true is not a whole number from 0 to 65535");
  const auto decimal = [&](std::size_t i) {
    return error([&](JsonReader& r) { r.decimal_within(json[i], at[i], 0, 100); });
  };
  EXPECT_EQ(decimal(4), "");
  EXPECT_EQ(decimal(5), "v[5]: \"-8\" is not a whole number from 0 to 100, written as text");
  EXPECT_EQ(decimal(6), "v[6]: \"9x\" is not a whole number from 0 to 100, written as text");
  EXPECT_EQ(decimal(0), "v[0]: 65535 is not a whole number from 0 to 100, written as text");
  const auto i16 = [&](std::size_t i) {
    return error([&](JsonReader& r) { r.signed_within(json[i], at[i], -32768, 32767); });
  };
  EXPECT_EQ(i16(7), "");
  EXPECT_EQ(i16(8), "v[8]: -32769 is not a whole number from -32768 to 32767");
}

TEST(JsonReader, SuggestsTheFieldThatWasMeant) {
  const std::vector<std::string_view> known = {"kappa", "tempo", "bonds_penalty"};
  EXPECT_EQ(did_you_mean("kapa", known), " (did you mean kappa?)");
  EXPECT_EQ(did_you_mean("bond_penalty", known), " (did you mean bonds_penalty?)");
  EXPECT_EQ(did_you_mean("penalty", known), " (did you mean bonds_penalty?)");
  EXPECT_EQ(did_you_mean("something_else", known), "");
  EXPECT_EQ(did_you_mean("a", {"n", "kappa"}), "");
}

class ReadFile : public testing::Test {
 protected:
  ReadFile()
      : folder_(std::filesystem::temp_directory_path() /
                absl::StrCat("yuma_read_file_", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~ReadFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ReadFile, ReadsWithinTheLimitOnly) {
  const auto path = folder_ / "a.json";
  std::ofstream(path) << "12345";
  EXPECT_EQ(*read_file(path, 5), "12345");
  EXPECT_THAT(std::string(read_file(path, 4).status().message()),
              "has 5 bytes; at most 4 are read");
}

TEST_F(ReadFile, SaysWhyItCannot) {
  EXPECT_THAT(std::string(read_file(folder_ / "none").status().message()),
              "cannot be read: No such file or directory");
  EXPECT_THAT(std::string(read_file(folder_).status().message()), "cannot be read: Is a directory");
}

// A sparse file: a gigabyte that takes no room on the disk and is never read.
TEST_F(ReadFile, RefusesAGigabyteByItsSize) {
  const auto path = folder_ / "large.json";
  std::ofstream(path) << " ";
  std::filesystem::resize_file(path, std::uintmax_t{1} << 30);
  EXPECT_THAT(std::string(read_file(path).status().message()), StartsWith("has 1073741824 bytes"));
}

}  // namespace
}  // namespace yuma
