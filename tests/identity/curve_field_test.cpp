// SPDX-License-Identifier: MIT

// Arithmetic modulo 2^255 - 19 against unbounded integers, up to the largest limbs it allows.

#include <gtest/gtest.h>

#include "tests/support/big_integer.hpp"
#include "tests/support/schnorr_cases.hpp"

#define YUMA_CURVE_KERNEL under_test
#include "curve/field.hpp"

namespace yuma::curve::under_test {
namespace {

using oracle::Integer;
using test::Random;

const Integer kPrime = Integer::power_of_two(255) - Integer(19);

Integer modulo(const Integer& v) { return v - floor_div(v, kPrime) * kPrime; }

/// The number that the limbs stand for, which may be p or more.
Integer number_of(const Field& f) {
  Integer sum;
  for (int i = 4; i >= 0; --i) {
    sum = sum * Integer::power_of_two(51) + Integer::from_unsigned(f.limb[i]);
  }
  return sum;
}
Integer residue_of(const Field& f) { return modulo(number_of(f)); }

Integer number_of(const Bytes32& bytes) {
  Integer sum;
  for (std::size_t i = 32; i-- > 0;) sum = sum * Integer(256) + Integer(bytes[i]);
  return sum;
}

Field of_small(std::uint64_t v) { return {{v, 0, 0, 0, 0}}; }

/// Limbs of up to so many bits; often all ones or zero, where carries go far.
Field random_field(Random& random, int bits) {
  Field f{};
  const bool is_extreme = random.chance(30);
  const std::uint64_t largest = (std::uint64_t{1} << bits) - 1;
  for (auto& limb : f.limb) {
    limb = is_extreme ? (random.chance(50) ? largest - random.below(3) : random.below(3))
                      : random.next() & largest;
  }
  return f;
}
/// Limbs as a product has them.
Field random_tight(Random& random) {
  Field f = random_field(random, 51);
  for (auto& limb : f.limb) limb += random.below(std::uint64_t{1} << 15);
  return f;
}

bool is_tight(const Field& f) {
  for (const std::uint64_t limb : f.limb) {
    if (limb >= (std::uint64_t{1} << 51) + (std::uint64_t{1} << 15)) return false;
  }
  return true;
}

TEST(CurveField, ConstantsAreWhatTheyAreCalled) {
  EXPECT_TRUE(equal(kD * of_small(121666), kZero - of_small(121665)));
  EXPECT_TRUE(equal(kTwiceD, kD + kD));
  EXPECT_TRUE(equal(square(kRootOfMinusOne), kZero - kOne));
}

TEST(CurveField, ProductsAndSquares) {
  Random random(1);
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    // The product of the bounds may be 2^108.
    const int bits = random.between(50, 57);
    const Field a = random_field(random, bits), b = random_field(random, 108 - bits);
    const Field ab = a * b;
    ASSERT_EQ(residue_of(ab), modulo(residue_of(a) * residue_of(b)));
    ASSERT_TRUE(is_tight(ab));
    const Field c = random_field(random, 54), cc = square(c);
    ASSERT_EQ(residue_of(cc), modulo(residue_of(c) * residue_of(c)));
    ASSERT_TRUE(is_tight(cc));
  }
}

TEST(CurveField, SumsAndDifferences) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const Field a = random_tight(random), b = random_tight(random), c = random_tight(random);
    ASSERT_EQ(residue_of(a + b), modulo(residue_of(a) + residue_of(b)));
    ASSERT_EQ(residue_of(a - b), modulo(residue_of(a) - residue_of(b)));
    ASSERT_EQ(residue_of(c - (a + b)), modulo(residue_of(c) - residue_of(a) - residue_of(b)));
    ASSERT_EQ(residue_of(a + b + c + c - b), modulo(residue_of(a) + residue_of(c) * Integer(2)));
  }
}

TEST(CurveField, TheReducedNumberIsBelowP) {
  Random random(3);
  const auto check = [](const Field& f) {
    ASSERT_EQ(number_of(reduced(f)), residue_of(f));
    ASSERT_EQ(is_zero(f), residue_of(f).is_zero());
    const Integer rest = residue_of(f) - floor_div(residue_of(f), Integer(2)) * Integer(2);
    ASSERT_EQ(is_negative(f), !rest.is_zero());
  };
  for (int i = 0; i < 2000; ++i) check(random_field(random, 54));
  // Around 0, p and 2 p.
  for (std::uint64_t v = 0; v < 40; ++v) {
    check(of_small(v));
    check(kZero - of_small(v));
    check(of_small(v) - of_small(20));
    check({{kLimbMask - 20 + v, kLimbMask, kLimbMask, kLimbMask, kLimbMask}});
    check({{2 * kLimbMask - 40 + v, 2 * kLimbMask, 2 * kLimbMask, 2 * kLimbMask, 2 * kLimbMask}});
  }
}

TEST(CurveField, BytesAreANumberBelowPOrRefused) {
  Random random(4);
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    const Bytes32 bytes = test::hostile_encoding(random);
    Field f{};
    const bool read = read_field(bytes.data(), f);
    ASSERT_EQ(read, number_of(bytes) < kPrime) << to_hex(bytes);
    ASSERT_TRUE(!read || number_of(f) == number_of(bytes)) << to_hex(bytes);
  }
}

TEST(CurveField, Powers) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    const Field x = random_tight(random), y = random_tight(random);
    ASSERT_TRUE(equal(inverse(x) * x, is_zero(x) ? kZero : kOne));
    // w^((p - 5) / 8) squared, times w: a fourth root of 1.
    const Pair<Field> power = power_252_3(Pair<Field>{x, y});
    ASSERT_TRUE(equal(power.first, power_252_3(x)) && equal(power.second, power_252_3(y)));
    ASSERT_TRUE(equal(square(square(power.first)) * square(x), kOne) || is_zero(x) ||
                equal(square(square(power.first)) * square(x), kZero - kOne));
  }
  EXPECT_TRUE(is_zero(inverse(kZero)));
  EXPECT_TRUE(is_zero(power_252_3(kZero)));
}

}  // namespace
}  // namespace yuma::curve::under_test
