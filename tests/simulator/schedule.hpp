// SPDX-License-Identifier: MIT
#pragma once

// Draws the schedule of faults of a scenario whose subnet and liars are known.

#include "tests/simulator/scenario.hpp"
#include "tests/simulator/streams.hpp"

namespace yuma::simulator {

/// `lies`: what liars say all the time; empty: what the seed gives.
void add_faults(Scenario& scenario, const std::vector<Lie>& lies);

}  // namespace yuma::simulator
