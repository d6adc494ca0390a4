// SPDX-License-Identifier: MIT
#pragma once

#include "yuma/replica/state.hpp"

namespace yuma::replica {

/// check_state() without the curve: that each hotkey is a point is not looked at, which takes most
/// of the time.
absl::Status check_shape(const State& state);

/// Whether rules for this version are known.
absl::Status check_rules(std::uint32_t spec_version);

/// Whether somebody holds the uid.
inline bool is_taken(const State& state, std::size_t uid) {
  return uid < state.neurons.size() && state.neurons[uid].has_value();
}

}  // namespace yuma::replica
