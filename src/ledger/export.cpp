// SPDX-License-Identifier: MIT

// Exporting: rows to a stream, in one order, so that equal ledgers give equal files.

#include <fstream>

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "ledger/stream.hpp"
#include "storage/private_file.hpp"

namespace yuma {

namespace {

/// Epochs of the ledger that are written, for those who wait.
class Steps {
 public:
  Steps(const Ledger::Progress& progress, std::uint64_t first, std::uint64_t last)
      : progress_(progress), first_(first), last_(last) {}

  void at(std::uint64_t epoch) {
    if (!progress_ || epoch <= shown_ || epoch < first_ || epoch > last_) return;
    shown_ = epoch;
    progress_(epoch - first_, last_ - first_);
  }

 private:
  const Ledger::Progress& progress_;
  std::uint64_t first_, last_, shown_ = 0;
};

class Exporter {
 public:
  Exporter(sqlite3* db, std::ostream& out, std::uint64_t first)
      : db_(db), writer_(out), from_(sql_number(first)) {}

  absl::Status ground() {
    const auto ground = ledger::read_ground(db_);
    if (!ground.ok()) return ground.status();
    ScaleWriter first;
    first.number(ground->first_epoch);
    return writer_.write(ledger::RecordKind::kGround, {first.bytes(), ground->genesis});
  }

  absl::Status states() {
    SqlStatement row = ledger::select_states(db_, "WHERE epoch >= ? ORDER BY epoch");
    return each(row, ledger::state_of, [&](const ledger::StateRow& state) {
      return writer_.write(ledger::RecordKind::kState, {state.block_id, state.state});
    });
  }

  absl::Status seals() {
    SqlStatement row = ledger::select_seals(db_, "WHERE epoch >= ? ORDER BY epoch");
    return each(row, ledger::seal_of, [&](const ledger::SealRow& seal) {
      return writer_.write(ledger::RecordKind::kSeal, {seal.seal});
    });
  }

  absl::Status objects(Steps& steps) {
    SqlStatement row =
        ledger::select_objects(db_, "WHERE epoch >= ? OR kind = 8 ORDER BY epoch, kind, id");
    return each(row, ledger::object_of, [&](const KeptObject& object) {
      steps.at(object.epoch);
      return writer_.write(ledger::RecordKind::kObject, {object.bytes});
    });
  }

  absl::Status finish() { return writer_.finish(); }

 private:
  template <class Row, class Write>
  absl::Status each(SqlStatement& statement, absl::StatusOr<Row> (*read)(const SqlStatement&),
                    Write write) {
    statement.bind(from_);
    while (statement.next()) {
      const auto row = read(statement);
      if (!row.ok()) return row.status();
      if (absl::Status s = write(*row); !s.ok()) return s;
    }
    return statement.status();
  }

  sqlite3* db_;
  ledger::RecordWriter writer_;
  SqlNumber from_;
};

}  // namespace

absl::Status Ledger::export_to(std::ostream& out, const Progress& progress) const {
  const Impl& impl = *impl_;
  const ledger::Reading reading(impl.db.get());
  if (!reading.status().ok()) return impl.of_file(reading.status());
  if (absl::Status s = impl.check_epochs(); !s.ok()) return impl.of_file(s);
  const auto first = impl.first_epoch(), last = impl.last_epoch();
  if (!first.ok()) return first.status();
  if (!last.ok()) return last.status();
  Steps steps(progress, *first, *last);
  Exporter exporter(impl.db.get(), out, *first);
  absl::Status status = exporter.ground();
  if (status.ok()) status = exporter.states();
  if (status.ok()) status = exporter.seals();
  if (status.ok()) status = exporter.objects(steps);
  if (status.ok()) status = exporter.finish();
  return impl.of_file(status);
}

absl::Status Ledger::export_file(const std::string& path, const Progress& progress) const {
  return create_private_file(path, "file", [&](const std::string& draft) {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    if (!out) return absl::FailedPreconditionError(absl::StrCat("cannot write '", path, "'"));
    const absl::Status status = export_to(out, progress);
    if (!absl::IsResourceExhausted(status)) return status;
    return absl::ResourceExhaustedError(absl::StrCat("'", path, "': ", status.message()));
  });
}

}  // namespace yuma
