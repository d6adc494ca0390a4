// SPDX-License-Identifier: MIT

// Scalars modulo the group order, challenges of half the size, and the digits of a plan.

#include <gtest/gtest.h>

#include "curve/plan.hpp"
#include "curve/scalar.hpp"
#include "tests/support/big_integer.hpp"
#include "tests/support/schnorr_cases.hpp"

namespace yuma::curve {
namespace {

using oracle::Integer;
using test::Random;

Integer number_of(const Scalar& s) {
  Integer sum;
  for (int i = 3; i >= 0; --i) {
    sum = sum * Integer::power_of_two(64) + Integer::from_unsigned(s.word[i]);
  }
  return sum;
}

const Integer kOrderNumber = number_of(kOrder);
const Integer kHalf = Integer::power_of_two(127);

Integer modulo(const Integer& v) { return v - floor_div(v, kOrderNumber) * kOrderNumber; }

Scalar draw(Random& random) { return read_scalar(test::random_scalar(random)); }

/// Scalars at which something could go wrong: around powers of two, quotients 1 / n, and L.
std::vector<Scalar> edge_scalars() {
  std::vector<Scalar> out;
  for (const int by : {-3, -2, -1, 0, 1, 2, 3}) {
    for (std::size_t n = 2; n < 253; ++n) {
      out.push_back(read_scalar(test::shifted(test::power_of_two(n), by)));
    }
    for (const std::uint64_t n : {2U, 3U, 5U, 255U, 65537U}) {
      Bytes32 inverse;
      (void)crypto_core_ristretto255_scalar_invert(inverse.data(), test::scalar_of(n).data());
      out.push_back(read_scalar(test::shifted(inverse, by)));
    }
    out.push_back(read_scalar(test::shifted(test::group_order(), by)));
  }
  out.push_back({});
  out.push_back({{1, 0, 0, 0}});
  std::erase_if(out, [](const Scalar& s) { return !is_below(s, kOrder); });
  return out;
}

TEST(CurveScalar, TheOrderIsLibsodiums) { EXPECT_EQ(kOrder, read_scalar(test::group_order())); }

TEST(CurveScalar, SumsAndProducts) {
  Random random(1);
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    const Scalar a = draw(random), b = draw(random);
    const Scalar half{{a.word[0], a.word[1], 0, 0}};
    ASSERT_EQ(number_of(add(a, b)), modulo(number_of(a) + number_of(b)));
    ASSERT_EQ(number_of(multiply(half, b)), modulo(number_of(half) * number_of(b)));
    ASSERT_EQ(is_below(a, b), number_of(a) < number_of(b));
  }
  const Scalar largest{{~std::uint64_t{0}, ~std::uint64_t{0}, 0, 0}};
  for (const Scalar& b : edge_scalars()) {
    for (const Scalar& a : {largest, Scalar{}, Scalar{{1, 0, 0, 0}}, Scalar{{0, 1, 0, 0}}}) {
      EXPECT_EQ(number_of(multiply(a, b)), modulo(number_of(a) * number_of(b)));
    }
    EXPECT_EQ(number_of(add(b, b)), modulo(number_of(b) * Integer(2)));
    EXPECT_EQ(is_zero(b), number_of(b).is_zero());
  }
}

void check_half_size(const Scalar& k) {
  const HalfSize h = half_size(k);
  const Integer u = number_of(h.u), v = number_of(h.v);
  ASSERT_LT(u, kHalf) << number_of(k);
  ASSERT_LT(v, kHalf) << number_of(k);
  ASSERT_FALSE(v.is_zero()) << number_of(k);
  ASSERT_EQ(u, modulo((h.v_negative ? -v : v) * number_of(k))) << number_of(k);
}

TEST(CurveScalar, AChallengeIsAQuotientOfHalves) {
  for (const Scalar& k : edge_scalars()) check_half_size(k);
  Random random(2);
  for (std::size_t i = 0; i < test::random_cases(); ++i) check_half_size(draw(random));
}

TEST(CurveScalar, QuotientsOfSmallNumbersAndTheirNeighbours) {
  // k = u / v for small u and v: Euclid's algorithm then takes a long step.
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const Bytes32 u = test::scalar_of(random.next() >> random.below(64));
    Bytes32 v = test::scalar_of(random.next() >> random.below(64)), inverse;
    v[0] |= 1;
    ASSERT_EQ(crypto_core_ristretto255_scalar_invert(inverse.data(), v.data()), 0);
    const Bytes32 k = test::times(u, inverse);
    check_half_size(read_scalar(k));
    check_half_size(read_scalar(test::plus(k, test::scalar_of(random.below(3)))));
  }
}

/// What a plan takes of each point.
std::vector<Integer> totals(const Plan& plan, std::size_t points) {
  std::vector<Integer> sums(points);
  for (int position = plan.positions - 1; position >= 0; --position) {
    for (auto& sum : sums) sum = sum * Integer(2);
    for (auto i = plan.first[position]; i != Plan::kNone; i = plan.steps[i].next) {
      const Step& step = plan.steps[i];
      EXPECT_TRUE(step.multiple % 2 != 0 &&
                  std::abs(step.multiple) <= largest_multiple(step.point));
      sums[step.point] = sums[step.point] + Integer(step.multiple);
    }
  }
  return sums;
}

TEST(CurvePlan, DigitsAddUpToTheScalars) {
  Random random(4);
  auto scalars = edge_scalars();
  for (int i = 0; i < 2000; ++i) scalars.push_back(draw(random));
  scalars.push_back(
      {{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0} >> 2}});
  for (const Scalar& n : scalars) {
    PlanBuilder builder(2);
    builder.add_base(n);
    builder.add(kFirstPoint, n);
    builder.add(kFirstPoint + 1, n, true);
    const auto sums = totals(builder.plan(), 4);
    ASSERT_EQ(sums[kBase] + sums[kHighBase] * kHalf, number_of(n));
    ASSERT_EQ(sums[kFirstPoint], number_of(n));
    ASSERT_EQ(sums[kFirstPoint + 1], -number_of(n));
  }
}

}  // namespace
}  // namespace yuma::curve
