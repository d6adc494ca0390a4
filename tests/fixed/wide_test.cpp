// SPDX-License-Identifier: MIT

// 256-bit arithmetic by its identities, over integers that know nothing of it.

#include "yuma/fixed/wide.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/big_integer.hpp"
#include "tests/support/random_magnitudes.hpp"

namespace yuma {
namespace {

using oracle::Integer;

const uint128 kMax = ~uint128{0};
const uint128 kTop = uint128{1} << 127;

/// Values at which a carry, a digit or a sign bit changes.
std::vector<uint128> edge_values() {
  std::vector<uint128> edges;
  for (const int exponent : {0, 1, 31, 32, 63, 64, 65, 96, 126, 127}) {
    const uint128 power = uint128{1} << exponent;
    for (const uint128 v : {power - 1, power, power + 1}) edges.push_back(v);
  }
  edges.push_back(kMax);
  edges.push_back(kMax - 1);
  edges.push_back(kMax << 64);
  return edges;
}

void expect_product(uint128 a, uint128 b) {
  EXPECT_EQ(Integer::from_wide(multiply_full(a, b)),
            Integer::from_unsigned(a) * Integer::from_unsigned(b));
}

/// q * d + r = n with 0 <= r < d: there is only one such q.
void expect_quotient(U256 n, uint128 d) {
  const Integer numerator = Integer::from_wide(n), divisor = Integer::from_unsigned(d);
  const Integer rest = numerator - Integer::from_wide(divide(n, d)) * divisor;
  EXPECT_TRUE(!rest.is_negative() && rest < divisor) << numerator << " / " << divisor;
}

void expect_shifts(U256 v, int shift) {
  const Integer power = Integer::power_of_two(shift);
  EXPECT_EQ(Integer::from_wide(shift_right(v, shift)), floor_div(Integer::from_wide(v), power))
      << "by " << shift;
  EXPECT_EQ(Integer::from_wide(shift_left_full(v.lo, shift)), Integer::from_unsigned(v.lo) * power)
      << "by " << shift;
}

TEST(WideTest, BitWidth) {
  EXPECT_EQ(bit_width(uint128{0}), 0);
  for (int k = 0; k < 128; ++k) {
    EXPECT_EQ(bit_width(uint128{1} << k), k + 1);
    EXPECT_EQ(bit_width((uint128{1} << k) - 1), k);
    EXPECT_EQ(bit_width(U256{uint128{1} << k, 0}), 129 + k);
    EXPECT_EQ(bit_width(U256{0, uint128{1} << k}), k + 1);
  }
  EXPECT_EQ(bit_width(U256{kMax, kMax}), 256);
}

TEST(WideTest, EdgeValues) {
  const auto edges = edge_values();
  for (const uint128 a : edges) {
    for (const uint128 b : edges) {
      expect_product(a, b);
      for (const uint128 d : edges) {
        if (d != 0 && d <= kTop) expect_quotient({a, b}, d);
      }
      for (const int shift : {0, 1, 31, 32, 33, 63, 64, 65, 126, 127}) expect_shifts({a, b}, shift);
    }
  }
}

TEST(WideTest, RandomValues) {
  test::RandomMagnitudes random(31);
  SCOPED_TRACE(random.seed_text());
  for (int k = 0; k < 50'000 && !HasFailure(); ++k) {
    const uint128 a = random.of_any_width(), b = random.of_any_width();
    expect_product(a, b);
    expect_quotient({a, b}, random.of_any_width(126) + 1);
    expect_shifts({a, b}, static_cast<int>(random.below(128)));
  }
}

}  // namespace
}  // namespace yuma
