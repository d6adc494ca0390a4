// SPDX-License-Identifier: MIT

#include "yuma/fixed/proportion.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "tests/support/fixed_oracle.hpp"
#include "tests/support/random_magnitudes.hpp"

namespace yuma {
namespace {

constexpr std::uint64_t kMaxAmount = ~std::uint64_t{0};
const I32F32 kOne = I32F32::one();

/// floor(bits * 65535 / 2^32) within 0 .. 65535.
std::int64_t stored_share(std::int64_t bits) {
  if (bits < 0) return 0;
  const int128 whole = static_cast<int128>(bits) * 65535 / 4294967296;
  return whole > 65535 ? 65535 : static_cast<std::int64_t>(whole);
}

// 2^32 = 65537 * 65535 + 1, hence floor(u * 2^32 / 65535) = 65537 u for all but the last.
TEST(ProportionTest, ClosedFormOfEveryU16) {
  for (std::int64_t u = 0; u <= 65535; ++u) {
    ASSERT_EQ(proportion(static_cast<std::uint16_t>(u)).bits, 65537 * u + (u == 65535 ? 1 : 0))
        << u;
  }
  EXPECT_EQ(proportion(65535), kOne);
  EXPECT_EQ(proportion(32767).bits, 2147450879);
}

// Both ways truncate, so a share that is stored and read loses one unit each time; not the ends.
TEST(ProportionTest, StoredAndReadLosesAUnit) {
  EXPECT_EQ(to_u16_proportion(proportion(0)), 0);
  EXPECT_EQ(to_u16_proportion(proportion(65535)), 65535);
  for (std::uint16_t u = 1; u < 65535; ++u) {
    ASSERT_EQ(to_u16_proportion(proportion(u)), u - 1) << u;
    ASSERT_EQ(to_u16_proportion(I32F32{proportion(u).bits + 1}), u) << u;
  }
}

TEST(ProportionTest, ToU16TruncatesAndClamps) {
  EXPECT_EQ(to_u16_proportion(I32F32{kOne.bits / 2}), 32767);
  EXPECT_EQ(to_u16_proportion(I32F32{-1}), 0);
  EXPECT_EQ(to_u16_proportion(I32F32{kOne.bits - 1}), 65534);
  EXPECT_EQ(to_u16_proportion(I32F32{kOne.bits + 1}), 65535);
  EXPECT_EQ(to_u16_proportion(I32F32::max()), 65535);
  EXPECT_EQ(to_u16_proportion(I32F32::min()), 0);
}

TEST(ProportionTest, ToU16OnAGridAndAroundEveryStep) {
  for (std::int64_t bits = -kOne.bits; bits <= 2 * kOne.bits; bits += 65521) {
    ASSERT_EQ(to_u16_proportion(I32F32{bits}), stored_share(bits)) << bits;
  }
  for (std::int64_t u = 0; u <= 65536; ++u) {
    for (const std::int64_t off : {-1, 0, 1, 2}) {
      const std::int64_t bits = 65537 * u + off;
      ASSERT_EQ(to_u16_proportion(I32F32{bits}), stored_share(bits)) << bits;
    }
  }
}

TEST(ShareOfTest, Extremes) {
  EXPECT_EQ(share_of(kOne, kMaxAmount), kMaxAmount);
  EXPECT_EQ(share_of({kOne.bits + 1}, kMaxAmount), kMaxAmount);
  EXPECT_EQ(share_of({kOne.bits - 1}, kMaxAmount), kMaxAmount - 4294967296);
  EXPECT_EQ(share_of({1}, kMaxAmount), 4294967295U);
  EXPECT_EQ(share_of({1}, 4294967296), 1U);
  EXPECT_EQ(share_of({1}, 4294967295), 0U);
  EXPECT_EQ(share_of({kOne.bits / 2}, 3), 1U);
  EXPECT_EQ(share_of(kOne, 0), 0U);
  EXPECT_EQ(share_of({-1}, kMaxAmount), 0U);
  EXPECT_EQ(share_of(I32F32::min(), kMaxAmount), 0U);
  EXPECT_EQ(share_of(I32F32::max(), kMaxAmount), kMaxAmount);
  EXPECT_EQ(share_of(I32F32::max(), 1), 2147483647U);
}

TEST(ShareOfTest, RandomValues) {
  test::RandomMagnitudes random(65535);
  SCOPED_TRACE(random.seed_text());
  for (int k = 0; k < 50'000 && !HasFailure(); ++k) {
    const I32F32 x{random.signed_of_any_width<std::int64_t>()};
    const auto amount = static_cast<std::uint64_t>(random.of_any_width(64));
    oracle::compare_share(x, amount, [&](const char* operation, auto expected, auto actual) {
      EXPECT_EQ(oracle::text(actual), oracle::text(expected))
          << operation << " of bits " << x.bits << " and amount " << amount;
    });
  }
}

}  // namespace
}  // namespace yuma
