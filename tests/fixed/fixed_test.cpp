// SPDX-License-Identifier: MIT

// The types that the chain uses, against a model over unbounded integers: all pairs of edge values,
// and random ones of all magnitudes.

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fixed_oracle.hpp"
#include "tests/support/random_magnitudes.hpp"
#include "yuma/fixed/decimal.hpp"
#include "yuma/fixed/fixed.hpp"

namespace yuma {
namespace {

using oracle::Integer;
using oracle::MaybeInteger;

/// Fails with the whole equation where the two differ. Operands are bits.
template <class... Operands>
auto expect_equal(Operands... operands) {
  return [=](const char* operation, const MaybeInteger& expected, const MaybeInteger& actual) {
    if (expected == actual) return;
    std::string arguments;
    ((arguments += " " + Integer(operands).text()), ...);
    ADD_FAILURE() << operation << " of bits" << arguments << " = " << oracle::text(actual)
                  << ", not " << oracle::text(expected);
  };
}

/// Both ends, zero, the powers of two around the fraction and the middle, all with their
/// neighbours.
template <class F>
std::vector<F> edge_values() {
  using Rep = typename F::Representation;
  constexpr int kWidth = oracle::Range<F>::kWidth;
  const auto power = [](int exponent) { return static_cast<Rep>(Rep{1} << exponent); };
  const auto one = power(F::kFracBits);
  std::vector<F> edges{F::min(), F::max()};
  // A product of two neighbours of the last power is, before it is clamped, all ones and a
  // fraction.
  for (const Rep middle : {Rep{0}, static_cast<Rep>(one / 2), one, static_cast<Rep>(20 * one),
                           static_cast<Rep>(one * 65535), power(kWidth / 2), power(kWidth - 2),
                           power((kWidth + F::kFracBits) / 2)}) {
    for (const int off : {-1, 0, 1}) {
      edges.push_back({static_cast<Rep>(middle + off)});
      edges.push_back({static_cast<Rep>(-middle - off)});
    }
  }
  edges.push_back({static_cast<Rep>(F::min().bits + 1)});
  edges.push_back({static_cast<Rep>(F::max().bits - 1)});
  edges.push_back({static_cast<Rep>(one / 3)});
  edges.push_back({static_cast<Rep>(-one / 3)});
  return edges;
}

template <class F>
class FixedTest : public ::testing::Test {};

struct TypeName {
  template <class F>
  static std::string GetName(int) {  // NOLINT(readability-identifier-naming): GoogleTest's name
    if (std::is_same_v<F, I32F32>) return "I32F32";
    return std::is_same_v<F, I64F64> ? "I64F64" : "I96F32";
  }
};
using Types = ::testing::Types<I32F32, I64F64, I96F32>;
TYPED_TEST_SUITE(FixedTest, Types, TypeName);

TYPED_TEST(FixedTest, AllPairsOfEdgeValues) {
  const auto edges = edge_values<TypeParam>();
  for (const auto a : edges) {
    oracle::compare_unary(a, expect_equal(a.bits));
    for (const auto b : edges) oracle::compare_binary(a, b, expect_equal(a.bits, b.bits));
  }
}

TYPED_TEST(FixedTest, RandomPairsOfAllMagnitudes) {
  using Rep = typename TypeParam::Representation;
  test::RandomMagnitudes random(20240607);
  SCOPED_TRACE(random.seed_text());
  for (int k = 0; k < 200'000 && !this->HasFailure(); ++k) {
    const TypeParam a{random.signed_of_any_width<Rep>()};
    const TypeParam b{random.signed_of_any_width<Rep>()};
    oracle::compare_binary(a, b, expect_equal(a.bits, b.bits));
    oracle::compare_unary(a, expect_equal(a.bits));
  }
}

// Quotients at the very end of the range decide between a value and zero, or the limit.
TYPED_TEST(FixedTest, QuotientsAroundTheEndOfTheRange) {
  using Rep = typename TypeParam::Representation;
  const auto check = [](TypeParam a, TypeParam b) {
    oracle::compare_binary(a, b, expect_equal(a.bits, b.bits));
  };
  const TypeParam one = TypeParam::one();
  for (const int off : {-2, -1, 0, 1, 2}) {
    const TypeParam about_one{static_cast<Rep>(one.bits + off)};
    for (const TypeParam end : {TypeParam::min(), TypeParam::max()}) {
      check(end, about_one);
      check(end, {static_cast<Rep>(-about_one.bits)});
    }
    // a * 2^Frac / 1 ulp is just the limit.
    constexpr int kIntegerBits = oracle::Range<TypeParam>::kWidth - TypeParam::kFracBits;
    const TypeParam a{static_cast<Rep>((Rep{1} << (kIntegerBits - 1)) + off)};
    check(a, {1});
    check(a, {-1});
  }
}

TYPED_TEST(FixedTest, FromIntegers) {
  test::RandomMagnitudes random(7);
  SCOPED_TRACE(random.seed_text());
  const auto check = [](auto v) { oracle::compare_from_int<TypeParam>(v, expect_equal(v)); };
  for (int k = 0; k < 20'000 && !this->HasFailure(); ++k) {
    const auto v = random.signed_of_any_width<std::int64_t>();
    check(v);
    check(static_cast<std::uint64_t>(v));
    check(static_cast<std::int16_t>(v));
    check(static_cast<std::uint16_t>(v));
  }
  for (const int exponent : {0, 15, 16, 30, 31, 32, 62, 63}) {
    for (const std::uint64_t off : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
      const std::uint64_t v = (std::uint64_t{1} << exponent) + off;
      check(v);
      check(static_cast<std::int64_t>(v));
      check(static_cast<std::int64_t>(0 - v));
    }
  }
}

TEST(FixedConstantsTest, AreThoseOfTheChain) {
  EXPECT_EQ(I32F32::one().bits, 4294967296);
  EXPECT_EQ(to_decimal(I64F64::one().bits), "18446744073709551616");
  EXPECT_EQ(to_decimal(I96F32::one().bits), "4294967296");
  EXPECT_EQ(I32F32::max().bits, INT64_MAX);
  EXPECT_EQ(I32F32::min().bits, INT64_MIN);
  EXPECT_EQ(to_decimal(I64F64::min().bits), "-170141183460469231731687303715884105728");
  EXPECT_EQ(I32F32{}.bits, 0);
}

// The surprises, written out.
TEST(FixedRoundingTest, ProductsOfNegativesMoveAwayFromZero) {
  const I32F32 half{I32F32::one().bits / 2};
  EXPECT_EQ(saturating_mul_floor(I32F32{-1}, half).bits, -1);
  EXPECT_EQ(saturating_mul_floor(I32F32{1}, half).bits, 0);
  EXPECT_EQ(saturating_mul_floor(I64F64{-1}, I64F64{I64F64::one().bits / 2}).bits, -1);
}

TEST(FixedRoundingTest, QuotientsOfNegativesMoveTowardZero) {
  EXPECT_EQ(safe_div_trunc(I32F32{-1}, I32F32{2 * I32F32::one().bits}).bits, 0);
  EXPECT_EQ(safe_div_trunc(I32F32{-7}, I32F32{2 * I32F32::one().bits}).bits, -3);
}

TEST(FixedRoundingTest, AQuotientThatDoesNotFitIsZeroOrTheLimit) {
  EXPECT_EQ(safe_div_trunc(I32F32::max(), I32F32{1}).bits, 0);
  EXPECT_EQ(saturating_div_trunc(I32F32::max(), I32F32{1}), I32F32::max());
  EXPECT_EQ(safe_div_trunc(I32F32::min(), I32F32{-I32F32::one().bits}).bits, 0);
  EXPECT_EQ(safe_div_trunc(I64F64::max(), I64F64{1}).bits, 0);
}

TEST(WrappingSumTest, AddsModuloTheWidth) {
  const std::vector<I32F32> values{I32F32::max(), {1}, {5}, I32F32::min()};
  EXPECT_EQ(wrapping_sum(std::span<const I32F32>(values)).bits, 5);
  EXPECT_EQ(wrapping_sum(std::span<const I32F32>(values).first(2)), I32F32::min());
  EXPECT_EQ(wrapping_sum(std::span<const I64F64>()).bits, 0);
}

}  // namespace
}  // namespace yuma
