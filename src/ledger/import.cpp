// SPDX-License-Identifier: MIT

// Importing: a stream from anywhere into empty tables. Everything is bounded, parsed strictly and
// in the order in which it is exported; whether it is true is for an audit to say.

#include <fstream>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "ledger/schema.hpp"
#include "ledger/stream.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlite_file.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

using ledger::Record;
using ledger::RecordKind;

template <class... Parts>
absl::Status damaged(const Parts&... parts) {
  return absl::DataLossError(absl::StrCat(parts...));
}

class Importer {
 public:
  Importer(sqlite3* db, std::istream& in, const Ledger::Progress& progress)
      : db_(db), reader_(in), progress_(progress) {}

  absl::Status run() {
    if (absl::Status s = reader_.begin(); !s.ok()) return s;
    for (RecordKind before = RecordKind{};;) {
      auto record = reader_.next();
      if (!record.ok()) return record.status();
      const bool first = before == RecordKind{};
      if (first != (record->kind == RecordKind::kGround) || record->kind < before) {
        return damaged("a record of kind ", static_cast<int>(record->kind), " out of order");
      }
      before = record->kind;
      if (before == RecordKind::kEnd) return finish();
      absl::Status status = take(*std::move(record));
      if (!status.ok()) return status;
    }
  }

 private:
  absl::Status take(Record record) {
    switch (record.kind) {
      case RecordKind::kGround:
        return take_ground(record.bytes);
      case RecordKind::kState:
        return take_state(record.bytes);
      case RecordKind::kSeal:
        return take_seal(std::move(record.bytes));
      default:
        return take_object(std::move(record.bytes));
    }
  }

  absl::Status take_ground(ByteView bytes) {
    ScaleReader in(bytes);
    ledger::Ground ground;
    ground.first_epoch = in.number<std::uint64_t>();
    const ByteView file = in.raw(in.left());
    if (absl::Status s = in.finish(); !s.ok()) return damaged(s.message());
    const auto genesis = decode_genesis(file);
    if (!genesis.ok()) return damaged(genesis.status().message());
    ground.genesis.assign(file.begin(), file.end());
    first_epoch_ = last_epoch_ = ground.first_epoch;
    genesis_epoch_ = genesis->state.epoch;
    network_ = blake2b_256(file);
    return ledger::write_ground(db_, ground);
  }

  absl::Status take_state(ByteView bytes) {
    ScaleReader in(bytes);
    ledger::StateRow row;
    row.block_id = in.array<32>();
    const ByteView encoded = in.raw(in.left());
    if (absl::Status s = in.finish(); !s.ok()) return damaged(s.message());
    const auto state = decode_state(encoded);
    if (!state.ok()) return damaged(state.status().message());
    row.epoch = state->epoch;
    if (state->subnet.network != network_) return damaged("a state of another network");
    const bool in_order = states_ == 0 ? row.epoch >= first_epoch_ : row.epoch > last_epoch_;
    if (!in_order || row.epoch <= genesis_epoch_) {
      return damaged("the state of epoch ", row.epoch, " is out of order");
    }
    // Only the last one may be there in passing.
    if (states_ > 0 && !is_kept(last_epoch_)) {
      return damaged("the state of epoch ", last_epoch_, " is none that is kept");
    }
    row.kept = is_kept(row.epoch);
    row.state.assign(encoded.begin(), encoded.end());
    last_epoch_ = row.epoch;
    ++states_;
    return ledger::write_state(db_, row);
  }

  bool is_kept(std::uint64_t epoch) const {
    return ledger::is_checkpoint(epoch) || epoch == first_epoch_;
  }

  absl::Status take_seal(Bytes bytes) {
    const auto object = decode_object(bytes);
    if (!object.ok()) return damaged(object.status().message());
    const auto* seal = std::get_if<SealBody>(&*object);
    if (seal == nullptr) return damaged("another object where a seal should be");
    const auto block = decode_body<BlockBody>(seal->block.body);
    if (!block.ok()) return damaged(block.status().message());
    const std::uint64_t epoch = block->header.epoch;
    if (seals_ > 0 ? epoch <= last_seal_ : epoch < first_epoch_) {
      return damaged("the seal of epoch ", epoch, " is out of order");
    }
    last_seal_ = epoch;
    ++seals_;
    return ledger::write_seal(
        db_, {epoch, object_id(ObjectKind::kBlock, seal->block.body), std::move(bytes)});
  }

  absl::Status take_object(Bytes bytes) {
    const auto object = kept_object(std::move(bytes));
    if (!object.ok()) return damaged(object.status().message());
    auto place = std::tuple(object->epoch, object->kind, object->id);
    const bool too_old = object->epoch < first_epoch_ && object->kind != ObjectKind::kAmendment;
    if (too_old || (last_object_ && place <= *last_object_)) {
      return damaged("an object of epoch ", object->epoch, " is out of order");
    }
    last_object_ = place;
    if (progress_ && object->epoch > shown_ && object->epoch <= last_epoch_) {
      shown_ = object->epoch;
      progress_(shown_ - std::min(shown_, first_epoch_), last_epoch_ - first_epoch_);
    }
    return ledger::write_objects(db_, {&*object, 1});
  }

  absl::Status finish() { return ledger::check_rows(db_, genesis_epoch_, first_epoch_); }

  sqlite3* db_;
  ledger::RecordReader reader_;
  const Ledger::Progress& progress_;
  Bytes32 network_{};
  std::uint64_t genesis_epoch_ = 0, first_epoch_ = 0, last_epoch_ = 0, last_seal_ = 0, shown_ = 0;
  std::size_t states_ = 0, seals_ = 0;
  std::optional<std::tuple<std::uint64_t, ObjectKind, Bytes32>> last_object_;
};

}  // namespace

absl::Status ledger::import_rows(sqlite3* db, std::istream& exported,
                                 const Ledger::Progress& progress) {
  SqlTransaction transaction(db, "BEGIN IMMEDIATE");
  if (!transaction.status().ok()) return transaction.status();
  if (absl::Status s = Importer(db, exported, progress).run(); !s.ok()) return s;
  return transaction.commit();
}

absl::Status Ledger::import_file(const std::string& exported, const std::string& path,
                                 const Progress& progress) {
  if (absl::Status s = check_file(exported, "exported ledger"); !s.ok()) return s;
  std::ifstream in(exported, std::ios::binary);
  if (!in) return absl::FailedPreconditionError(absl::StrCat("cannot read '", exported, "'"));
  return create_sqlite_file(path, "ledger", [&](const std::string& draft) {
    auto db = open_sqlite(draft);
    if (!db.ok()) return db.status();
    absl::Status status = ledger::prepare_connection(db->get());
    if (status.ok()) status = ledger::make_tables(db->get());
    if (status.ok()) status = ledger::import_rows(db->get(), in, progress);
    if (status.ok()) status = ledger::finish_tables(db->get());
    if (status.ok() || !absl::IsDataLoss(status)) return status;
    return damaged("'", exported, "': ", status.message());
  });
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::import_in_memory(std::istream& exported,
                                                                 const Progress& progress) {
  auto db = open_sqlite("", SqliteAccess::kMemory);
  if (!db.ok()) return db.status();
  absl::Status status = ledger::prepare_connection(db->get());
  if (status.ok()) status = ledger::make_tables(db->get());
  if (status.ok()) status = ledger::import_rows(db->get(), exported, progress);
  if (!status.ok()) return status;
  auto impl = std::make_unique<Impl>();
  impl->writes = true;
  impl->db = *std::move(db);
  if (absl::Status s = impl->load(); !s.ok()) return s;
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

}  // namespace yuma
