// SPDX-License-Identifier: MIT
#pragma once

// The members of a subnet as tables for a terminal.

#include <string>

#include "yuma/replica/state.hpp"

namespace yuma::cli {

/// The validators, then those without power, of whom at most `most` are shown, each part under its
/// heading.
std::string roster_table(const State& state, std::size_t most, std::size_t width);

/// The validators before and after a change, with what changes for each.
std::string power_change_table(const State& before, const State& after, std::size_t width);

}  // namespace yuma::cli
