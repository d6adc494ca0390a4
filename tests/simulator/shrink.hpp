// SPDX-License-Identifier: MIT
#pragma once

// Finds a small schedule that still fails: faults are left out, many at once at first, then one by
// one (delta debugging), until each that is left is needed or the time is over.

#include <chrono>

#include "tests/simulator/world.hpp"

namespace yuma::simulator {

struct Shrunk {
  Scenario scenario;  ///< with the faults that are left
  Violation violation;
  std::size_t runs = 0;
  bool minimal = false;  ///< without any one of the faults it does not fail any more
};

/// `scenario` fails with `violation`. A smaller schedule has to fail with the same check.
Shrunk shrink(const Scenario& scenario, const Violation& violation, std::chrono::seconds limit);

/// Seed, scenario, what failed, the faults that are left, and the command that plays it again.
std::string failure_text(const Scenario& scenario, const Violation& violation);

}  // namespace yuma::simulator
