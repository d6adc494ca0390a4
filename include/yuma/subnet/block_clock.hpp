// SPDX-License-Identifier: MIT
#pragma once

// The clock of a subnet: block n begins at genesis_ms + n * block_ms of Unix time. And a guard that
// says when the wall clock does not go on evenly, since a node whose clock is wrong counts as down:
// others refuse its requests, and it votes too early or too late.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "yuma/replica/state.hpp"

namespace yuma::subnet {

/// Unix time in ms.
using WallClock = std::function<std::uint64_t()>;
/// Of the system.
std::uint64_t unix_time_ms();

class BlockClock {
 public:
  /// block_ms of 0 counts as 1.
  BlockClock(std::uint64_t genesis_ms, std::uint64_t block_ms);
  static BlockClock of(const State& state) { return {state.genesis_ms, state.block_ms}; }

  /// The block under way; 0 before the genesis too.
  std::uint64_t block_at(std::uint64_t unix_ms) const;
  /// When block n begins; the latest time there is where that is later.
  std::uint64_t begin_of(std::uint64_t block) const;
  /// Until block n begins; 0 where it has.
  std::chrono::milliseconds until(std::uint64_t block, std::uint64_t unix_ms) const;

  std::uint64_t block_ms() const { return block_ms_; }

 private:
  std::uint64_t genesis_ms_, block_ms_;
};

/// When the epoch under way is due, as block: haves and the owner's block follow then.
std::uint64_t due_block(const State& state);

/// Compares the wall clock with the monotonic one: a wall clock that is set shows as a jump.
class ClockGuard {
 public:
  using Monotonic = std::chrono::steady_clock::time_point;

  /// Jumps below `tolerance` between two looks are none: clocks are slewed all the time.
  explicit ClockGuard(std::chrono::milliseconds tolerance = std::chrono::milliseconds(500))
      : tolerance_(tolerance) {}

  /// By how much the wall clock went ahead of the monotonic one since the last look; negative
  /// where it was set back. Nothing where it went on evenly, and at the first look.
  std::optional<std::chrono::milliseconds> look(std::uint64_t unix_ms, Monotonic now);

 private:
  std::chrono::milliseconds tolerance_;
  std::optional<std::uint64_t> last_unix_ms_;
  Monotonic last_;
};

}  // namespace yuma::subnet
