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

absl::Status read_states(sqlite3* db, LedgerSummary& out) {
  const SqlNumber first = sql_number(out.first_epoch);
  SqlStatement row(db, "SELECT epoch FROM states WHERE epoch >= ? ORDER BY epoch");
  row.bind(first);
  while (row.next()) out.states.push_back(number_of_sql(row.blob(0)).value_or(0));
  return row.status();
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
  const SqlTransaction one_moment(impl.db.get(), "BEGIN");
  if (!one_moment.status().ok()) return impl.of_file(one_moment.status());
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
  SqlStatement row = ledger::select_objects(impl_->db.get(), "WHERE epoch = ? ORDER BY kind, id");
  auto found = ledger::all_rows(row.bind(number), ledger::object_of);
  if (!found.ok()) return impl_->of_file(found.status());
  return found;
}

absl::StatusOr<SealedState> Ledger::state_at_or_before(std::uint64_t epoch) const {
  const SqlTransaction one_moment(impl_->db.get(), "BEGIN");
  if (!one_moment.status().ok()) return impl_->of_file(one_moment.status());
  return impl_->state_at_or_before(epoch);
}

absl::StatusOr<LedgerSummary> Ledger::summary() const {
  const Impl& impl = *impl_;
  sqlite3* const db = impl.db.get();
  const SqlTransaction one_moment(db, "BEGIN");
  if (!one_moment.status().ok()) return impl.of_file(one_moment.status());
  LedgerSummary out;
  const auto first = impl.first_epoch(), last = impl.last_epoch();
  if (!first.ok()) return first.status();
  if (!last.ok()) return last.status();
  out.first_epoch = *first;
  out.last_epoch = *last;
  absl::Status status = read_states(db, out);
  status.Update(read_counts(db, out));
  const auto seals = count_of(db, "SELECT count(*) FROM seals");
  const auto intents = count_of(db, "SELECT count(*) FROM intents");
  const auto pages = count_of(db, "PRAGMA page_count"), size = count_of(db, "PRAGMA page_size");
  for (const auto* count : {&seals, &intents, &pages, &size}) status.Update(count->status());
  if (!status.ok()) return impl.of_file(status);
  out.seals = *seals;
  out.intents = *intents;
  out.bytes = *pages * *size;
  return out;
}

absl::Status Ledger::check_integrity() const {
  return impl_->of_file(check_sqlite_integrity(impl_->db.get()));
}

}  // namespace yuma
