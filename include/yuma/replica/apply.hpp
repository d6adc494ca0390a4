// SPDX-License-Identifier: MIT
#pragma once

// One epoch of a private subnet: the state and an epoch's inputs in, the next state out
// (docs/protocol.md, "One epoch of the state"). Integers only; the same inputs give the same bits
// on every machine.

#include <optional>
#include <vector>

#include "yuma/consensus/epoch.hpp"
#include "yuma/replica/state.hpp"

namespace yuma {

struct UidVector {
  std::uint16_t uid = 0;
  VectorBody vector;
};

/// What the block of an epoch names, each checked by check_object().
struct EpochInputs {
  std::uint64_t number = 0;          ///< block number, above state.block
  std::vector<UidHash> commits;      ///< ascending
  std::vector<UidVector> vectors;    ///< ascending
  std::vector<CountedFault> faults;  ///< ascending by uid, kind, epoch
  std::optional<AmendmentBody> amendment;
};

/// What epoch() reads in this epoch; owns its data.
struct PreparedEpoch {
  std::uint64_t emission = 0;  ///< rao: pending, and that of the blocks since the last epoch
  std::vector<std::uint64_t> last_update, registered;
  std::vector<I64F64> stake;
  std::vector<std::uint8_t> permits;
  SparseRows<std::uint16_t> weights;  ///< with the new vectors, without the rows of the faulty
  EpochInput view(const State& state, std::uint64_t number) const;
};

struct EpochOutcome {
  State state;
  EpochResult terms;
};

/// The first half: rows, stakes and emission as the epoch sees them.
absl::StatusOr<PreparedEpoch> prepare_epoch(const State& state, const EpochInputs& inputs);

/// The whole: vectors, faults, epoch(), stakes, amendment. InvalidArgument where the inputs are
/// none for this state; blocks that check_object() and the engine passed never are.
absl::StatusOr<EpochOutcome> apply_epoch(const State& state, const EpochInputs& inputs,
                                         EpochWorkspace& workspace);

}  // namespace yuma
