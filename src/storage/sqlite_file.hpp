// SPDX-License-Identifier: MIT
#pragma once

// What files of ours in SQLite have in common: whose they are and of which version, a write-ahead
// log that each commit syncs, and what is looked at before they are trusted.

#include <functional>
#include <string>

#include "storage/sqlite.hpp"

namespace yuma {

/// create_private_file() for a database. FailedPrecondition where the log of another one of this
/// name lies there: SQLite does not tell, and would put it over the new one.
absl::Status create_sqlite_file(const std::string& path, std::string_view what,
                                const std::function<absl::Status(const std::string& draft)>& fill);

/// The number that a PRAGMA gives.
absl::StatusOr<std::int64_t> read_pragma(sqlite3* db, const char* sql);

/// Says whose the file is. "yuma" for a signer's state, "yuml" for a ledger.
struct SqliteKind {
  std::int64_t application_id = 0;
  std::int64_t version = 0;  ///< PRAGMA user_version
  std::string_view what;     ///< "a signer's state"
};

/// FailedPrecondition where it is of another kind or version.
absl::Status check_sqlite_kind(sqlite3* db, const SqliteKind& kind);

/// FailedPrecondition unless the journal is a write-ahead log: some file systems have none.
absl::Status check_write_ahead_log(sqlite3* db);

/// PRAGMA integrity_check: reads all of the file. DataLoss says what is first found wrong.
absl::Status check_sqlite_integrity(sqlite3* db);

/// Whether the open file is no longer the one at its path.
bool has_moved(sqlite3* db);

}  // namespace yuma
