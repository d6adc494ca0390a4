// SPDX-License-Identifier: MIT
#pragma once

// The tables of a ledger (docs/ledger.md), and opening a file that has exactly these.

#include "storage/sqlite_file.hpp"

namespace yuma::ledger {

/// Makes the tables in an empty file, which this connection has alone, or in memory.
absl::Status make_tables(sqlite3* db);
/// When they are filled: a file keeps a write-ahead log from then on.
absl::Status finish_tables(sqlite3* db);

/// Bounds what is read, and waits a little for a lock. Before anything else.
absl::Status prepare_connection(sqlite3* db);

/// FailedPrecondition where the file is of another kind or version or has other tables: whoever
/// made it could have put anything into them.
absl::Status check_tables(sqlite3* db);

/// What a writer needs: a write-ahead log that is synced by each commit.
absl::Status prepare_to_write(sqlite3* db);

}  // namespace yuma::ledger
