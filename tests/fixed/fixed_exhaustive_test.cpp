// SPDX-License-Identifier: MIT

// Every operation on every pair of operands of a type small enough for it: eight bits, of which 3,
// 4 or 6 are a fraction. The model is plain int arithmetic from the definitions: no shifts, no
// two's complement.

#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "yuma/fixed/fixed.hpp"

namespace yuma {
namespace {

constexpr int kMin = -128, kMax = 127;

constexpr int power_of_two(int exponent) {
  int p = 1;
  for (; exponent > 0; --exponent) p *= 2;
  return p;
}

/// The largest integer q with q * b <= a, for b > 0.
constexpr int floor_div(int a, int b) {
  int q = a / b;
  while (q * b > a) --q;
  return q;
}
static_assert(floor_div(-1, 16) == -1 && floor_div(-16, 16) == -1 && floor_div(15, 16) == 0);

constexpr bool fits(int v) { return kMin <= v && v <= kMax; }
constexpr int clamped(int v) { return v < kMin ? kMin : v > kMax ? kMax : v; }
constexpr int wrapped(int v) {
  while (v > kMax) v -= 256;
  while (v < kMin) v += 256;
  return v;
}

std::string text(std::optional<int> v) { return v ? std::to_string(*v) : "none"; }

template <int Frac>
struct Small {
  using Type = Fixed<std::int8_t, Frac>;
  static constexpr int kFrac = Frac;
  static constexpr int kScale = power_of_two(Frac);
};

template <class S>
class FixedExhaustiveTest : public ::testing::Test {
 protected:
  using F = typename S::Type;

  static F number(int bits) { return F::from_bits(static_cast<std::int8_t>(bits)); }

  /// Calls check(a, b) for all pairs of operands until one fails.
  template <class Check>
  static void for_all_pairs(Check check) {
    for (int a = kMin; a <= kMax; ++a) {
      for (int b = kMin; b <= kMax && !HasFailure(); ++b) check(a, b);
    }
  }
  template <class Check>
  static void for_all(Check check) {
    for (int a = kMin; a <= kMax && !HasFailure(); ++a) check(a);
  }

