// SPDX-License-Identifier: MIT
#pragma once

// An epoch's input that owns its data: what files hold, tests make up and sequences carry along.

#include <cstdint>
#include <optional>
#include <vector>

#include "yuma/consensus/input.hpp"
#include "yuma/consensus/result.hpp"
#include "yuma/consensus/sparse_rows.hpp"

namespace yuma {

/// An EpochInput that owns its data. The fields are those of EpochInput.
struct EpochSnapshot {
  std::uint32_t n = 0;
  std::uint64_t current_block = 0;
  std::uint64_t last_mechanism_step_block = 0;
  std::vector<std::uint64_t> last_update;
  std::vector<std::uint64_t> block_at_registration;
  std::optional<std::vector<std::uint64_t>> commit_blocks;
  std::vector<I64F64> stake;
  std::optional<Uid> owner_uid;
  std::vector<std::uint8_t> validator_permits;
  SparseRows<std::uint16_t> weights;
  SparseRows<std::uint16_t> bonds;
  std::vector<std::uint16_t> previous_consensus;
  std::uint64_t emission = 0;
  Hyperparameters parameters;

  /// A view of this snapshot; valid while the snapshot is unchanged.
  EpochInput view() const;

  /// Takes over what an epoch stored: bonds, permits and, as the previous one, the consensus.
  void advance(const EpochResult& stored);
};

inline EpochInput EpochSnapshot::view() const {
  EpochInput in;
  in.n = n;
  in.current_block = current_block;
  in.last_mechanism_step_block = last_mechanism_step_block;
  in.last_update = last_update;
  in.block_at_registration = block_at_registration;
  if (commit_blocks) in.commit_blocks = *commit_blocks;
  in.stake = stake;
  in.owner_uid = owner_uid;
  in.validator_permits = validator_permits;
  in.weights = weights.view();
  in.bonds = bonds.view();
  in.previous_consensus = previous_consensus;
  in.emission = emission;
  in.parameters = parameters;
  return in;
}

inline void EpochSnapshot::advance(const EpochResult& stored) {
  bonds = stored.bond;
  validator_permits = stored.new_validator_permit;
  previous_consensus = stored.consensus;
}

}  // namespace yuma
