// SPDX-License-Identifier: MIT

#include "yuma/consensus/upscale.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace yuma::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

std::vector<std::uint16_t> scaled(const std::vector<std::uint16_t>& weights) {
  return max_upscaled(weights);
}

TEST(MaxUpscale, TheLargestBecomes65535AndHalvesRoundUp) {
  // 65535 / 4 = 16383.75, 32767.5, 49151.25.
  EXPECT_THAT(scaled({1, 2, 3, 4}), ElementsAre(16384, 32768, 49151, 65535));
}

TEST(MaxUpscale, ZerosStayZeros) {
  EXPECT_THAT(scaled({0, 0}), Each(0));
  EXPECT_THAT(scaled({0, 1}), ElementsAre(0, 65535));
  EXPECT_TRUE(scaled({}).empty());
}

TEST(MaxUpscale, ScaledWeightsStayAsTheyAre) {
  EXPECT_THAT(scaled({0, 1, 32767, 65535}), ElementsAre(0, 1, 32767, 65535));
}

TEST(MaxUpscale, AboveAMaximumOf32768TheFactorIsCutFirst) {
  // The factor 65535 / 38550 is 1.7, cut to 7301444403 / 2^32: 5 * 1.7 = 8.5 comes out just below
  // the half and rounds down. Up to 32768 halves are exact: 1 * 65535 / 2 = 32767.5 rounds up.
  EXPECT_THAT(scaled({5, 38550}), ElementsAre(8, 65535));
  EXPECT_THAT(scaled({1, 2}), ElementsAre(32768, 65535));
}

TEST(MaxUpscale, TheLargestBecomes65535ForEveryMaximum) {
  for (std::uint32_t max = 1; max <= 65535; ++max) {
    const auto weights = scaled({0, static_cast<std::uint16_t>(max)});
    ASSERT_THAT(weights, ElementsAre(0, 65535)) << max;
  }
}

TEST(MaxUpscale, UpToAMaximumOf32768RoundsTheExactQuotient) {
  for (const std::uint32_t max : {1U, 2U, 3U, 4U, 1000U, 4369U, 26214U, 32767U, 32768U}) {
    std::vector<std::uint16_t> weights;
    for (std::uint32_t w = 0; w <= max; ++w) weights.push_back(static_cast<std::uint16_t>(w));
    const auto result = scaled(weights);
    for (std::uint64_t w = 0; w <= max; ++w) {
      ASSERT_EQ(result[w], (2 * w * 65535 + max) / (2 * max)) << w << " of " << max;
    }
  }
}

}  // namespace
}  // namespace yuma::test
