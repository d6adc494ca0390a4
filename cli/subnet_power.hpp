// SPDX-License-Identifier: MIT
#pragma once

// Who can decide in a subnet and who can stop it, in words.

#include <string>
#include <vector>

#include "yuma/replica/state.hpp"

namespace yuma::cli {

/// "any 3 of 4 validators", or how much power is needed where powers differ.
std::string quorum_text(const State& state);

/// The least power that is a quorum of `total`.
std::uint64_t quorum_power(std::uint64_t total);

/// Who has to be away, or to refuse, for nothing to be sealed any more: the owner, each validator
/// without whom the others are no quorum, and how many together.
std::vector<std::string> who_can_stop(const State& state);

/// What is dangerous about how the power is shared; a sentence each.
std::vector<std::string> power_warnings(const State& state);

/// "uid 3", "uids 1 and 3".
std::string uids_text(const std::vector<std::uint16_t>& uids);

}  // namespace yuma::cli
