// SPDX-License-Identifier: MIT
#pragma once

// An open ledger.

#include <optional>
#include <string>

#include "ledger/rows.hpp"
#include "storage/file_descriptor.hpp"
#include "yuma/ledger/ledger.hpp"

namespace yuma {

struct Ledger::Impl {
  std::string path;  ///< empty in memory
  bool writes = false;
  FileDescriptor lock;                   ///< of the one writer
  SqliteDb db;                           ///< closed before the lock is given up
  std::optional<SqlTransaction> moment;  ///< that everything is read of, where there is one
  Genesis genesis;
  Bytes32 network{};
  absl::Status broken;  ///< set by an error after which the file is not trusted

  /// Reads what everything starts from.
  absl::Status load();
  /// Whether epochs of states and seals fit together, so that the last one is the last one.
  absl::Status check_epochs() const;
  /// Whether a node can go on with it: the same, the newest state, and that no intent of late has
  /// got lost.
  absl::Status check_to_go_on() const;
  /// An error with the name of the file, and what to do.
  absl::Status of_file(const absl::Status& status) const;
  /// The same of a write: sets `broken` unless it may be tried again.
  absl::Status failed_write(const absl::Status& status);
  /// Whether it may be written to.
  absl::Status writable();

  absl::StatusOr<std::uint64_t> first_epoch() const;
  absl::StatusOr<std::uint64_t> last_epoch() const;
  absl::StatusOr<SealedState> state_at_or_before(std::uint64_t epoch) const;
  /// What the genesis says.
  SealedState genesis_state() const;
};

namespace ledger {

/// What is read while it lives is of one moment, and no more than the size of the file explains.
class Reading {
 public:
  explicit Reading(sqlite3* db) : bound_(db) {
    if (sqlite3_get_autocommit(db) != 0) transaction_.emplace(db, "BEGIN");
  }
  absl::Status status() const { return transaction_ ? transaction_->status() : absl::OkStatus(); }

 private:
  SqlStepBound bound_;
  std::optional<SqlTransaction> transaction_;  ///< not set within another one
};

/// The tables, with a genesis and, unless it is the first, the state to start from.
absl::Status fill_new(sqlite3* db, const Genesis& genesis, const SealedState* checkpoint);

/// Rows of an exported file into empty tables.
absl::Status import_rows(sqlite3* db, std::istream& exported, const Ledger::Progress& progress);

/// Whether first and last epoch, states and seals fit together by their numbers. DataLoss
/// otherwise.
absl::Status check_rows(sqlite3* db, std::uint64_t genesis_epoch, std::uint64_t first_epoch);

/// Is a state of this epoch kept for good?
constexpr bool is_checkpoint(std::uint64_t epoch) { return epoch % Ledger::kCheckpointEvery == 0; }

}  // namespace ledger

}  // namespace yuma
