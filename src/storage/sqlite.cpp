// SPDX-License-Identifier: MIT

#include "storage/sqlite.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

/// The system's last error on the file or on its journal.
int last_errno(sqlite3* db, int which) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(db, "main", which, &file);
  int reason = 0;
  if (file == nullptr || file->pMethods == nullptr) return reason;
  file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &reason);
  return reason;
}

/// Whether a write failed for want of room; of a disk without any SQLite tells itself.
bool is_no_room(sqlite3* db) {
  if (sqlite3_extended_errcode(db) != SQLITE_IOERR_WRITE) return false;
  const int reasons[] = {last_errno(db, SQLITE_FCNTL_FILE_POINTER),
                         last_errno(db, SQLITE_FCNTL_JOURNAL_POINTER)};
  return std::any_of(std::begin(reasons), std::end(reasons),
                     [](int reason) { return reason == EDQUOT || reason == EFBIG; });
}

/// A path as a URI with a parameter.
std::string immutable_uri(const std::string& path) {
  std::string out = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      absl::StrAppend(&out, "%", to_hex(bytes_of(std::string_view(&c, 1))));
    } else {
      out += c;
    }
  }
  return out + "?immutable=1";
}

}  // namespace

absl::Status sqlite_error(sqlite3* db, std::string_view what) {
  const std::string text =
      absl::StrCat(absl::string_view(what.data(), what.size()), ": ", sqlite3_errmsg(db));
  switch (sqlite3_extended_errcode(db) & 0xff) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(text);
    case SQLITE_INTERRUPT:
      return absl::DataLossError(
          absl::StrCat(text, ": it has more rows than its size explains; its pages go in circles"));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return absl::FailedPreconditionError(text);
    default:
      return is_no_room(db) ? absl::ResourceExhaustedError(text) : absl::InternalError(text);
  }
}

absl::StatusOr<SqliteDb> open_sqlite(const std::string& path, SqliteAccess access) {
  std::string name = path;
  int flags = SQLITE_OPEN_READONLY;
  if (access == SqliteAccess::kReadWrite) flags = SQLITE_OPEN_READWRITE;
  if (access == SqliteAccess::kImmutable) {
    name = immutable_uri(path);
    flags |= SQLITE_OPEN_URI;
  }
  if (access == SqliteAccess::kMemory) {
    name = ":memory:";
    flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY;
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  SqliteDb db(raw);
  if (code != SQLITE_OK) return sqlite_error(db.get(), absl::StrCat("cannot open '", path, "'"));
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

SqlNumber sql_number(std::uint64_t value) {
  SqlNumber out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(value >> (8 * (out.size() - 1 - i)));
  }
  return out;
}

std::optional<std::uint64_t> number_of_sql(ByteView blob) {
  if (blob.size() != sizeof(SqlNumber)) return std::nullopt;
  std::uint64_t out = 0;
  for (const std::uint8_t byte : blob) out = out << 8 | byte;
  return out;
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

SqlStatement& SqlStatement::again() {
  if (status_.ok()) check(sqlite3_reset(statement_.get()));
  bound_ = 0;
  return *this;
}

ByteView SqlStatement::blob(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string SqlStatement::text(int column) const { return std::string(text_of(blob(column))); }

namespace {

constexpr int kStepsAtOnce = 1'000;

std::uint64_t pragma_value(sqlite3* db, const char* sql) {
  SqlStatement row(db, sql);
  return row.next() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

/// Far more than all rows of a file need: one of our rows has over a hundred bytes, and is read in
/// less than a hundred steps.
std::uint64_t most_steps(sqlite3* db) {
  constexpr std::uint64_t kOfEachByte = 8, kOfAnyFile = 1'000'000;
  const std::uint64_t bytes =
      pragma_value(db, "PRAGMA page_count") * pragma_value(db, "PRAGMA page_size");
  return kOfAnyFile + bytes * kOfEachByte;
}

}  // namespace

SqlStepBound::SqlStepBound(sqlite3* db) : db_(db), left_(most_steps(db) / kStepsAtOnce) {
  constexpr auto kIsOver = [](void* of_this) {
    std::uint64_t& left = *static_cast<std::uint64_t*>(of_this);
    if (left == 0) return 1;
    --left;
    return 0;
  };
  sqlite3_progress_handler(db, kStepsAtOnce, kIsOver, &left_);
}

SqlStepBound::~SqlStepBound() { sqlite3_progress_handler(db_, 0, nullptr, nullptr); }

SqlTransaction::SqlTransaction(sqlite3* db, const char* begin)
    : db_(db), status_(run_sql(db, begin)), open_(status_.ok()) {}

// SQLite may have rolled back already: then this fails, and nothing is open.
SqlTransaction::~SqlTransaction() {
  if (open_) run_sql(db_, "ROLLBACK").IgnoreError();
}

absl::Status SqlTransaction::commit() {
  absl::Status status = run_sql(db_, "COMMIT");
  if (status.ok()) open_ = false;
  return status;
}

}  // namespace yuma
