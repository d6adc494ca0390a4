// SPDX-License-Identifier: MIT
#pragma once

// A block of the embedded engine: what it must name, and what the state machine makes of it
// (docs/protocol.md, "The check of a block"). Pure functions; the engine, a late joiner and an
// audit share them.

#include <functional>
#include <span>
#include <variant>
#include <vector>

#include "yuma/replica/apply.hpp"
#include "yuma/replica/check.hpp"
#include "yuma/replica/kept.hpp"

namespace yuma {

/// Finds an object that check_object() has passed for the epoch under way; nullptr: not held.
using FindChecked = std::function<const CheckedObject*(const Bytes32& id)>;

/// Named, but not held: to be pulled.
struct MissingObjects {
  std::vector<Bytes32> ids;
};

/// Why a block is refused for good.
enum class BlockRefusal : std::uint8_t {
  kNoQuorum,         ///< its haves are fewer than a quorum
  kWrongObject,      ///< names an object that is of another kind, sender or epoch
  kLeavesOutCommit,  ///< without a commit that a third of the haves list
  kLeavesOutVector,  ///< without a vector that a third of the haves list
  kLeavesOutAmendment,
  kFaultyCommit,  ///< a commit, with reveal period 0 a vector, of a sender whose fault it carries
  kRepeatsFault,  ///< the same (sender, kind, epoch) twice
  kEarly,         ///< before parent's number + tempo
  kStateRoot,     ///< computes another state than we do
};
std::string_view refusal_name(BlockRefusal reason);

struct RefusedBlock {
  BlockRefusal reason = BlockRefusal::kNoQuorum;
  std::string text;
};

/// The id of a commit, which follows from its sender, epoch and hash.
Bytes32 commit_id(const State& state, std::uint16_t uid, const Bytes32& hash);

/// What the haves of a block ask for: what of it a third of the power lists.
struct Demands {
  /// Commits, with reveal period 0 ids of vectors; of one uid there may be two.
  std::vector<UidHash> listed;
  std::vector<std::uint16_t> vectors;  ///< validators whose open commit's vector it is
  std::vector<Bytes32> amendments;     ///< of two the one with the smaller id: a block names one
};
Demands demands_of(const State& state, std::span<const HaveBody* const> haves);

/// The inputs that a block names. A sealed block needs no more than this to be applied: its
/// quorum has judged the rest.
std::variant<EpochInputs, MissingObjects, RefusedBlock> block_inputs(const SealedState& sealed,
                                                                     const BlockBody& block,
                                                                     const FindChecked& find);

/// What a voter asks of a block beyond check_object(): a quorum of haves, inclusion, faults,
/// number; everything held. Apart: its clock, and the state root (apply_epoch()).
std::variant<EpochInputs, MissingObjects, RefusedBlock> judge_block(const SealedState& sealed,
                                                                    const BlockBody& block,
                                                                    const FindChecked& find);

/// Recomputes a sealed epoch from signed bytes alone: verifies the seal against `sealed`, each
/// object that the block needs, and the state root. Objects that are not named do not matter.
/// DataLoss, saying what is missing or differs.
absl::StatusOr<EpochOutcome> replay_seal(const SealedState& sealed, const SealBody& seal,
                                         std::span<const KeptObject> objects,
                                         EpochWorkspace& workspace);

/// The same, and inclusion by the haves, where all of these are held. What an audit asks for.
struct AuditedEpoch {
  EpochInputs inputs;
  EpochOutcome outcome;
  Bytes32 block_id{};
  std::size_t signatures = 0;    ///< verified
  bool inclusion_known = false;  ///< all haves and commits were there, and inclusion holds
};
absl::StatusOr<AuditedEpoch> audit_seal(const SealedState& sealed, const SealBody& seal,
                                        std::span<const KeptObject> objects,
                                        EpochWorkspace& workspace);

}  // namespace yuma
