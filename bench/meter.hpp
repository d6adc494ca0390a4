// SPDX-License-Identifier: MIT
#pragma once

// Two clocks around each iteration of a benchmark; the shortest reading counts. On a machine that
// others use too, the shortest of many is steadier than their mean.

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace yuma::bench {

/// The time stamp counter: reference cycles of wall time, at a rate fixed for the machine, whatever
/// the core's own clock does. 0 where there is none.
inline std::uint64_t tsc() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return 0;
#endif
}

inline constexpr bool kHasTsc =
#if defined(__x86_64__)
    true;
#else
    false;
#endif

/// Processor time of this thread, nanoseconds.
inline std::uint64_t thread_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

/// The shortest of what it has measured.
class Meter {
 public:
  /// Runs `work` and takes its time.
  template <class Work>
  void run(const Work& work) {
    const std::uint64_t ns = thread_ns(), ticks = tsc();
    work();
    ticks_ = std::min(ticks_, tsc() - ticks);
    ns_ = std::min(ns_, thread_ns() - ns);
  }

  double ns() const { return static_cast<double>(ns_); }
  double ticks() const { return static_cast<double>(ticks_); }

 private:
  std::uint64_t ns_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t ticks_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace yuma::bench
