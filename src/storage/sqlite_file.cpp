// SPDX-License-Identifier: MIT

#include "storage/sqlite_file.hpp"

#include "absl/strings/str_cat.h"

namespace yuma {

absl::StatusOr<std::int64_t> read_pragma(sqlite3* db, const char* sql) {
  SqlStatement statement(db, sql);
  if (statement.next()) return statement.integer(0);
  return statement.status().ok() ? absl::InternalError("no value") : statement.status();
}

absl::Status check_sqlite_kind(sqlite3* db, const SqliteKind& kind) {
  const auto application = read_pragma(db, "PRAGMA application_id");
  if (!application.ok()) return application.status();
  const auto version = read_pragma(db, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*application != kind.application_id || *version < 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("this is not ", absl::string_view(kind.what.data(), kind.what.size())));
  }
  if (*version != kind.version) {
    return absl::FailedPreconditionError(absl::StrCat("it has version ", *version,
                                                      ", this program reads ", kind.version,
                                                      ": use the program that wrote it"));
  }
  return absl::OkStatus();
}

absl::Status check_write_ahead_log(sqlite3* db) {
  SqlStatement mode(db, "PRAGMA journal_mode");
  if (mode.next() && mode.text(0) == "wal") return absl::OkStatus();
  if (!mode.status().ok()) return mode.status();
  return absl::FailedPreconditionError("no write-ahead log on this file system: use another one");
}

absl::Status check_sqlite_integrity(sqlite3* db) {
  SqlStatement statement(db, "PRAGMA integrity_check(1)");
  if (!statement.next()) return statement.status();
  const std::string verdict = statement.text(0);
  return verdict == "ok" ? absl::OkStatus() : absl::DataLossError(verdict);
}

bool has_moved(sqlite3* db) {
  int moved = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

}  // namespace yuma
