// SPDX-License-Identifier: MIT

#include "yuma/net/token_bucket.hpp"

#include <gtest/gtest.h>

namespace yuma {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TokenBucket::Clock::time_point kStart{seconds(1'000)};

int taken_at(TokenBucket& bucket, TokenBucket::Clock::time_point now) {
  int taken = 0;
  while (taken < 1'000 && bucket.take(now)) ++taken;
  return taken;
}

TEST(TokenBucket, GivesTheBurstAtOnce) {
  TokenBucket bucket({10, 5}, kStart);
  EXPECT_EQ(taken_at(bucket, kStart), 5);
}

TEST(TokenBucket, FillsAtItsRateUpToTheBurst) {
  TokenBucket bucket({10, 5}, kStart);
  taken_at(bucket, kStart);
  EXPECT_EQ(taken_at(bucket, kStart + milliseconds(200)), 2);
  EXPECT_EQ(taken_at(bucket, kStart + seconds(60)), 5);
}

TEST(TokenBucket, AddsPartsOfTokens) {
  TokenBucket bucket({10, 5}, kStart);
  taken_at(bucket, kStart);
  EXPECT_FALSE(bucket.take(kStart + milliseconds(60)));
  EXPECT_TRUE(bucket.take(kStart + milliseconds(120)));
}

TEST(TokenBucket, GivesNothingForAClockThatGoesBack) {
  TokenBucket bucket({10, 5}, kStart);
  taken_at(bucket, kStart);
  EXPECT_FALSE(bucket.take(kStart - seconds(60)));
}

TEST(TokenBucket, HasNoLimitAtRateZero) {
  TokenBucket bucket({0, 0}, kStart);
  EXPECT_EQ(taken_at(bucket, kStart), 1'000);
}

}  // namespace
}  // namespace yuma
