// SPDX-License-Identifier: MIT
#pragma once

// One engine alone, told again what was recorded: its processor time for each event, and in a
// process of its own its memory.

#include <map>
#include <string>
#include <vector>

#include "bench/recording.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::bench {

/// Microseconds of processor time; of each event the least over the repetitions.
struct EventCost {
  std::size_t events = 0;
  double decode_us = 0;  ///< from bytes
  double handle_us = 0;
};

struct ReplayedEpoch {
  SealedState before, after;              ///< the epoch that is measured
  std::map<std::string, EventCost> cost;  ///< by name_of() the event
  std::size_t signatures = 0;             ///< verified
  seal::Engine::Usage most;               ///< objects and bytes held, at most
  std::size_t status_bytes = 0;           ///< while commits and vectors wait for the haves
  double give_status_us = 0;              ///< to make one then
  double take_status_us = 0;              ///< to compare with the same of a peer

  EventCost in_all() const;
};

ReplayedEpoch replay(const Recording& recording, int repetitions);

/// Of a process that holds a recording and replays it, in bytes, resident.
struct Memory {
  std::size_t before = 0;   ///< without the engine
  std::size_t at_rest = 0;  ///< after the last event
  std::size_t peak = 0;
};

/// Starts this program again, with the recording.
Memory measure_memory(const Recording& recording);
/// The main() of that one: prints the three.
int replay_file(const std::string& path);

}  // namespace yuma::bench
