// SPDX-License-Identifier: MIT
#pragma once

// What a person should think about again before a subnet runs with this state.

#include <string>
#include <vector>

#include "yuma/replica/state.hpp"

namespace yuma::cli {

/// About stakes and parameters; those about power are power_warnings(). A sentence each.
std::vector<std::string> setting_warnings(const State& state);

/// About the time of block 0 of a new subnet.
std::vector<std::string> start_warnings(const State& state, std::uint64_t now_ms);

/// power_warnings(), then setting_warnings().
std::vector<std::string> all_warnings(const State& state);

/// Those of the state after a change: about power all, about settings only what is new.
std::vector<std::string> warnings_of_change(const State& before, const State& after);

/// Each as a paragraph with "! " in front.
std::string warnings_text(const std::vector<std::string>& warnings, std::size_t width);

}  // namespace yuma::cli
