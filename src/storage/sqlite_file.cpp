// SPDX-License-Identifier: MIT

#include "storage/sqlite_file.hpp"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "storage/private_file.hpp"

namespace yuma {

absl::Status create_sqlite_file(const std::string& path, std::string_view what,
                                const std::function<absl::Status(const std::string& draft)>& fill) {
  std::error_code none;
  // Where there is a file of the name itself, that is told.
  const bool exists = std::filesystem::exists(path, none);
  for (const char* suffix : {"-wal", "-journal"}) {
    // Readers leave empty ones behind.
    const auto size = std::filesystem::file_size(path + suffix, none);
    if (exists || none || size == 0) continue;
    const absl::string_view name(what.data(), what.size());
    return absl::FailedPreconditionError(absl::StrCat(
        "'", path, suffix, "' belongs to a ", name,
        " that was here, and would be written into the new one: move it to where that ", name,
        " is now, under its name with ", suffix, ", or remove it if that is gone for good"));
  }
  return create_private_file(path, what, fill);
}

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
