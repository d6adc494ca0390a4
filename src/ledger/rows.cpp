// SPDX-License-Identifier: MIT

#include "ledger/rows.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "yuma/identity/hash.hpp"
#include "yuma/ledger/ledger.hpp"

namespace yuma::ledger {

namespace {

/// The checksum of a row: BLAKE2b-128 over the table's name and the other columns in SCALE.
class Checksum {
 public:
  explicit Checksum(std::string_view table) { out_.blob(bytes_of(table)); }
  Checksum& number(std::uint64_t value) {
    out_.number(value);
    return *this;
  }
  Checksum& blob(ByteView bytes) {
    out_.blob(bytes);
    return *this;
  }
  Bytes16 value() const { return blake2b_128(out_.bytes()); }

 private:
  ScaleWriter out_;
};

Bytes16 checksum_of(const Ground& row) {
  return Checksum("ground").blob(row.genesis).number(row.first_epoch).value();
}
Bytes16 checksum_of(const StateRow& row) {
  Checksum sum("states");
  sum.number(row.epoch).blob(row.block_id).number(row.kept ? 1 : 0).blob(row.state);
  return sum.value();
}
Bytes16 checksum_of(const SealRow& row) {
  return Checksum("seals").number(row.epoch).blob(row.block_id).blob(row.seal).value();
}
Bytes16 checksum_of(const KeptObject& row) {
  Checksum sum("objects");
  sum.number(static_cast<std::uint64_t>(row.kind)).number(row.epoch).blob(row.id).blob(row.bytes);
  return sum.value();
}
Bytes16 checksum_of(const Intent& row) {
  Checksum sum("intents");
  sum.number(static_cast<std::uint64_t>(row.kind)).number(row.epoch).blob(row.body);
  return sum.value();
}

bool equal(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// state_root() of an encoded state.
Bytes32 root_of(ByteView state) {
  constexpr std::string_view kTag = "yuma/1/state\n";
  Bytes tagged;
  tagged.reserve(kTag.size() + state.size());
  tagged.assign(kTag.begin(), kTag.end());
  tagged.insert(tagged.end(), state.begin(), state.end());
  return blake2b_256(tagged);
}

Bytes copied(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

template <class... Parts>
absl::Status damaged(const Parts&... parts) {
  return absl::DataLossError(absl::StrCat(parts...));
}

/// Reads the columns of a row one after the other and remembers what is out of bounds.
class Columns {
 public:
  explicit Columns(const SqlStatement& row) : row_(row) {}

  std::uint64_t number() {
    const auto value = number_of_sql(row_.blob(at_++));
    good_ = good_ && value.has_value();
    return value.value_or(0);
  }
  ObjectKind kind() {
    const std::int64_t value = row_.integer(at_++);
    const auto kind = value >= 0 && value <= UINT8_MAX
                          ? kind_of_number(static_cast<std::uint8_t>(value))
                          : std::nullopt;
    good_ = good_ && kind.has_value();
    return kind.value_or(ObjectKind::kCommit);
  }
  bool flag() {
    const std::int64_t value = row_.integer(at_++);
    good_ = good_ && (value == 0 || value == 1);
    return value == 1;
  }
  Bytes32 hash() {
    Bytes32 out{};
    const ByteView bytes = row_.blob(at_++);
    good_ = good_ && bytes.size() == out.size();
    if (good_) std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }
  Bytes blob() { return copied(row_.blob(at_++)); }

  /// The last column is the checksum of `row`.
  template <class Row>
  absl::Status check(const Row& row, std::string_view what) {
    if (good_ && equal(row_.blob(at_), checksum_of(row))) return absl::OkStatus();
    return damaged("a row of ", absl::string_view(what.data(), what.size()),
                   " is not what was written");
  }

 private:
  const SqlStatement& row_;
  int at_ = 0;
  bool good_ = true;
};

/// The only row of a statement, or none.
template <class Row>
absl::StatusOr<std::optional<Row>> one_row(SqlStatement& statement,
                                           absl::StatusOr<Row> (*read)(const SqlStatement&)) {
  if (!statement.next()) {
    if (!statement.status().ok()) return statement.status();
    return std::optional<Row>();
  }
  auto row = read(statement);
  if (!row.ok()) return row.status();
  return std::optional<Row>(*std::move(row));
}

SqlStatement select(sqlite3* db, std::string_view columns, std::string_view where) {
  return {db, absl::StrCat("SELECT ", absl::string_view(columns.data(), columns.size()), " ",
                           absl::string_view(where.data(), where.size()))
                  .c_str()};
}

}  // namespace

SqlStatement select_objects(sqlite3* db, std::string_view where) {
  return select(db, "kind, epoch, id, bytes, checksum FROM objects", where);
}
SqlStatement select_seals(sqlite3* db, std::string_view where) {
  return select(db, "epoch, block_id, seal, checksum FROM seals", where);
}
SqlStatement select_states(sqlite3* db, std::string_view where) {
  return select(db, "epoch, block_id, kept, state, checksum FROM states", where);
}
SqlStatement select_intents(sqlite3* db, std::string_view where) {
  return select(db, "kind, epoch, body, checksum FROM intents", where);
}

absl::Status write_ground(sqlite3* db, const Ground& ground) {
  const SqlNumber first = sql_number(ground.first_epoch);
  const Bytes16 checksum = checksum_of(ground);
  return SqlStatement(db, "INSERT OR REPLACE INTO ground VALUES (1, ?, ?, ?)")
      .bind(ByteView(ground.genesis))
      .bind(first)
      .bind(checksum)
      .run();
}

absl::StatusOr<Ground> read_ground(sqlite3* db) {
  SqlStatement row(db, "SELECT genesis, first_epoch, checksum FROM ground WHERE id = 1");
  if (!row.next()) return row.status().ok() ? damaged("no genesis in it") : row.status();
  Columns columns(row);
  Ground ground;
  ground.genesis = columns.blob();
  ground.first_epoch = columns.number();
  if (absl::Status s = columns.check(ground, "ground"); !s.ok()) return s;
  return ground;
}

absl::Status write_state(sqlite3* db, const StateRow& row) {
  const SqlNumber epoch = sql_number(row.epoch);
  const Bytes16 checksum = checksum_of(row);
  return SqlStatement(db, "INSERT INTO states VALUES (?, ?, ?, ?, ?)")
      .bind(epoch)
      .bind(row.block_id)
      .bind(std::int64_t{row.kept ? 1 : 0})
      .bind(ByteView(row.state))
      .bind(checksum)
      .run();
}

absl::Status drop_passing_states(sqlite3* db, std::uint64_t epoch) {
  const SqlNumber before = sql_number(epoch);
  return SqlStatement(db, "DELETE FROM states WHERE epoch < ? AND kept = 0").bind(before).run();
}

absl::StatusOr<std::optional<StateRow>> read_state(sqlite3* db, std::uint64_t least,
                                                   std::uint64_t most) {
  const SqlNumber low = sql_number(least), high = sql_number(most);
  SqlStatement row =
      select_states(db, "WHERE epoch >= ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1");
  row.bind(low).bind(high);
  return one_row(row, state_of);
}

absl::Status write_seal(sqlite3* db, const SealRow& row) {
  const SqlNumber epoch = sql_number(row.epoch);
  const Bytes16 checksum = checksum_of(row);
  return SqlStatement(db, "INSERT INTO seals VALUES (?, ?, ?, ?)")
      .bind(epoch)
      .bind(row.block_id)
      .bind(ByteView(row.seal))
      .bind(checksum)
      .run();
}

absl::StatusOr<std::optional<SealRow>> read_seal(sqlite3* db, std::uint64_t epoch) {
  const SqlNumber number = sql_number(epoch);
  SqlStatement row = select_seals(db, "WHERE epoch = ?");
  row.bind(number);
  return one_row(row, seal_of);
}

absl::Status write_objects(sqlite3* db, std::span<const KeptObject> objects) {
  SqlStatement insert(db,
                      "INSERT INTO objects (id, kind, epoch, bytes, checksum) "
                      "VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
                      "SET bytes = excluded.bytes, checksum = excluded.checksum WHERE kind = 8");
  for (const KeptObject& object : objects) {
    const SqlNumber epoch = sql_number(object.epoch);
    const Bytes16 checksum = checksum_of(object);
    const absl::Status status = insert.again()
                                    .bind(object.id)
                                    .bind(static_cast<std::int64_t>(object.kind))
                                    .bind(epoch)
                                    .bind(ByteView(object.bytes))
                                    .bind(checksum)
                                    .run();
    if (!status.ok()) return status;
  }
  return insert.status();
}

absl::Status write_intent(sqlite3* db, const Intent& intent) {
  const SqlNumber epoch = sql_number(intent.epoch);
  const Bytes16 checksum = checksum_of(intent);
  return SqlStatement(db, "INSERT INTO intents VALUES (?, ?, ?, ?)")
      .bind(static_cast<std::int64_t>(intent.kind))
      .bind(epoch)
      .bind(ByteView(intent.body))
      .bind(checksum)
      .run();
}

absl::StatusOr<std::optional<Intent>> read_intent(sqlite3* db, ObjectKind kind,
                                                  std::uint64_t epoch) {
  const SqlNumber number = sql_number(epoch);
  SqlStatement row = select_intents(db, "WHERE kind = ? AND epoch = ?");
  row.bind(static_cast<std::int64_t>(kind)).bind(number);
  return one_row(row, intent_of);
}

absl::StatusOr<KeptObject> object_of(const SqlStatement& row) {
  Columns columns(row);
  KeptObject object;
  object.kind = columns.kind();
  object.epoch = columns.number();
  object.id = columns.hash();
  object.bytes = columns.blob();
  if (absl::Status s = columns.check(object, "objects"); !s.ok()) return s;
  const auto read = kept_object(object.bytes);
  if (!read.ok() || *read != object) {
    return damaged("an object of epoch ", object.epoch, " is not what its row says");
  }
  return object;
}

absl::StatusOr<SealRow> seal_of(const SqlStatement& row) {
  Columns columns(row);
  SealRow seal;
  seal.epoch = columns.number();
  seal.block_id = columns.hash();
  seal.seal = columns.blob();
  if (absl::Status s = columns.check(seal, "seals"); !s.ok()) return s;
  if (const auto block = check_seal(seal); !block.ok()) return damaged(block.status().message());
  return seal;
}

absl::StatusOr<StateRow> state_of(const SqlStatement& row) {
  Columns columns(row);
  StateRow state;
  state.epoch = columns.number();
  state.block_id = columns.hash();
  state.kept = columns.flag();
  state.state = columns.blob();
  if (absl::Status s = columns.check(state, "states"); !s.ok()) return s;
  return state;
}

absl::StatusOr<Intent> intent_of(const SqlStatement& row) {
  Columns columns(row);
  Intent intent;
  intent.kind = columns.kind();
  intent.epoch = columns.number();
  intent.body = columns.blob();
  if (absl::Status s = columns.check(intent, "intents"); !s.ok()) return s;
  return intent;
}

absl::StatusOr<BlockBody> check_seal(const SealRow& row) {
  const auto wrong = [&](const auto&... parts) {
    return absl::InvalidArgumentError(absl::StrCat("the seal of epoch ", row.epoch, parts...));
  };
  const auto object = decode_object(row.seal);
  if (!object.ok()) return wrong(": ", object.status().message());
  const auto* seal = std::get_if<SealBody>(&*object);
  if (seal == nullptr) return wrong(" is another object");
  auto block = decode_body<BlockBody>(seal->block.body);
  if (!block.ok()) return wrong(": ", block.status().message());
  if (block->header.epoch != row.epoch) return wrong(" is of epoch ", block->header.epoch);
  if (object_id(ObjectKind::kBlock, seal->block.body) != row.block_id) {
    return wrong(" is of another block than ", to_hex(row.block_id));
  }
  return block;
}

bool is_sealed_by(const StateRow& state, const SealRow& seal) {
  const auto block = check_seal(seal);
  return block.ok() && state.epoch == seal.epoch && state.block_id == seal.block_id &&
         block->state_root == root_of(state.state);
}

}  // namespace yuma::ledger
