// SPDX-License-Identifier: MIT

#include "yuma/fixed/exp.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "tests/support/fixed_oracle.hpp"
#include "tests/support/random_magnitudes.hpp"

namespace yuma {
namespace {

using oracle::Integer;

constexpr std::int64_t kOne = I32F32::one().bits;
constexpr std::int64_t kLimit = 20 * kOne;
constexpr std::int64_t kStep = 26'843'546;  // 1/160, and no divisor of anything

std::int64_t exp_bits(std::int64_t bits) { return exp_safe({bits}).bits; }

TEST(ExpTest, ConstantsInsteadOfTheSeries) {
  EXPECT_EQ(exp_bits(0), kOne);
  EXPECT_EQ(exp_bits(kOne), 11674931200);
  EXPECT_EQ(exp_bits(kOne), std::int64_t{22802600} << 9) << "e, cut after 23 fraction bits";
  EXPECT_NE(exp_bits(-kOne), (int128{kOne} * kOne) / exp_bits(kOne)) << "-1 takes the series";
}

TEST(ExpTest, BeyondTheLimitsIsAtTheLimits) {
  EXPECT_EQ(exp_bits(kLimit + 1), exp_bits(kLimit));
  EXPECT_EQ(exp_bits(INT64_MAX), exp_bits(kLimit));
  EXPECT_EQ(exp_bits(-kLimit - 1), exp_bits(-kLimit));
  EXPECT_EQ(exp_bits(INT64_MIN), exp_bits(-kLimit));
  EXPECT_EQ(exp_bits(-kLimit), 8);
}

TEST(ExpTest, IsTheChainsSeriesBitForBit) {
  const auto check = [](std::int64_t bits) {
    ASSERT_EQ(Integer(exp_bits(bits)), oracle::exp_safe(Integer(bits))) << "bits " << bits;
  };
  for (std::int64_t bits = -kLimit - kStep; bits <= kLimit + kStep; bits += kStep) check(bits);
  for (std::int64_t whole = -21; whole <= 21; ++whole) {
    for (const std::int64_t off : {-1, 0, 1}) check(whole * kOne + off);
  }
  test::RandomMagnitudes random(5);
  SCOPED_TRACE(random.seed_text());
  for (int k = 0; k < 5'000 && !HasFailure(); ++k) {
    check(random.signed_of_any_width<std::int64_t>() % (kLimit + 2));
  }
}

TEST(ExpTest, StaysWithinOnePerCentOfTheRealOne) {
  for (std::int64_t bits = -kLimit; bits <= kLimit; bits += kStep) {
    const double real = std::exp(std::ldexp(static_cast<double>(bits), -32));
    const double ours = std::ldexp(static_cast<double>(exp_bits(bits)), -32);
    ASSERT_NEAR(ours, real, 0.01 * real + std::ldexp(1.0, -32)) << "bits " << bits;
  }
  // The series is cut: far out it is low by more than any rounding.
  EXPECT_LT(std::ldexp(static_cast<double>(exp_bits(kLimit)), -32), 0.993 * std::exp(20.0));
}

// Each step of the series rounds a value that grows with x, so the whole grows with x.
TEST(ExpTest, NeverFalls) {
  for (std::int64_t bits = -kLimit; bits < kLimit; bits += kStep) {
    ASSERT_LE(exp_bits(bits), exp_bits(bits + 1)) << "bits " << bits;
    ASSERT_LE(exp_bits(bits), exp_bits(bits + kStep)) << "bits " << bits;
  }
  for (std::int64_t bits = -1000; bits < 1000; ++bits) {
    ASSERT_LT(exp_bits(bits), exp_bits(bits + 1)) << "bits " << bits;
  }
}

// But for one spot: the constant at exactly 1 is lower than the series around it.
TEST(ExpTest, DipsAtExactlyOne) {
  EXPECT_GT(exp_bits(kOne - 1), exp_bits(kOne));
  EXPECT_LT(exp_bits(kOne), exp_bits(kOne + 1));
  EXPECT_LT(exp_bits(kOne - 1), exp_bits(kOne + 1));
}

// e^-x is made from e^x by a division that truncates: their product misses one by less than e^x
// ulp.
TEST(ExpTest, NegativeArgumentsAreReciprocals) {
  for (std::int64_t bits = 1; bits <= kLimit; bits += kStep) {
    const int128 product = static_cast<int128>(exp_bits(bits)) * exp_bits(-bits);
    const int128 one = static_cast<int128>(kOne) * kOne;
    ASSERT_TRUE(one - exp_bits(bits) < product && product <= one) << "bits " << bits;
  }
}

}  // namespace
}  // namespace yuma
