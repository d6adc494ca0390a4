// SPDX-License-Identifier: MIT
#pragma once

// A line of progress on a terminal's standard error for work that takes more than two seconds;
// nothing anywhere else.

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

namespace yuma::lab {

class Progress {
 public:
  /// Work of `total` steps of the named kind.
  Progress(std::size_t total, std::string what);
  /// Takes the line away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One step is done.
  void step() { done_ += 1; }

 private:
  void show(const std::stop_token& stop) const;

  std::atomic<std::size_t> done_ = 0;
  std::size_t total_;
  std::string what_;
  std::jthread line_;  // runs on a terminal only
};

}  // namespace yuma::lab
