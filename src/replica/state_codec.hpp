// SPDX-License-Identifier: MIT
#pragma once

#include "yuma/replica/state.hpp"

namespace yuma::replica {

void write_state(ScaleWriter& out, const State& state);
/// Fails on what write_state() does not give; check_state() is still to be asked.
State read_state(ScaleReader& in);

}  // namespace yuma::replica
