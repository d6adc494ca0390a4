// SPDX-License-Identifier: MIT

#include "net/signing_file.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/sqlite_file.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

constexpr SqliteKind kKind{0x79756d61, 1, "a signer's state"};

constexpr const char* kSchema = R"(
  PRAGMA application_id = 0x79756d61;
  PRAGMA user_version = 1;
  CREATE TABLE signer (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    scheme INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    above_epoch BLOB NOT NULL,
    above_amendment BLOB NOT NULL,
    above_address BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;
  CREATE TABLE signed (
    network BLOB NOT NULL,
    netuid INTEGER NOT NULL,
    mechanism INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    number BLOB NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (network, netuid, mechanism, kind, number)
  ) STRICT;
)";

// Before the first access: then the log needs no file of shared memory, and the lock is kept until
// the file is closed.
constexpr const char* kLock = "PRAGMA locking_mode = EXCLUSIVE";

constexpr const char* kJournal = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  BEGIN EXCLUSIVE;
  COMMIT;
  PRAGMA wal_checkpoint(TRUNCATE);
)";

bool equal(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// What no signature covers: the row of `signer`.
Bytes32 checksum_of(const PublicKey& key, const SigningFloor& floor) {
  ScaleWriter out;
  out.number(static_cast<std::uint8_t>(key.scheme));
  out.raw(key.bytes);
  for (const std::uint64_t above : {floor.epoch, floor.amendment, floor.address}) out.number(above);
  return blake2b_256(out.bytes());
}

absl::Status damaged(std::string_view what) {
  return absl::DataLossError(absl::string_view(what.data(), what.size()));
}

absl::StatusOr<SigningFloor> read_signer(sqlite3* db, const PublicKey& key) {
  SqlStatement row(db,
                   "SELECT scheme, public_key, above_epoch, above_amendment, above_address, "
                   "checksum FROM signer WHERE id = 1");
  if (!row.next()) return row.status().ok() ? damaged("no hotkey in it") : row.status();
  PublicKey owner;
  owner.scheme = static_cast<Scheme>(row.integer(0));
  const ByteView bytes = row.blob(1);
  if (bytes.size() != owner.bytes.size()) return damaged("no hotkey in it");
  std::copy(bytes.begin(), bytes.end(), owner.bytes.begin());
  const auto above = [&](int column) { return number_of_sql(row.blob(column)).value_or(0); };
  const SigningFloor floor{above(2), above(3), above(4)};
  if (!equal(row.blob(5), checksum_of(owner, floor))) return damaged("a wrong checksum");
  if (owner != key) {
    return absl::FailedPreconditionError(absl::StrCat("it belongs to another hotkey than ",
                                                      key.address(),
                                                      ": each hotkey has a state of its own"));
  }
  return floor;
}

/// A row as a record, if it is what keep() wrote: it is about its body, and the hotkey signed.
absl::StatusOr<SigningRecord> read_record(const SqlStatement& row, const PublicKey& key) {
  auto record = decode_signing_record(row.blob(5));
  if (!record.ok()) return record.status();
  const SubnetId& subnet = record->slot.subnet;
  if (!equal(row.blob(0), subnet.network) || row.integer(1) != subnet.netuid ||
      row.integer(2) != subnet.mechanism ||
      row.integer(3) != static_cast<std::int64_t>(record->slot.kind) ||
      number_of_sql(row.blob(4)) != record->number) {
    return absl::DataLossError("a row that is not about its body");
  }
  if (!verify_body(record->slot.kind, record->body, key, record->signature)) {
    return absl::DataLossError("a signature that is not the hotkey's");
  }
  return record;
}

absl::StatusOr<SigningMemory> read_memory(sqlite3* db, const PublicKey& key) {
  const auto floor = read_signer(db, key);
  if (!floor.ok()) return floor.status();
  SigningMemory memory(*floor);
  SqlStatement row(db,
                   "SELECT network, netuid, mechanism, kind, number, record FROM signed "
                   "ORDER BY number");
  while (row.next()) {
    auto record = read_record(row, key);
    if (!record.ok()) return damaged(std::string(record.status().message()));
    if (const absl::Status s = memory.remember(*std::move(record)); !s.ok()) {
      return damaged(std::string(s.message()));
    }
  }
  if (!row.status().ok()) return row.status();
  return memory;
}

/// What is worth keeping of a slot once `record` is in it: of commits the one before too.
absl::Status delete_older(sqlite3* db, const SigningMemory& memory, const SigningRecord& record) {
  const SigningMemory::Entry* entry = memory.find(record.slot);
  const bool two = record.slot.kind == ObjectKind::kCommit && entry != nullptr;
  const SqlNumber least = sql_number(two ? entry->last.number : record.number);
  const SubnetId& subnet = record.slot.subnet;
  return SqlStatement(db,
                      "DELETE FROM signed WHERE network = ? AND netuid = ? AND mechanism = ? AND "
                      "kind = ? AND number < ?")
      .bind(subnet.network)
      .bind(static_cast<std::int64_t>(subnet.netuid))
      .bind(static_cast<std::int64_t>(subnet.mechanism))
      .bind(static_cast<std::int64_t>(record.slot.kind))
      .bind(least)
      .run();
}

absl::Status insert(sqlite3* db, const SigningRecord& record) {
  const SqlNumber number = sql_number(record.number);
  const Bytes encoded = encode_signing_record(record);
  const SubnetId& subnet = record.slot.subnet;
  return SqlStatement(db, "INSERT INTO signed VALUES (?, ?, ?, ?, ?, ?)")
      .bind(subnet.network)
      .bind(static_cast<std::int64_t>(subnet.netuid))
      .bind(static_cast<std::int64_t>(subnet.mechanism))
      .bind(static_cast<std::int64_t>(record.slot.kind))
      .bind(number)
      .bind(ByteView(encoded))
      .run();
}

}  // namespace

absl::Status write_signing_file(const std::string& path, const PublicKey& key,
                                const SigningFloor& floor) {
  auto db = open_sqlite(path);
  if (!db.ok()) return db.status();
  if (absl::Status s = run_sql(db->get(), kSchema); !s.ok()) return s;
  const SqlNumber epoch = sql_number(floor.epoch), amendment = sql_number(floor.amendment),
                  address = sql_number(floor.address);
  const Bytes32 checksum = checksum_of(key, floor);
  return SqlStatement(db->get(), "INSERT INTO signer VALUES (1, ?, ?, ?, ?, ?, ?)")
      .bind(static_cast<std::int64_t>(key.scheme))
      .bind(key.bytes)
      .bind(epoch)
      .bind(amendment)
      .bind(address)
      .bind(checksum)
      .run();
}

absl::StatusOr<SigningMemory> open_signing_file(sqlite3* db, const PublicKey& key) {
  if (absl::Status s = run_sql(db, kLock); !s.ok()) return s;
  if (absl::Status s = check_sqlite_kind(db, kKind); !s.ok()) return s;
  if (absl::Status s = run_sql(db, kJournal); !s.ok()) return s;
  if (absl::Status s = check_write_ahead_log(db); !s.ok()) return s;
  if (absl::Status s = check_sqlite_integrity(db); !s.ok()) return s;
  return read_memory(db, key);
}

absl::Status write_signing_record(sqlite3* db, const SigningMemory& memory,
                                  const SigningRecord& record) {
  SqlTransaction transaction(db, "BEGIN IMMEDIATE");
  absl::Status written = transaction.status();
  if (written.ok()) written = insert(db, record);
  if (written.ok()) written = delete_older(db, memory, record);
  return written.ok() ? transaction.commit() : written;
}

}  // namespace yuma
