// SPDX-License-Identifier: MIT
#pragma once

// A node's own clock: the true time, and what faults make of it.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/simulator/fault.hpp"

namespace yuma::simulator {

class Clock {
 public:
  explicit Clock(std::uint32_t block_ms) : block_ms_(block_ms) {}

  void begin(const Fault& fault) { faults_.push_back(fault); }
  void end(const Fault& fault) {
    std::erase_if(faults_, [&](const Fault& other) { return other.index == fault.index; });
  }

  /// Milliseconds since block 0, as this clock shows them; never before.
  Ms since_genesis(Ms now) const {
    auto shown = static_cast<std::int64_t>(now);
    for (const Fault& fault : faults_) {
      const auto amount = static_cast<std::int64_t>(fault.amount);
      const auto age = static_cast<std::int64_t>(now - std::min(now, fault.from));
      shown += fault.kind == FaultKind::kClockJump ? amount : age * amount / 1'000'000;
    }
    return static_cast<Ms>(std::max<std::int64_t>(shown, 0));
  }
  std::uint64_t block_number(Ms now) const { return since_genesis(now) / block_ms_; }

 private:
  std::uint32_t block_ms_;
  std::vector<Fault> faults_;  // under way
};

}  // namespace yuma::simulator
