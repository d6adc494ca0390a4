// SPDX-License-Identifier: MIT

#include "yuma/fixed/decimal.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/big_integer.hpp"
#include "tests/support/random_magnitudes.hpp"

namespace yuma {
namespace {

constexpr int128 kMax = I64F64::max().bits;
constexpr int128 kMin = I64F64::min().bits;
const char* const kMaxText = "170141183460469231731687303715884105727";
const char* const kMinText = "-170141183460469231731687303715884105728";

/// What a text is read as, in decimal by another routine; "refused" where it is not.
std::string read(std::string_view text) {
  const auto v = parse_decimal(text);
  return v ? oracle::Integer(*v).text() : "refused";
}

TEST(DecimalTest, WritesLimits) {
  EXPECT_EQ(to_decimal(0), "0");
  EXPECT_EQ(to_decimal(-1), "-1");
  EXPECT_EQ(to_decimal(kMax), kMaxText);
  EXPECT_EQ(to_decimal(kMin), kMinText);
}

TEST(DecimalTest, ReadsLimits) {
  EXPECT_EQ(parse_decimal(kMaxText), kMax);
  EXPECT_EQ(parse_decimal(kMinText), kMin);
}

TEST(DecimalTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(read("170141183460469231731687303715884105728"), "refused") << "2^127";
  EXPECT_EQ(read("-170141183460469231731687303715884105729"), "refused") << "-2^127 - 1";
  EXPECT_EQ(read("170141183460469231731687303715884105730"), "refused");
  EXPECT_EQ(read("340282366920938463463374607431768211456"), "refused") << "2^128";
  EXPECT_EQ(read("1701411834604692317316873037158841057270"), "refused");
  EXPECT_EQ(read(std::string(1000, '9')), "refused");
}

TEST(DecimalTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "--1", "+1", " 1", "1 ", "1-", "1e3", "1.0", "0x1", "1_000",
                           "1,000", "\n", "a", "/", ":", "\xd9\xa1"}) {
    EXPECT_EQ(read(text), "refused") << '"' << text << '"';
  }
  EXPECT_EQ(read(std::string_view("1\0", 2)), "refused");
}

// Leading zeros, and a minus before zero, are digits like others: what other programs may write.
TEST(DecimalTest, TakesLeadingZeros) {
  EXPECT_EQ(read("007"), "7");
  EXPECT_EQ(read("-007"), "-7");
  EXPECT_EQ(read("-0"), "0");
  EXPECT_EQ(read(std::string(100, '0') + kMaxText), kMaxText);
}

TEST(DecimalTest, RoundTrip) {
  test::RandomMagnitudes random(10);
  SCOPED_TRACE(random.seed_text());
  for (int k = 0; k < 5'000 && !HasFailure(); ++k) {
    const auto v = random.signed_of_any_width<int128>();
    const std::string text = to_decimal(v);
    EXPECT_EQ(text, oracle::Integer(v).text());
    EXPECT_TRUE(parse_decimal(text) == v) << text;
  }
}

// The last digit decides: every number of one digit more or less than the limit, and the limit.
TEST(DecimalTest, RangeAroundTheLimits) {
  for (int off = -30; off <= 30; ++off) {
    const oracle::Integer above = oracle::Integer(kMax) + oracle::Integer(off);
    const oracle::Integer below = oracle::Integer(kMin) + oracle::Integer(off);
    EXPECT_EQ(read(above.text()), off > 0 ? "refused" : above.text());
    EXPECT_EQ(read(below.text()), off < 0 ? "refused" : below.text());
  }
}

}  // namespace
}  // namespace yuma
