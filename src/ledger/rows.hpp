// SPDX-License-Identifier: MIT
#pragma once

// The rows of a ledger. Each has a checksum over its other columns, so that a damaged one is never
// taken for what was written; what it holds is parsed strictly all the same.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "storage/sqlite.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/replica/kept.hpp"

namespace yuma::ledger {

/// The one row of `ground`: what everything starts from.
struct Ground {
  Bytes genesis;                  ///< the file
  std::uint64_t first_epoch = 0;  ///< of the genesis, or the checkpoint that took its place
};
absl::Status write_ground(sqlite3* db, const Ground& ground);
absl::StatusOr<Ground> read_ground(sqlite3* db);

struct StateRow {
  std::uint64_t epoch = 0;
  Bytes32 block_id{};
  bool kept = false;  ///< for good; else it goes with the next
  Bytes state;
};
absl::Status write_state(sqlite3* db, const StateRow& row);
/// Ends the states that are not for good before `epoch`.
absl::Status drop_passing_states(sqlite3* db, std::uint64_t epoch);
/// The newest of epochs from `least` to `most`; none: there is none.
absl::StatusOr<std::optional<StateRow>> read_state(sqlite3* db, std::uint64_t least,
                                                   std::uint64_t most);

struct SealRow {
  std::uint64_t epoch = 0;
  Bytes32 block_id{};
  Bytes seal;
};
absl::Status write_seal(sqlite3* db, const SealRow& row);
absl::StatusOr<std::optional<SealRow>> read_seal(sqlite3* db, std::uint64_t epoch);

/// Those that are there already stay as they are; but an amendment, of which the id says nothing of
/// its signatures, has those that it was written with last.
absl::Status write_objects(sqlite3* db, std::span<const KeptObject> objects);
absl::Status write_intent(sqlite3* db, const Intent& intent);
absl::StatusOr<std::optional<Intent>> read_intent(sqlite3* db, ObjectKind kind,
                                                  std::uint64_t epoch);

/// "SELECT ... FROM ..." and what follows, for the functions below.
SqlStatement select_objects(sqlite3* db, std::string_view where);
SqlStatement select_seals(sqlite3* db, std::string_view where);
SqlStatement select_states(sqlite3* db, std::string_view where);
SqlStatement select_intents(sqlite3* db, std::string_view where);
// The present row. DataLoss where it is not what was written.
absl::StatusOr<KeptObject> object_of(const SqlStatement& row);
absl::StatusOr<SealRow> seal_of(const SqlStatement& row);
absl::StatusOr<StateRow> state_of(const SqlStatement& row);
absl::StatusOr<Intent> intent_of(const SqlStatement& row);

/// All rows of a statement, each read by `read`.
template <class Row>
absl::StatusOr<std::vector<Row>> all_rows(SqlStatement& statement,
                                          absl::StatusOr<Row> (*read)(const SqlStatement&)) {
  std::vector<Row> out;
  while (statement.next()) {
    auto row = read(statement);
    if (!row.ok()) return row.status();
    out.push_back(*std::move(row));
  }
  if (!statement.status().ok()) return statement.status();
  return out;
}

/// The block of a seal that is of this epoch and has this id. InvalidArgument otherwise.
absl::StatusOr<BlockBody> check_seal(const SealRow& row);
/// Whether a seal that check_seal() passes is of this state and block.
bool is_sealed_by(const StateRow& state, const SealRow& seal);

}  // namespace yuma::ledger
