// SPDX-License-Identifier: MIT

#include "ledger/schema.hpp"

#include <tuple>
#include <utility>
#include <vector>

#include "yuma/replica/state.hpp"

namespace yuma::ledger {

namespace {

constexpr SqliteKind kKind{0x79756d6c, 1, "a ledger"};

// Pages that are no longer used can be given back, if that is asked for before there are tables.
constexpr const char* kSchema = R"(
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA application_id = 0x79756d6c;
  PRAGMA user_version = 1;
  CREATE TABLE ground (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    genesis BLOB NOT NULL,
    first_epoch BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE TABLE states (
    epoch BLOB NOT NULL PRIMARY KEY,
    block_id BLOB NOT NULL,
    kept INTEGER NOT NULL,
    state BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE TABLE seals (
    epoch BLOB NOT NULL PRIMARY KEY,
    block_id BLOB NOT NULL,
    seal BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE TABLE objects (
    id BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    epoch BLOB NOT NULL,
    bytes BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE INDEX objects_by_epoch ON objects (epoch, kind, id);
  CREATE INDEX amendments ON objects (epoch, id) WHERE kind = 8;
  CREATE TABLE intents (
    kind INTEGER NOT NULL,
    epoch BLOB NOT NULL,
    body BLOB NOT NULL,
    checksum BLOB NOT NULL,
    PRIMARY KEY (epoch, kind)
  ) STRICT;
)";

// Of a file that nobody sees before it is finished and synced as a whole.
constexpr const char* kNew = R"(
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = MEMORY;
  PRAGMA synchronous = OFF;
)";

// The log is emptied after a thousand pages; a long reader or a large prune makes it longer, and
// then it shrinks again. The first query opens it.
constexpr const char* kWrite = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  SELECT count(*) FROM ground;
)";

constexpr int kBusyMilliseconds = 5'000;
// The largest row is a state, or the genesis.
constexpr int kMaxRowBytes = static_cast<int>(kMaxStateBytes + (std::size_t{1} << 20));

using Table = std::tuple<std::string, std::string, std::string>;

/// All that the file declares, apart from what SQLite makes of its own.
absl::StatusOr<std::vector<Table>> declared(sqlite3* db) {
  SqlStatement row(db,
                   "SELECT type, name, coalesce(sql, '') FROM sqlite_schema "
                   "WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type, name");
  std::vector<Table> out;
  while (row.next()) out.emplace_back(row.text(0), row.text(1), row.text(2));
  if (!row.status().ok()) return row.status();
  return out;
}

}  // namespace

absl::Status make_tables(sqlite3* db) {
  if (absl::Status s = run_sql(db, kNew); !s.ok()) return s;
  return run_sql(db, kSchema);
}

absl::Status finish_tables(sqlite3* db) { return run_sql(db, "PRAGMA journal_mode = WAL"); }

absl::Status prepare_connection(sqlite3* db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxRowBytes);
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  return run_sql(db, "PRAGMA cell_size_check = ON");
}

absl::Status check_tables(sqlite3* db) {
  if (absl::Status s = check_sqlite_kind(db, kKind); !s.ok()) return s;
  const auto found = declared(db);
  if (!found.ok()) return found.status();
  auto pattern = open_sqlite("", SqliteAccess::kMemory);
  if (!pattern.ok()) return pattern.status();
  if (absl::Status s = run_sql(pattern->get(), kSchema); !s.ok()) return s;
  const auto expected = declared(pattern->get());
  if (!expected.ok()) return expected.status();
  if (*found == *expected) return absl::OkStatus();
  return absl::FailedPreconditionError("its tables are not those of a ledger of version 1");
}

absl::Status prepare_to_write(sqlite3* db) {
  if (absl::Status s = run_sql(db, kWrite); !s.ok()) return s;
  return check_write_ahead_log(db);
}

}  // namespace yuma::ledger
