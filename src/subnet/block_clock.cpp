// SPDX-License-Identifier: MIT

#include "yuma/subnet/block_clock.hpp"

#include <algorithm>
#include <limits>

namespace yuma::subnet {

namespace {

constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();

/// As a duration, which has fewer bits.
std::chrono::milliseconds milliseconds_of(std::uint64_t count) {
  constexpr auto kMost = std::chrono::milliseconds::max().count();
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(kMost))));
}

}  // namespace

std::uint64_t unix_time_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

BlockClock::BlockClock(std::uint64_t genesis_ms, std::uint64_t block_ms)
    : genesis_ms_(genesis_ms), block_ms_(std::max<std::uint64_t>(block_ms, 1)) {}

std::uint64_t BlockClock::block_at(std::uint64_t unix_ms) const {
  return unix_ms < genesis_ms_ ? 0 : (unix_ms - genesis_ms_) / block_ms_;
}

std::uint64_t BlockClock::begin_of(std::uint64_t block) const {
  if (block > (kEnd - genesis_ms_) / block_ms_) return kEnd;
  return genesis_ms_ + block * block_ms_;
}

std::chrono::milliseconds BlockClock::until(std::uint64_t block, std::uint64_t unix_ms) const {
  const std::uint64_t begin = begin_of(block);
  return milliseconds_of(begin > unix_ms ? begin - unix_ms : 0);
}

std::uint64_t due_block(const State& state) {
  const std::uint64_t tempo = state.parameters.epoch.tempo;
  return state.block > kEnd - tempo ? kEnd : state.block + tempo;
}

std::optional<std::chrono::milliseconds> ClockGuard::look(std::uint64_t unix_ms, Monotonic now) {
  const auto last_unix_ms = std::exchange(last_unix_ms_, unix_ms);
  const Monotonic last = std::exchange(last_, now);
  if (!last_unix_ms) return std::nullopt;
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - last);
  const auto shown = unix_ms >= *last_unix_ms ? milliseconds_of(unix_ms - *last_unix_ms)
                                              : -milliseconds_of(*last_unix_ms - unix_ms);
  const auto ahead = shown - passed;
  if (ahead < tolerance_ && -ahead < tolerance_) return std::nullopt;
  return ahead;
}

}  // namespace yuma::subnet
