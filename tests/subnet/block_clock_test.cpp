// SPDX-License-Identifier: MIT

#include "yuma/subnet/block_clock.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace yuma::subnet {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();

TEST(BlockClock, CountsBlocksFromTheGenesis) {
  const BlockClock clock(1'000'000, 12'000);
  EXPECT_EQ(clock.block_at(0), 0U);
  EXPECT_EQ(clock.block_at(1'000'000), 0U);
  EXPECT_EQ(clock.block_at(1'011'999), 0U);
  EXPECT_EQ(clock.block_at(1'012'000), 1U);
  EXPECT_EQ(clock.begin_of(2), 1'024'000U);
  EXPECT_EQ(clock.until(2, 1'020'000), 4'000ms);
  EXPECT_EQ(clock.until(2, 1'024'000), 0ms);
  EXPECT_EQ(clock.until(2, 2'000'000), 0ms);
  EXPECT_EQ(clock.until(0, 0), 1'000'000ms);
}

TEST(BlockClock, DoesNotOverflow) {
  const BlockClock clock(kEnd - 5, 10);
  EXPECT_EQ(clock.begin_of(0), kEnd - 5);
  EXPECT_EQ(clock.begin_of(1), kEnd);
  EXPECT_EQ(clock.begin_of(kEnd), kEnd);
  EXPECT_GT(clock.until(kEnd, 0), 0ms);
  EXPECT_EQ(BlockClock(0, 0).block_at(17), 17U);
}

TEST(BlockClock, AnEpochIsDueATempoAfterTheLast) {
  State state;
  state.block = 100;
  state.parameters.epoch.tempo = 20;
  EXPECT_EQ(due_block(state), 120U);
  state.block = kEnd - 3;
  EXPECT_EQ(due_block(state), kEnd);
}

TEST(ClockGuard, TellsWhenTheClockIsSet) {
  ClockGuard guard(500ms);
  const ClockGuard::Monotonic start{};
  EXPECT_FALSE(guard.look(1'000'000, start));
  EXPECT_FALSE(guard.look(1'001'000, start + 1s));
  EXPECT_FALSE(guard.look(1'002'499, start + 2s));  // slewed
  EXPECT_EQ(guard.look(1'013'499, start + 3s), 10'000ms);
  EXPECT_FALSE(guard.look(1'014'499, start + 4s));
  EXPECT_EQ(guard.look(1'005'499, start + 5s), -10'000ms);
  EXPECT_FALSE(guard.look(1'006'499, start + 6s));
}

TEST(ClockGuard, SurvivesWildValues) {
  ClockGuard guard;
  EXPECT_FALSE(guard.look(0, {}));
  EXPECT_TRUE(guard.look(kEnd, ClockGuard::Monotonic{} + 1s));
  EXPECT_TRUE(guard.look(0, ClockGuard::Monotonic{} + 2s));
}

}  // namespace
}  // namespace yuma::subnet
