// SPDX-License-Identifier: MIT
#pragma once

// Makes amendments of each kind for a subnet as it is.

#include <vector>

#include "tests/simulator/scenario.hpp"
#include "tests/simulator/streams.hpp"

namespace yuma::simulator {

/// What an amendment is made from.
struct AmendmentDraft {
  const State& state;  ///< the last sealed one
  AmendmentKind kind = AmendmentKind::kTempo;
  PublicKey fresh_hotkey;     ///< of no member: who registers, or the next one of a member
  std::uint16_t subject = 0;  ///< uid of the member that it is about, where it is about one
};

/// The changes; none where the subnet has no room for this kind.
std::vector<Change> draw_changes(const AmendmentDraft& draft, Random& random);

}  // namespace yuma::simulator