  static void expect(const char* operation, int a, int b, std::optional<int> actual,
                     std::optional<int> expected) {
    if (actual == expected) return;
    ADD_FAILURE() << operation << "(" << a << ", " << b << ") = " << text(actual) << ", not "
                  << text(expected) << ", in units of 1/" << S::kScale;
  }
};

struct FracName {
  template <class S>
  static std::string GetName(int) {  // NOLINT(readability-identifier-naming): GoogleTest's name
    return "Frac" + std::to_string(S::kFrac);
  }
};
using Smalls = ::testing::Types<Small<3>, Small<4>, Small<6>>;
TYPED_TEST_SUITE(FixedExhaustiveTest, Smalls, FracName);

TYPED_TEST(FixedExhaustiveTest, AdditionAndSubtraction) {
  this->for_all_pairs([&](int a, int b) {
    const auto x = this->number(a), y = this->number(b);
    this->expect("saturating_add", a, b, saturating_add(x, y).bits, clamped(a + b));
    this->expect("saturating_sub", a, b, saturating_sub(x, y).bits, clamped(a - b));
    this->expect("wrapping_add", a, b, wrapping_add(x, y).bits, wrapped(a + b));
  });
}

TYPED_TEST(FixedExhaustiveTest, ProductsFloor) {
  this->for_all_pairs([&](int a, int b) {
    const auto x = this->number(a), y = this->number(b);
    const int exact = floor_div(a * b, TypeParam::kScale);
    this->expect("saturating_mul_floor", a, b, saturating_mul_floor(x, y).bits, clamped(exact));
    const auto checked = checked_mul_floor(x, y);
    this->expect("checked_mul_floor", a, b,
                 checked ? std::optional<int>(checked->bits) : std::nullopt,
                 fits(exact) ? std::optional<int>(exact) : std::nullopt);
  });
}

TYPED_TEST(FixedExhaustiveTest, QuotientsTruncate) {
  this->for_all_pairs([&](int a, int b) {
    const auto x = this->number(a), y = this->number(b);
    if (b == 0) return this->expect("safe_div_trunc", a, b, safe_div_trunc(x, y).bits, 0);
    // Toward zero, from the floor of magnitudes.
    const int size = floor_div((a < 0 ? -a : a) * TypeParam::kScale, b < 0 ? -b : b);
    const int exact = (a < 0) != (b < 0) ? -size : size;
    this->expect("safe_div_trunc", a, b, safe_div_trunc(x, y).bits, fits(exact) ? exact : 0);
    this->expect("saturating_div_trunc", a, b, saturating_div_trunc(x, y).bits, clamped(exact));
  });
}

TYPED_TEST(FixedExhaustiveTest, Comparisons) {
  this->for_all_pairs([&](int a, int b) {
    const auto x = this->number(a), y = this->number(b);
    this->expect("<", a, b, x < y, a < b);
    this->expect("==", a, b, x == y, a == b);
  });
}

TYPED_TEST(FixedExhaustiveTest, SumsWrapFromLeftToRight) {
  using Number = typename TypeParam::Type;
  this->for_all_pairs([&](int a, int b) {
    for (const int c : {kMin, -1, 0, 1, kMax}) {
      const Number values[] = {this->number(a), this->number(b), this->number(c)};
      const Number sum = wrapping_sum(std::span<const Number>(values));
      this->expect("wrapping_sum", a, b, sum.bits, wrapped(a + b + c));
    }
  });
}

TYPED_TEST(FixedExhaustiveTest, FloorsToUnsigned) {
  this->for_all([&](int a) {
    const auto x = this->number(a);
    const int whole = floor_div(a, TypeParam::kScale);
    const int expected = whole < 0 ? 0 : whole;
    this->expect("saturating_floor<u8>", a, 0, saturating_floor<std::uint8_t>(x), expected);
    this->expect("saturating_floor<u64>", a, 0,
                 static_cast<int>(saturating_floor<std::uint64_t>(x)), expected);
  });
}

TYPED_TEST(FixedExhaustiveTest, ConversionsFloorDroppedFraction) {
  this->for_all([&](int a) {
    const auto check = [&](const char* name, auto to) {
      using To = decltype(to);
      if constexpr (To::kFracBits <= TypeParam::kFrac) {
        const int dropped = power_of_two(TypeParam::kFrac - To::kFracBits);
        this->expect(name, a, 0, saturating_convert<To>(this->number(a)).bits,
                     floor_div(a, dropped));
      }
    };
    check("to 6 fraction bits", Fixed<std::int8_t, 6>{});
    check("to 4 fraction bits", Fixed<std::int8_t, 4>{});
    check("to 3 fraction bits", Fixed<std::int8_t, 3>{});
  });
}

TYPED_TEST(FixedExhaustiveTest, IntegersSaturateOrWrap) {
  using Number = typename TypeParam::Type;
  for (int v = -1000; v <= 1000; ++v) {
    this->expect("saturating_from_int", v, 0,
                 saturating_from_int<Number>(static_cast<std::int16_t>(v)).bits,
                 clamped(v * TypeParam::kScale));
    this->expect("wrapping_from_int", v, 0,
                 wrapping_from_int<Number>(static_cast<std::int16_t>(v)).bits,
                 wrapped(v * TypeParam::kScale));
  }
}

TYPED_TEST(FixedExhaustiveTest, Constants) {
  using Number = typename TypeParam::Type;
  EXPECT_EQ(Number::zero().bits, 0);
  EXPECT_EQ(Number::one().bits, TypeParam::kScale);
  EXPECT_EQ(Number::min().bits, kMin);
  EXPECT_EQ(Number::max().bits, kMax);
}

// A narrowing conversion has no pair in the exact code, but must clamp all the same.
TEST(FixedConversionTest, ClampsIntoANarrowerType) {
  using Narrow = Fixed<std::int8_t, 4>;
  for (int bits = -70000; bits <= 70000; ++bits) {
    const auto wide = Fixed<std::int64_t, 8>::from_bits(bits);
    ASSERT_EQ(int{saturating_convert<Narrow>(wide).bits}, clamped(floor_div(bits, 16))) << bits;
  }
}

}  // namespace
}  // namespace yuma
