// SPDX-License-Identifier: MIT
#pragma once

// The ledger: one SQLite file that holds all that a node of a private subnet must not lose
// (docs/ledger.md): the genesis, every signed object with its bytes, the seals, what was about to
// be signed, the newest state and states at checkpoints. What keep() was given is on disk, synced,
// when it returns, whole or not at all; so a node that is killed at any instruction goes on with a
// state that the rules allow.
//
// One process writes; others may read meanwhile. A Ledger is for one thread at a time; a second
// one of the same file, opened to read, serves another thread.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/replica/genesis.hpp"
#include "yuma/replica/kept.hpp"

namespace yuma {

/// An object as it is kept: kind, epoch and id follow from its bytes. InvalidArgument for bytes
/// that are none, for a seal, which is kept with its state, and for an address, which is no part of
/// the agreement and has no epoch.
absl::StatusOr<KeptObject> kept_object(Bytes bytes);

/// What a ledger holds.
struct LedgerSummary {
  struct Count {
    ObjectKind kind = ObjectKind::kCommit;
    std::uint64_t objects = 0, bytes = 0;
  };
  std::uint64_t first_epoch = 0, last_epoch = 0;
  std::vector<std::uint64_t> states;  ///< epochs of the kept ones, ascending; not the genesis
  std::vector<Count> objects;         ///< ascending by kind; of kinds that it holds
  std::uint64_t seals = 0, intents = 0;
  std::uint64_t bytes = 0;  ///< of the file, without its log
};

class Ledger {
 public:
  /// How often a state is kept for good, besides the newest: replays and audits of a part start at
  /// the one before.
  static constexpr std::uint64_t kCheckpointEvery = 100;

  /// Makes a new file, mode 0600, whole or not at all, for a subnet that starts with `genesis`.
  /// AlreadyExists where there is a file, FailedPrecondition where the log of one that was there is
  /// left: it would be written into the new one.
  static absl::Status create(const std::string& path, const Genesis& genesis);
  /// The same for a node that joins late, from a sealed state that its operator trusts.
  /// InvalidArgument where it is of another subnet or not later than the genesis.
  static absl::Status create_at(const std::string& path, const Genesis& genesis,
                                const SealedState& checkpoint);

  /// Opens a file as its one writer. NotFound where there is none, Unavailable where another
  /// process writes it, FailedPrecondition where it is of another version or open to other users,
  /// DataLoss where it is damaged.
  static absl::StatusOr<std::unique_ptr<Ledger>> open(const std::string& path);
  /// Opens it to read, whatever its mode, also while another process writes and in a folder that
  /// cannot be written to. Of a damaged one everything is read that is whole: what is not is told
  /// by whatever reads it.
  static absl::StatusOr<std::unique_ptr<Ledger>> open_to_read(const std::string& path);
  /// The same, and all that is read of it is of one moment, whatever is written meanwhile; the
  /// writer's log is not emptied until it is closed.
  static absl::StatusOr<std::unique_ptr<Ledger>> open_one_moment(const std::string& path);
  /// One in memory: for simulations and benchmarks.
  static absl::StatusOr<std::unique_ptr<Ledger>> in_memory(const Genesis& genesis);
  static absl::StatusOr<std::unique_ptr<Ledger>> in_memory_at(const Genesis& genesis,
                                                              const SealedState& checkpoint);
  ~Ledger();

  /// Keeps a batch. ResourceExhausted on a full disk: nothing of it was kept and it may be tried
  /// again; until it succeeds nothing may be signed or sent. Unavailable where another program has
  /// locked the file for more than five seconds: the same. FailedPrecondition where a second intent
  /// of a kind and epoch differs from the first, or a seal is not of the next epoch, and
  /// InvalidArgument where a part is not what it says: nothing is kept then. After any other error
  /// of the file everything is refused until it is opened anew.
  absl::Status keep(const KeepBatch& batch);

  /// What a node needs to go on. Objects ascend by epoch, kind and id, intents by epoch and kind.
  absl::StatusOr<Restored> restore() const;

  const Genesis& genesis() const;
  const Bytes32& network() const;
  /// The epoch of the oldest state from which epochs can be recomputed (the genesis or a
  /// checkpoint), and the last sealed one.
  absl::StatusOr<std::uint64_t> first_epoch() const;
  absl::StatusOr<std::uint64_t> last_epoch() const;

  /// A seal, as bytes of encode_object(). NotFound where it is not kept.
  absl::StatusOr<Bytes> seal(std::uint64_t epoch) const;
  /// An object by its id. NotFound where it is not kept.
  absl::StatusOr<KeptObject> object(const Bytes32& id) const;
  /// All objects of an epoch, ascending by kind, then id.
  absl::StatusOr<std::vector<KeptObject>> objects(std::uint64_t epoch) const;
  /// The newest kept state of `epoch` or before. NotFound where the oldest is later.
  absl::StatusOr<SealedState> state_at_or_before(std::uint64_t epoch) const;

  /// That of the last sealed epoch.
  absl::StatusOr<SealedState> newest_state() const;
  /// Epochs of the kept states, ascending; not the genesis.
  absl::StatusOr<std::vector<std::uint64_t>> states() const;

  absl::StatusOr<LedgerSummary> summary() const;
  /// Reads the whole file as SQLite sees it, whether states and seals of all epochs are there, and
  /// the intents. DataLoss names what is first found wrong. What other rows hold is checked
  /// whenever they are read.
  absl::Status check_integrity() const;

  /// Removes states, seals and objects of epochs before the newest checkpoint at or before `epoch`,
  /// which becomes the first, and gives the room back. Returns that epoch. Amendments stay, since a
  /// much later block may carry them, and so does what this node was about to sign. When it is
  /// interrupted, what is left goes with the next one.
  absl::StatusOr<std::uint64_t> prune(std::uint64_t epoch);

  /// Called with (epochs done, epochs in all).
  using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

  /// Writes everything but intents as it is at this moment (docs/ledger.md, "Exported files"). The
  /// same content gives the same bytes.
  absl::Status export_to(std::ostream& out, const Progress& progress = {}) const;
  /// The same to a new file that import_file() reads on any machine; mode 0600, whole or not at
  /// all.
  absl::Status export_file(const std::string& path, const Progress& progress = {}) const;

  /// Makes a new ledger at `path` from an exported file. What it holds is checked only for its
  /// form: audit it. DataLoss where it is cut short, changed, or never was one.
  static absl::Status import_file(const std::string& exported, const std::string& path,
                                  const Progress& progress = {});
  /// The same in memory.
  static absl::StatusOr<std::unique_ptr<Ledger>> import_in_memory(std::istream& exported,
                                                                  const Progress& progress = {});

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  static absl::StatusOr<std::unique_ptr<Ledger>> open_in_memory(const Genesis& genesis,
                                                                const SealedState* checkpoint);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yuma
