// SPDX-License-Identifier: MIT
#pragma once

// Many scenarios with consecutive seeds, in processes of their own: so that all processors work,
// and an abort is a result like others.

#include <cstdint>
#include <functional>
#include <string>

#include "tests/simulator/world.hpp"

namespace yuma::simulator {

struct BatchOptions {
  std::uint64_t seed = 1;
  std::uint64_t epochs = 100;  ///< sealed while faults went on, in all scenarios together
  unsigned jobs = 1;
  ScenarioOptions scenario;
};

struct BatchResult {
  Summary summary;
  std::uint64_t scenarios = 0;
  /// The first seed, in their order, whose run failed.
  std::optional<std::uint64_t> failed_seed;
  Violation violation;
};

/// Runs until so many epochs are sealed or a scenario fails. Which scenarios count depends on the
/// options alone, not on `jobs`. `progress` is called after each with what was summed up so far.
BatchResult run_batch(const BatchOptions& options,
                      const std::function<void(const Summary&)>& progress = {});

/// Runs a scenario in a process of its own. An abort is a violation of "crash", more than
/// `most_seconds` of work one of "hang".
Outcome run_isolated(const Scenario& scenario, unsigned most_seconds = 600);

}  // namespace yuma::simulator
