// SPDX-License-Identifier: MIT
#pragma once

// SQLite with errors as Status and handles that close themselves.

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"

namespace yuma {

struct CloseSqlite {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteDb = std::unique_ptr<sqlite3, CloseSqlite>;

/// What went wrong last: ResourceExhausted for a full disk, Unavailable for a lock that somebody
/// else holds, DataLoss for a damaged file, Internal for the rest.
absl::Status sqlite_error(sqlite3* db, std::string_view what);

/// Opens an existing file (SQLITE_OPEN_READWRITE) that nothing of its own content can make run
/// code or change the schema.
absl::StatusOr<SqliteDb> open_sqlite(const std::string& path);

/// Runs statements that give no rows.
absl::Status run_sql(sqlite3* db, const char* sql);

/// One prepared statement. Values are bound in order, then rows are read until there are no more.
class SqlStatement {
 public:
  SqlStatement(sqlite3* db, const char* sql);

  SqlStatement& bind(std::int64_t value);
  /// The bytes have to live until the last row is read.
  SqlStatement& bind(ByteView blob);
  SqlStatement& bind(std::string_view text);

  /// Whether there is a further row; an error ends the rows, see status().
  bool next();
  /// Runs a statement that gives no rows.
  absl::Status run();
  const absl::Status& status() const { return status_; }

  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  /// Valid until the next row.
  ByteView blob(int column) const;
  std::string text(int column) const;

 private:
  void check(int code);

  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, CloseSqlite> statement_;
  absl::Status status_;
  int bound_ = 0;
};

}  // namespace yuma
