// SPDX-License-Identifier: MIT
#pragma once

// The state of a private subnet (docs/protocol.md, "The state"): what all validators agree on after
// an epoch, and nothing else. It has one encoding, and its hash, the state root, is part of the
// block that leads to it.
//
// In these files e is the epoch under way: state.epoch + 1.

#include <optional>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "yuma/consensus/sparse_rows.hpp"
#include "yuma/replica/parameters.hpp"
#include "yuma/wire/objects.hpp"

namespace yuma {

/// A member of the roster: who holds a uid.
struct Neuron {
  PublicKey hotkey;
  std::uint32_t power = 0;        ///< votes; without any it neither votes nor sets weights
  std::uint64_t since = 0;        ///< first epoch in which this hotkey had power; 0 without power
  std::uint64_t registered = 0;   ///< block
  std::uint64_t stake = 0;        ///< rao, at most kMaxStake
  std::uint64_t last_update = 0;  ///< block of the commit of its weights; at first `registered`
  std::uint8_t missed = 0;        ///< commits in a row that were not opened, 0 to kMaxMissed
  bool permit = false;            ///< may validate, as the last epoch gave it

  friend bool operator==(const Neuron&, const Neuron&) = default;
};

/// Stakes grow by what is earned and stop here: the epoch reads them as I64F64.
inline constexpr std::uint64_t kMaxStake = (std::uint64_t{1} << 63) - 1;
/// After so many commits in a row without their vectors the row is cleared.
inline constexpr std::uint8_t kMaxMissed = 3;

/// A fault that has counted: once for each sender, kind and epoch.
struct CountedFault {
  std::uint16_t uid = 0;
  ObjectKind kind = ObjectKind::kCommit;
  std::uint64_t epoch = 0;

  friend bool operator==(const CountedFault&, const CountedFault&) = default;
  friend bool operator<(const CountedFault& a, const CountedFault& b) {
    return std::tie(a.uid, a.kind, a.epoch) < std::tie(b.uid, b.kind, b.epoch);
  }
};
/// Whether there are faults of this kind: commit, vector, have, block and vote.
constexpr bool has_faults(ObjectKind kind) {
  return kind >= ObjectKind::kCommit && kind <= ObjectKind::kVote;
}

struct State {
  SubnetId subnet;
  std::uint64_t epoch = 0;             ///< the last sealed one
  std::uint64_t block = 0;             ///< its block number
  std::uint64_t genesis_ms = 0;        ///< Unix time of block 0 in ms
  std::uint64_t block_ms = 12000;      ///< block time; block n begins at genesis_ms + n * block_ms
  std::uint32_t spec_version = 425;    ///< of the chain's rules
  std::uint16_t owner = 0;             ///< uid
  std::uint64_t amendments = 0;        ///< applied so far
  std::uint64_t pending_emission = 0;  ///< rao
  SubnetParameters parameters;
  std::vector<std::optional<Neuron>> neurons;  ///< by uid; none: the uid is free
  SparseRows<std::uint16_t> weights;           ///< a row a uid, ascending
  SparseRows<std::uint16_t> bonds;             ///< a row a uid, ascending
  std::vector<std::uint16_t> consensus;  ///< of the last epoch, one a uid; empty before the first
  /// Commits that the next block may open: (validator, hash), ascending. The bitmap of a have is
  /// over this list.
  std::vector<UidHash> commits;
  /// Faults of epoch `epoch` that have counted, ascending by uid, then kind.
  std::vector<CountedFault> faults;

  friend bool operator==(const State&, const State&) = default;
};

/// A state and the block that led to it: the parent of the next. At first the id of the genesis.
struct SealedState {
  State state;
  Bytes32 block_id{};
};

/// The validator or other member with this hotkey and scheme.
std::optional<std::uint16_t> find_uid(const State& state, const PublicKey& hotkey);
/// The same, but only with power.
std::optional<std::uint16_t> find_validator(const State& state, const PublicKey& hotkey);
/// The uids with power, ascending.
std::vector<std::uint16_t> validators(const State& state);
/// 0 for a free uid and beyond the last.
std::uint32_t power_of(const State& state, std::uint16_t uid);
std::uint64_t total_power(const State& state);

/// More than two thirds of the power, more than a third of it. Sums of 64 powers of 32 bits fit.
constexpr bool is_quorum(std::uint64_t power, std::uint64_t total) { return 3 * power > 2 * total; }
constexpr bool is_third(std::uint64_t power, std::uint64_t total) { return 3 * power > total; }

/// What holds for every state: known rules, 1 to kMaxUids uids, an owner with power, at most
/// kMaxValidators with power, each hotkey (its 32 bytes) once and none that is refused, stakes
/// within kMaxStake, rows and lists ascending, nothing of or for a free uid, weights and commits of
/// validators alone. InvalidArgument names the first that does not. Takes 25 us a member, for its
/// key.
absl::Status check_state(const State& state);

/// The encoding; check_state() must hold.
Bytes encode_state(const State& state);
/// Reads exactly what encode_state() gives and checks it.
absl::StatusOr<State> decode_state(ByteView bytes);
/// The longest encoding that is read: more than any state has. (4,096 full rows of bonds are 64
/// MiB.)
inline constexpr std::size_t kMaxStateBytes = std::size_t{80} << 20;

/// BLAKE2b-256 of "yuma/1/state" LF and the encoding.
Bytes32 state_root(const State& state);

}  // namespace yuma
