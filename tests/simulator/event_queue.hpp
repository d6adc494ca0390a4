// SPDX-License-Identifier: MIT
#pragma once

// Virtual time: what happens when, in milliseconds from the start. Of events at one time the one
// that was asked for first comes first, so a run never depends on anything but its seed.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace yuma::simulator {

using Ms = std::uint64_t;

class EventQueue {
 public:
  Ms now() const { return now_; }
  /// Events done so far.
  std::uint64_t done() const { return done_; }

  void at(Ms time, std::function<void()> what) {
    events_.push_back({std::max(time, now_), next_++, std::move(what)});
    std::push_heap(events_.begin(), events_.end(), later);
  }
  void after(Ms delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  /// Does the next event, if there is one at or before `until`; else it is `until`.
  bool run_next(Ms until) {
    if (events_.empty() || events_.front().time > until) {
      now_ = until;
      return false;
    }
    std::pop_heap(events_.begin(), events_.end(), later);
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.time;
    ++done_;
    event.what();
    return true;
  }

 private:
  struct Event {
    Ms time = 0;
    std::uint64_t number = 0;
    std::function<void()> what;
  };
  static bool later(const Event& a, const Event& b) {
    return std::pair(a.time, a.number) > std::pair(b.time, b.number);
  }

  std::vector<Event> events_;  // a heap, the next one in front
  Ms now_ = 0;
  std::uint64_t next_ = 0, done_ = 0;
};

}  // namespace yuma::simulator
