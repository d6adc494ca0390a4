// SPDX-License-Identifier: MIT

// Reading: what a node needs to go on, and what is looked up.

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "storage/sqlite_file.hpp"

namespace yuma {

namespace {

absl::StatusOr<std::uint64_t> count_of(sqlite3* db, const char* sql) {
  const auto count = read_pragma(db, sql);
  if (!count.ok()) return count.status();
  return static_cast<std::uint64_t>(*count);
}

absl::Status read_counts(sqlite3* db, LedgerSummary& out) {
  SqlStatement row(db,
                   "SELECT kind, count(*), sum(length(bytes)) FROM objects GROUP BY kind "
                   "ORDER BY kind");
  while (row.next()) {
    const auto kind = kind_of_number(static_cast<std::uint8_t>(row.integer(0)));
    if (!kind) return absl::DataLossError("objects of an unknown kind");
    out.objects.push_back({*kind, static_cast<std::uint64_t>(row.integer(1)),
                           static_cast<std::uint64_t>(row.integer(2))});
  }
  return row.status();
}

absl::StatusOr<std::vector<std::uint64_t>> state_epochs(sqlite3* db, std::uint64_t first) {
  const SqlNumber from = sql_number(first);
  SqlStatement row(db, "SELECT epoch FROM states WHERE epoch >= ? ORDER BY epoch");
  row.bind(from);
  std::vector<std::uint64_t> out;
  while (row.next()) out.push_back(number_of_sql(row.blob(0)).value_or(0));
  if (!row.status().ok()) return row.status();
  return out;
}

/// Objects that a node needs after the seal of `epoch`.
absl::StatusOr<std::vector<KeptObject>> objects_from(sqlite3* db, std::uint64_t epoch) {
  const SqlNumber from = sql_number(epoch);
  SqlStatement older =
      ledger::select_objects(db, "WHERE kind = 8 AND epoch < ? ORDER BY epoch, id");
  auto out = ledger::all_rows(older.bind(from), ledger::object_of);
  if (!out.ok()) return out.status();
  SqlStatement row = ledger::select_objects(db, "WHERE epoch >= ? ORDER BY epoch, kind, id");
  auto more = ledger::all_rows(row.bind(from), ledger::object_of);
  if (!more.ok()) return more.status();
  out->insert(out->end(), std::make_move_iterator(more->begin()),
              std::make_move_iterator(more->end()));
  return out;
}

absl::StatusOr<std::vector<Intent>> intents_from(sqlite3* db, std::uint64_t epoch) {
  const SqlNumber from = sql_number(epoch);
  SqlStatement row = ledger::select_intents(db, "WHERE epoch >= ? ORDER BY epoch, kind");
  return ledger::all_rows(row.bind(from), ledger::intent_of);
}

}  // namespace

absl::StatusOr<Restored> Ledger::restore() const {
  const Impl& impl = *impl_;
  const ledger::Reading reading(impl.db.get());
  if (!reading.status().ok()) return impl.of_file(reading.status());
  if (absl::Status s = impl.check_to_go_on(); !s.ok()) return impl.of_file(s);
  const auto last = impl.last_epoch();
  if (!last.ok()) return last.status();
  auto sealed = impl.state_at_or_before(*last);
  if (!sealed.ok()) return sealed.status();
  auto seal = ledger::read_seal(impl.db.get(), *last);
  if (!seal.ok()) return impl.of_file(seal.status());
  auto objects = objects_from(impl.db.get(), *last);
  if (!objects.ok()) return impl.of_file(objects.status());
  auto intents = intents_from(impl.db.get(), *last);
  if (!intents.ok()) return impl.of_file(intents.status());
  Restored out;
  out.sealed = *std::move(sealed);
  if (*seal) out.seal = std::move((*seal)->seal);
  out.objects = *std::move(objects);
  out.intents = *std::move(intents);
  return out;
}

absl::StatusOr<Bytes> Ledger::seal(std::uint64_t epoch) const {
  auto row = ledger::read_seal(impl_->db.get(), epoch);
  if (!row.ok()) return impl_->of_file(row.status());
  if (!*row) return absl::NotFoundError(absl::StrCat("no seal of epoch ", epoch, " is kept"));
  return std::move((*row)->seal);
}

absl::StatusOr<KeptObject> Ledger::object(const Bytes32& id) const {
  SqlStatement row = ledger::select_objects(impl_->db.get(), "WHERE id = ?");
  auto found = ledger::all_rows(row.bind(id), ledger::object_of);
  if (!found.ok()) return impl_->of_file(found.status());
  if (found->empty())
    return absl::NotFoundError(absl::StrCat("no object ", to_hex(id), " is kept"));
  return std::move(found->front());
}

absl::StatusOr<std::vector<KeptObject>> Ledger::objects(std::uint64_t epoch) const {
  const SqlNumber number = sql_number(epoch);
  const ledger::Reading reading(impl_->db.get());
  if (!reading.status().ok()) return impl_->of_file(reading.status());
  SqlStatement row = ledger::select_objects(impl_->db.get(), "WHERE epoch = ? ORDER BY kind, id");
  auto found = ledger::all_rows(row.bind(number), ledger::object_of);
  if (!found.ok()) return impl_->of_file(found.status());
  return found;
}

absl::StatusOr<SealedState> Ledger::state_at_or_before(std::uint64_t epoch) const {
  const ledger::Reading reading(impl_->db.get());
  if (!reading.status().ok()) return impl_->of_file(reading.status());
  return impl_->state_at_or_before(epoch);
}

absl::StatusOr<SealedState> Ledger::newest_state() const {
  const Impl& impl = *impl_;
  const ledger::Reading reading(impl.db.get());
  if (!reading.status().ok()) return impl.of_file(reading.status());
  if (absl::Status s = impl.check_epochs(); !s.ok()) return impl.of_file(s);
  const auto last = impl.last_epoch();
  if (!last.ok()) return last.status();
  return impl.state_at_or_before(*last);
}

absl::StatusOr<std::vector<std::uint64_t>> Ledger::states() const {
  const Impl& impl = *impl_;
  const ledger::Reading reading(impl.db.get());
  if (!reading.status().ok()) return impl.of_file(reading.status());
  const auto first = impl.first_epoch();
  if (!first.ok()) return first.status();
  auto epochs = state_epochs(impl.db.get(), *first);
  if (!epochs.ok()) return impl.of_file(epochs.status());
  return epochs;
}

absl::StatusOr<LedgerSummary> Ledger::summary() const {
  const Impl& impl = *impl_;
  sqlite3* const db = impl.db.get();
  const ledger::Reading reading(db);
  if (!reading.status().ok()) return impl.of_file(reading.status());
  LedgerSummary out;
  const auto first = impl.first_epoch(), last = impl.last_epoch();
  if (!first.ok()) return first.status();
  if (!last.ok()) return last.status();
  out.first_epoch = *first;
  out.last_epoch = *last;
  auto states = state_epochs(db, *first);
  absl::Status status = states.status();
  status.Update(read_counts(db, out));
  // count(*) would be one step, however long it takes.
  const auto seals = count_of(db, "SELECT count(epoch) FROM seals");
  const auto intents = count_of(db, "SELECT count(epoch) FROM intents");
  const auto pages = count_of(db, "PRAGMA page_count"), size = count_of(db, "PRAGMA page_size");
  for (const auto* count : {&seals, &intents, &pages, &size}) status.Update(count->status());
  if (!status.ok()) return impl.of_file(status);
  out.states = *std::move(states);
  out.seals = *seals;
  out.intents = *intents;
  out.bytes = *pages * *size;
  return out;
}

absl::Status Ledger::check_integrity() const {
  const Impl& impl = *impl_;
  if (absl::Status s = check_sqlite_integrity(impl.db.get()); !s.ok()) return impl.of_file(s);
  const ledger::Reading reading(impl.db.get());
  absl::Status status = reading.status();
  if (status.ok()) status = impl.check_epochs();
  SqlStatement intents = ledger::select_intents(impl.db.get(), "");
  while (status.ok() && intents.next()) status = ledger::intent_of(intents).status();
  status.Update(intents.status());
  return impl.of_file(status);
}

}  // namespace yuma
