// SPDX-License-Identifier: MIT

#include "yuma/wire/replay_window.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/support/random.hpp"

namespace yuma {
namespace {

using Outcome = ReplayWindow::Outcome;
using std::chrono::nanoseconds;

constexpr std::uint64_t kNow = 1'752'076'800'000'000'000;

AccountId hotkey(std::uint64_t number) {
  AccountId out{};
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}

std::shared_ptr<ReplayWindow> window_of(std::uint64_t retention, std::size_t most = 1000,
                                        std::size_t most_per_hotkey = 1000) {
  return *ReplayWindow::make({.retention = nanoseconds(retention),
                              .max_nonces = most,
                              .max_nonces_per_hotkey = most_per_hotkey});
}

TEST(ReplayWindow, TakesANonceOnceForEachHotkey) {
  const auto window = window_of(100);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow, kNow), Outcome::kNew);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow, kNow), Outcome::kReplayed);
  EXPECT_EQ(window->check_and_insert(hotkey(2), kNow, kNow), Outcome::kNew);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow - 1, kNow), Outcome::kNew);  // older is fine
  EXPECT_EQ(window->size(), 3U);
}

TEST(ReplayWindow, RefusesBoundsThatHoldNothing) {
  EXPECT_FALSE(ReplayWindow::make({.retention = nanoseconds(0)}).ok());
  EXPECT_FALSE(ReplayWindow::make({.retention = nanoseconds(-1)}).ok());
  EXPECT_FALSE(ReplayWindow::make({.max_nonces = 0}).ok());
  EXPECT_FALSE(ReplayWindow::make({.max_nonces_per_hotkey = 0}).ok());
}

// Against a set that never forgets, with a clock that jumps in both directions: nothing is taken
// twice, and whatever the set does not hold and is young enough is taken while the clock only runs.
TEST(ReplayWindow, NeverTakesANonceTwiceWhateverTheClockDoes) {
  for (const bool clock_jumps : {false, true}) {
    test::Random random(clock_jumps ? 1 : 2);
    constexpr std::uint64_t kRetention = 50;
    const auto window = window_of(kRetention, 1 << 20, 1 << 20);
    std::set<std::pair<std::uint64_t, std::uint64_t>> taken;
    std::uint64_t now = kNow;
    int fresh = 0;
    for (int k = 0; k < 200'000; ++k) {
      if (random.chance(30)) now += random.below(4);
      if (clock_jumps && random.chance(1)) now += random.below(400) - 200;
      const std::uint64_t who = random.below(40), nonce = now - kRetention - 5 + random.below(60);
      const bool known = taken.contains({who, nonce});
      const auto outcome = window->check_and_insert(hotkey(who), nonce, now);
      if (known) {
        ASSERT_NE(outcome, Outcome::kNew);
      } else if (!clock_jumps) {
        ASSERT_EQ(outcome, nonce + kRetention >= now ? Outcome::kNew : Outcome::kForgotten);
      }
      if (outcome == Outcome::kNew) {
        taken.insert({who, nonce});
        ++fresh;
      }
    }
    EXPECT_GT(fresh, 10'000);
  }
}

// Nonces that the window let go of stay refused when the clock is set back, and those after them
// are taken at once: a clock that ran ahead for a while locks nobody out.
TEST(ReplayWindow, ForgottenNoncesStayRefusedWhenTheClockIsSetBack) {
  const auto window = window_of(100);
  ASSERT_EQ(window->check_and_insert(hotkey(1), kNow, kNow), Outcome::kNew);
  constexpr std::uint64_t kYear = 31'536'000'000'000'000;
  ASSERT_EQ(window->check_and_insert(hotkey(1), kNow, kNow + kYear), Outcome::kForgotten);
  EXPECT_EQ(window->size(), 0U);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow, kNow), Outcome::kForgotten);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow + 1, kNow), Outcome::kNew);
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow + 1, kNow), Outcome::kReplayed);
}

