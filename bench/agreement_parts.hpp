// SPDX-License-Identifier: MIT
#pragma once

// What the parts of an epoch cost by themselves, through the public functions that an engine calls:
// the sum is what an engine has to spend, and the rest is its own. And what a ledger and a late
// joiner spend on the same epoch.

#include <cstddef>
#include <map>
#include <vector>

#include "bench/agreement_room.hpp"

namespace yuma::bench {

/// Microseconds of processor time, the least over the repetitions; sums over all objects.
struct ObjectCost {
  std::size_t objects = 0, bytes = 0;
  double check_us = 0;   ///< check_object()
  double verify_us = 0;  ///< of it the signatures alone
};

struct Parts {
  std::map<ObjectKind, ObjectCost> objects;
  double judge_us = 0;   ///< judge_block(), everything held
  double apply_us = 0;   ///< apply_epoch()
  double epoch_us = 0;   ///< of it epoch()
  double encode_us = 0;  ///< encode_state()
  double root_us = 0;    ///< state_root()
  double hash_us = 0;    ///< of it BLAKE2b-256 over as many bytes
  double replay_us = 0;  ///< replay_seal()
  std::size_t state_bytes = 0;
  std::size_t seal_bytes = 0;

  ObjectCost in_all() const;
};

/// `before`: what the epoch is judged by.
Parts measure_parts(const Room::Node& node, const SealedState& before, int repetitions);

/// What a ledger is given in the epoch, and what that takes.
struct LedgerCost {
  std::size_t keeps = 0, objects = 0, bytes = 0;
  double memory_us = 0;          ///< keep() in memory, processor time
  double file_us = 0;            ///< in a file, processor time
  double file_wall_us = 0;       ///< the same by the wall: each is synced
  std::uint64_t file_bytes = 0;  ///< that the file grows by
};
LedgerCost measure_ledger(const Room::Node& node, const Genesis& genesis, int repetitions);

}  // namespace yuma::bench
