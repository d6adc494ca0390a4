// SPDX-License-Identifier: MIT

// Pruning. First the ledger is told that it starts later; what lies before is then out of use, and
// is deleted in small steps, each of which needs little room in the log.

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "storage/sqlite_file.hpp"

namespace yuma {

namespace {

// Amendments are kind 8.
constexpr const char* kDeletes[] = {
    ("DELETE FROM objects WHERE rowid IN (SELECT rowid FROM objects "
     "WHERE epoch < ? AND kind != 8 LIMIT 64)"),
    "DELETE FROM seals WHERE rowid IN (SELECT rowid FROM seals WHERE epoch < ? LIMIT 64)",
    "DELETE FROM states WHERE rowid IN (SELECT rowid FROM states WHERE epoch < ? LIMIT 1)",
};

/// The newest checkpoint at or before `epoch`, or `first`.
absl::StatusOr<std::uint64_t> new_first(sqlite3* db, std::uint64_t first, std::uint64_t epoch) {
  const SqlNumber low = sql_number(first), high = sql_number(epoch);
  SqlStatement row(db,
                   "SELECT max(epoch) FROM states WHERE kept = 1 AND epoch >= ? AND epoch <= ?");
  if (!row.bind(low).bind(high).next()) return row.status();
  return number_of_sql(row.blob(0)).value_or(first);
}

absl::Status move_first(sqlite3* db, std::uint64_t first) {
  SqlTransaction transaction(db, "BEGIN IMMEDIATE");
  if (!transaction.status().ok()) return transaction.status();
  auto ground = ledger::read_ground(db);
  if (!ground.ok()) return ground.status();
  ground->first_epoch = first;
  if (absl::Status s = ledger::write_ground(db, *ground); !s.ok()) return s;
  return transaction.commit();
}

/// Moves the log into the file as far as readers let it, so that the next step writes it anew.
absl::Status empty_log(sqlite3* db) { return run_sql(db, "PRAGMA wal_checkpoint(PASSIVE)"); }

absl::Status delete_before(sqlite3* db, std::uint64_t first) {
  const SqlNumber before = sql_number(first);
  for (const char* sql : kDeletes) {
    do {
      if (absl::Status s = empty_log(db); !s.ok()) return s;
      if (absl::Status s = SqlStatement(db, sql).bind(before).run(); !s.ok()) return s;
    } while (sqlite3_changes(db) > 0);
  }
  return absl::OkStatus();
}

absl::Status give_room_back(sqlite3* db) {
  for (std::int64_t before = 0;;) {
    if (absl::Status s = empty_log(db); !s.ok()) return s;
    const auto pages = read_pragma(db, "PRAGMA freelist_count");
    if (!pages.ok()) return pages.status();
    if (*pages == 0 || *pages == before) break;
    before = *pages;
    if (absl::Status s = run_sql(db, "PRAGMA incremental_vacuum(64)"); !s.ok()) return s;
  }
  // Readers may hold it up: then the log is emptied later.
  return run_sql(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

absl::StatusOr<std::uint64_t> Ledger::prune(std::uint64_t epoch) {
  Impl& impl = *impl_;
  sqlite3* const db = impl.db.get();
  if (absl::Status s = impl.writable(); !s.ok()) return s;
  const auto before = impl.first_epoch();
  if (!before.ok()) return before.status();
  const auto first = new_first(db, *before, epoch);
  if (!first.ok()) return impl.of_file(first.status());
  // Nothing goes that could replace a damaged checkpoint.
  if (*first > *before) {
    const auto checkpoint = impl.state_at_or_before(*first);
    if (!checkpoint.ok()) {
      return absl::Status(checkpoint.status().code(),
                          absl::StrCat(checkpoint.status().message(), "; the checkpoint of epoch ",
                                       *first, " is not one to start with, nothing was removed"));
    }
  }
  absl::Status status = *first > *before ? move_first(db, *first) : absl::OkStatus();
  if (status.ok()) status = delete_before(db, *first);
  if (status.ok()) status = give_room_back(db);
  if (absl::IsResourceExhausted(status)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        impl.of_file(status).message(),
        ": no room for its log. It is pruned in part; free a megabyte and prune it again"));
  }
  if (!status.ok()) return impl.failed_write(status);
  return *first;
}

}  // namespace yuma