TEST(ReplayWindow, AFloodOfOneHotkeyFillsItsOwnShareOnly) {
  const auto window = window_of(1000, 100, 10);
  for (std::uint64_t k = 0; k < 10; ++k) {
    ASSERT_EQ(window->check_and_insert(hotkey(1), kNow + k, kNow), Outcome::kNew);
  }
  for (std::uint64_t k = 10; k < 1000; ++k) {
    ASSERT_EQ(window->check_and_insert(hotkey(1), kNow + k, kNow), Outcome::kHotkeyFull);
  }
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow, kNow), Outcome::kReplayed);
  EXPECT_EQ(window->check_and_insert(hotkey(2), kNow, kNow), Outcome::kNew);
  EXPECT_EQ(window->size(), 11U);
  // Its share is free again as its nonces age.
  EXPECT_EQ(window->check_and_insert(hotkey(1), kNow + 1010, kNow + 1010), Outcome::kNew);
}

TEST(ReplayWindow, AFloodOfManyHotkeysIsRefusedAtTheBoundAndEvictsNothing) {
  constexpr std::size_t kMost = 5000;
  const auto window = window_of(1000, kMost);
  for (std::uint64_t k = 0; k < 20'000; ++k) {
    const auto outcome = window->check_and_insert(hotkey(k), kNow, kNow);
    ASSERT_EQ(outcome, k < kMost ? Outcome::kNew : Outcome::kFull);
    ASSERT_LE(window->size(), kMost);
  }
  for (std::uint64_t k = 0; k < kMost; ++k) {
    ASSERT_EQ(window->check_and_insert(hotkey(k), kNow, kNow + 500), Outcome::kReplayed);
  }
}

TEST(ReplayWindow, NoncesThatGrewOldMakeRoomAlsoInPartsThatNobodyUses) {
  const auto window = window_of(1000, 1);
  std::uint64_t now = kNow;
  for (std::uint64_t k = 0; k < 100; ++k, now += 1001) {
    ASSERT_EQ(window->check_and_insert(hotkey(k), now, now), Outcome::kNew) << k;
    ASSERT_EQ(window->check_and_insert(hotkey(k + 1), now, now), Outcome::kFull);
    ASSERT_EQ(window->size(), 1U);
  }
}

TEST(ReplayWindow, HoldsNoMoreThanItsRetentionNeeds) {
  constexpr std::uint64_t kRetention = 1000;
  const auto window = window_of(kRetention, 1 << 20, 1 << 20);
  std::size_t most = 0;
  for (std::uint64_t now = kNow; now < kNow + 100 * kRetention; ++now) {
    ASSERT_EQ(window->check_and_insert(hotkey(now % 300), now, now), Outcome::kNew);
    most = std::max(most, window->size());
  }
  // One a nanosecond; parts are cleared four times within the retention.
  EXPECT_LE(most, kRetention + kRetention / 4 + 300);
}

TEST(ReplayWindow, OfManyThreadsExactlyOneWinsEachNonce) {
  constexpr int kThreads = 8;
  constexpr std::uint64_t kNonces = 4000;
  const auto window = window_of(1'000'000, 1 << 20, 1 << 20);
  std::vector<std::atomic<int>> wins(kNonces);
  std::atomic<bool> go = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      while (!go) std::this_thread::yield();
      for (std::uint64_t k = 0; k < kNonces; ++k) {
        if (window->check_and_insert(hotkey(k % 5), kNow + k, kNow + k) == Outcome::kNew) {
          ++wins[k];
        }
      }
    });
  }
  go = true;
  for (auto& thread : threads) thread.join();
  for (std::uint64_t k = 0; k < kNonces; ++k) EXPECT_EQ(wins[k], 1) << k;
  EXPECT_EQ(window->size(), kNonces);
}

TEST(ReplayWindow, KeepsItsBoundBetweenThreads) {
  constexpr std::size_t kMost = 1000;
  const auto window = window_of(100, kMost);
  std::atomic<std::size_t> taken = 0, most = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t k = 0; k < 5000; ++k) {
        const std::uint64_t now = kNow + k / 10;  // what was taken grows old meanwhile
        if (window->check_and_insert(hotkey(t << 32 | k), now, now) == Outcome::kNew) ++taken;
        const std::size_t size = window->size();
        if (size > most) most = size;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, kMost);
  EXPECT_GT(taken, kMost);
}

}  // namespace
}  // namespace yuma
