// SPDX-License-Identifier: MIT
#pragma once

// Who holds the uids of a private subnet.

#include <cstddef>
#include <string>

#include "yuma/replica/state.hpp"

namespace yuma::lab {

/// "owner", "validator", "miner" or "free".
std::string role_of(const State& state, std::uint16_t uid);
/// The address of a uid's hotkey; "-" of a free one.
std::string hotkey_of(const State& state, std::uint16_t uid);

/// Uids, roles, votes and hotkeys for a terminal of 80 columns; at most `top` rows, 0 for all.
std::string roster_table(const State& state, std::size_t top);

}  // namespace yuma::lab
