// SPDX-License-Identifier: MIT
#pragma once

// SQLite with errors as Status and handles that close themselves.

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
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

/// What went wrong last: ResourceExhausted for a full disk or a limit on a file's size,
/// Unavailable for a lock that somebody else holds, DataLoss for a damaged file or where a
/// SqlStepBound is reached,
/// FailedPrecondition for one that cannot be opened or written to, Internal for the rest.
absl::Status sqlite_error(sqlite3* db, std::string_view what);

enum class SqliteAccess {
  kReadWrite,
  kReadOnly,
  kImmutable,  ///< read-only, and nobody writes it: no lock is taken, no file is made
  kMemory,     ///< a new one in memory; the path does not matter
};

/// Opens an existing file that nothing of its own content can make run code or change the schema.
absl::StatusOr<SqliteDb> open_sqlite(const std::string& path,
                                     SqliteAccess access = SqliteAccess::kReadWrite);

/// Runs statements that give no rows.
absl::Status run_sql(sqlite3* db, const char* sql);

/// Numbers of 64 bits without sign are blobs, most significant byte first, so that they sort.
using SqlNumber = std::array<std::uint8_t, 8>;
SqlNumber sql_number(std::uint64_t value);
/// Not set for a blob of another size.
std::optional<std::uint64_t> number_of_sql(ByteView blob);

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
  /// Makes it ready for other values.
  SqlStatement& again();
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

/// While it lives, all statements together take no more steps than the size of the file explains:
/// pages of a file that somebody made may name each other over and over. Then DataLoss. One at a
/// time for a connection.
class SqlStepBound {
 public:
  explicit SqlStepBound(sqlite3* db);
  ~SqlStepBound();
  SqlStepBound(const SqlStepBound&) = delete;
  SqlStepBound& operator=(const SqlStepBound&) = delete;

 private:
  sqlite3* db_;
  std::uint64_t left_;
};

/// A transaction that is undone unless commit() succeeds.
class SqlTransaction {
 public:
  /// `begin`: "BEGIN" to read, "BEGIN IMMEDIATE" to write.
  SqlTransaction(sqlite3* db, const char* begin);
  ~SqlTransaction();
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  /// Of the beginning.
  const absl::Status& status() const { return status_; }
  absl::Status commit();

 private:
  sqlite3* db_;
  absl::Status status_;
  bool open_ = false;
};

}  // namespace yuma
