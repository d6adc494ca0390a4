// SPDX-License-Identifier: MIT

#include "lab/progress.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

namespace yuma::lab {

Progress::Progress(std::size_t total, std::string what) : total_(total), what_(std::move(what)) {
  if (isatty(STDERR_FILENO) != 1) return;
  line_ = std::jthread([this](const std::stop_token& stop) { show(stop); });
}

Progress::~Progress() = default;  // line_ stops, and joins

void Progress::show(const std::stop_token& stop) const {
  using namespace std::chrono_literals;
  std::mutex mutex;
  std::condition_variable_any stopped;
  const auto began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex);
  bool shown = false;
  for (auto wait = 2000ms;
       !stopped.wait_for(lock, stop, wait, [&] { return stop.stop_requested(); }); wait = 200ms) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
    std::fprintf(stderr, "\r\033[K%zu of %zu %s, %lld s", done_.load(), total_, what_.c_str(),
                 static_cast<long long>(seconds.count()));
    std::fflush(stderr);
    shown = true;
  }
  if (shown) std::fputs("\r\033[K", stderr);
}

}  // namespace yuma::lab
