// SPDX-License-Identifier: MIT

#include "net/sqlite.hpp"

#include "absl/strings/str_cat.h"

namespace yuma {

absl::Status sqlite_error(sqlite3* db, std::string_view what) {
  const int code = sqlite3_errcode(db);
  const std::string text =
      absl::StrCat(absl::string_view(what.data(), what.size()), ": ", sqlite3_errmsg(db));
  switch (code) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    default:
      return absl::InternalError(text);
  }
}

absl::StatusOr<SqliteDb> open_sqlite(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  SqliteDb db(raw);
  if (code != SQLITE_OK) return sqlite_error(db.get(), absl::StrCat("cannot open '", path, "'"));
  sqlite3_extended_result_codes(db.get(), 0);
  for (const auto& [option, value] :
       {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        std::pair{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, std::pair{SQLITE_DBCONFIG_ENABLE_VIEW, 0}}) {
    sqlite3_db_config(db.get(), option, value, nullptr);
  }
  return db;
}

absl::Status run_sql(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return sqlite_error(db, "sqlite");
}

SqlStatement::SqlStatement(sqlite3* db, const char* sql) : db_(db) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v2(db, sql, -1, &raw, nullptr));
  statement_.reset(raw);
}

void SqlStatement::check(int code) {
  if (status_.ok() && code != SQLITE_OK) status_ = sqlite_error(db_, "sqlite");
}

SqlStatement& SqlStatement::bind(std::int64_t value) {
  if (status_.ok()) check(sqlite3_bind_int64(statement_.get(), ++bound_, value));
  return *this;
}

SqlStatement& SqlStatement::bind(ByteView blob) {
  if (status_.ok()) {
    check(sqlite3_bind_blob64(statement_.get(), ++bound_, blob.data(), blob.size(), SQLITE_STATIC));
  }
  return *this;
}

SqlStatement& SqlStatement::bind(std::string_view text) {
  if (status_.ok()) {
    check(sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_STATIC,
                              SQLITE_UTF8));
  }
  return *this;
}

bool SqlStatement::next() {
  if (!status_.ok()) return false;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

absl::Status SqlStatement::run() {
  while (next()) {
  }
  return status_;
}

ByteView SqlStatement::blob(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string SqlStatement::text(int column) const { return std::string(text_of(blob(column))); }

}  // namespace yuma
