// SPDX-License-Identifier: MIT

// Preloaded into a program, this sets its wall clock off by the number of milliseconds that stands,
// as 8 bytes, least first, in the file that YUMA_CLOCK_OFFSET names; whoever writes there sets the
// clock of a program that runs. The monotonic clock stays as it is.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

using ClockGettime = int (*)(clockid_t, timespec*);
const volatile std::int64_t* offset_ms = nullptr;
ClockGettime real_clock_gettime = nullptr;

__attribute__((constructor)) void open_offset() {
  real_clock_gettime = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
  const char* path = std::getenv("YUMA_CLOCK_OFFSET");
  const int file = path != nullptr ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void* memory = mmap(nullptr, sizeof *offset_ms, PROT_READ, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) offset_ms = static_cast<const volatile std::int64_t*>(memory);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  if (real_clock_gettime == nullptr) open_offset();
  const int result = real_clock_gettime(clock, now);
  const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  if (result != 0 || offset_ms == nullptr || !wall) return result;
  const std::int64_t off = *offset_ms;
  std::int64_t seconds = now->tv_sec + off / 1000;
  std::int64_t nanoseconds = now->tv_nsec + off % 1000 * 1'000'000;
  if (nanoseconds < 0) {
    nanoseconds += kSecond;
    --seconds;
  } else if (nanoseconds >= kSecond) {
    nanoseconds -= kSecond;
    ++seconds;
  }
  now->tv_sec = seconds;
  now->tv_nsec = nanoseconds;
  return 0;
}

int gettimeofday(timeval* now, void*) noexcept {
  timespec precise{};
  const int result = clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return result;
}

time_t time(time_t* out) noexcept {
  timespec precise{};
  clock_gettime(CLOCK_REALTIME, &precise);
  if (out != nullptr) *out = precise.tv_sec;
  return precise.tv_sec;
}

}  // extern "C"
