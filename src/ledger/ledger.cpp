// SPDX-License-Identifier: MIT

#include "yuma/ledger/ledger.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "ledger/schema.hpp"
#include "ledger/stream.hpp"
#include "storage/private_file.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

constexpr std::string_view kWhat = "ledger";
constexpr std::uint64_t kLastEpoch = std::numeric_limits<std::uint64_t>::max();

std::string log_of(const std::string& path) { return path + "-wal"; }

/// Takes the lock of the one writer. It lies on the write-ahead log: SQLite keeps that file, and
/// has no lock of its own on it, as long as anybody has the ledger open.
absl::StatusOr<FileDescriptor> lock_to_write(const std::string& path) {
  FileDescriptor fd(::open(log_of(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return errno_error("cannot open", log_of(path));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return errno_error("cannot lock", log_of(path));
  return absl::UnavailableError(
      absl::StrCat("another process writes the ledger '", path,
                   "': a node has one ledger and a ledger one node; stop the other process first"));
}

/// The file itself: the log lies beside it, not beside a link to it.
std::string behind_links(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

bool can_make_files_beside(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return access(parent.empty() ? "." : parent.c_str(), W_OK) == 0;
}

/// Where no file can be made and nobody writes, SQLite is told so: it would ask for a log.
SqliteAccess access_to_read(const std::string& path) {
  std::error_code none;
  const bool in_use = std::filesystem::exists(path + "-shm", none);
  const auto log_size = std::filesystem::file_size(log_of(path), none);
  const bool has_log = !none && (in_use || log_size > 0);
  return has_log || can_make_files_beside(path) ? SqliteAccess::kReadOnly
                                                : SqliteAccess::kImmutable;
}

/// Exported files are what people have at hand who ask for a ledger.
absl::Status check_not_exported(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return absl::OkStatus();
  std::ifstream in(path, std::ios::binary);
  std::string begin(ledger::kExportedBegin.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin != ledger::kExportedBegin) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "'", path, "' is an exported ledger: make a ledger of it with `yuma-lab ledger import`"));
}

absl::Status check_checkpoint(const Genesis& genesis, const SealedState& checkpoint) {
  const auto start = sealed_state(genesis);
  if (!start.ok()) return start.status();
  if (checkpoint.state.subnet != start->state.subnet) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the checkpoint is of network ", to_hex(checkpoint.state.subnet.network), " netuid ",
        checkpoint.state.subnet.netuid, " mechanism ", checkpoint.state.subnet.mechanism,
        ", the genesis of network ", to_hex(start->state.subnet.network), " netuid ",
        start->state.subnet.netuid, " mechanism ", start->state.subnet.mechanism));
  }
  if (checkpoint.state.epoch <= start->state.epoch) {
    return absl::InvalidArgumentError(
        absl::StrCat("the checkpoint is of epoch ", checkpoint.state.epoch,
                     ", not later than the genesis: leave it out to start with the genesis"));
  }
  return check_state(checkpoint.state);
}

absl::Status create_file(const std::string& path, const Genesis& genesis,
                         const SealedState* checkpoint) {
  return create_sqlite_file(path, kWhat, [&](const std::string& draft) {
    auto db = open_sqlite(draft);
    if (!db.ok()) return db.status();
    return ledger::fill_new(db->get(), genesis, checkpoint);
  });
}

/// An intent that is not found where it is looked for would let another body be signed in its
/// place. So those that can still matter are all looked at, in the table and through the index of
/// kind and epoch: neither may lack what the other has.
absl::Status check_newest_intents(sqlite3* db) {
  SqlStatement newest = ledger::select_intents(db, "NOT INDEXED ORDER BY rowid DESC LIMIT 64");
  const auto rows = ledger::all_rows(newest, ledger::intent_of);
  if (!rows.ok()) return rows.status();
  for (const Intent& intent : *rows) {
    const auto found = ledger::read_intent(db, intent.kind, intent.epoch);
    if (!found.ok()) return found.status();
    if (*found != intent) return absl::DataLossError("an index of intents lacks one");
  }
  SqlStatement indexed = ledger::select_intents(db, "ORDER BY epoch DESC, kind DESC LIMIT 64");
  return ledger::all_rows(indexed, ledger::intent_of).status();
}

}  // namespace

namespace ledger {

absl::Status fill_new(sqlite3* db, const Genesis& genesis, const SealedState* checkpoint) {
  auto file = encode_genesis(genesis);
  if (!file.ok()) return file.status();
  if (absl::Status s = prepare_connection(db); !s.ok()) return s;
  if (absl::Status s = make_tables(db); !s.ok()) return s;
  const Ground ground{*std::move(file),
                      checkpoint == nullptr ? genesis.state.epoch : checkpoint->state.epoch};
  absl::Status status = write_ground(db, ground);
  if (status.ok() && checkpoint != nullptr) {
    status = write_state(
        db, {checkpoint->state.epoch, checkpoint->block_id, true, encode_state(checkpoint->state)});
  }
  return status.ok() ? finish_tables(db) : status;
}

absl::Status check_rows(sqlite3* db, std::uint64_t genesis_epoch, std::uint64_t first_epoch) {
  const SqlNumber from = sql_number(first_epoch);
  SqlStatement states(db, "SELECT min(epoch), max(epoch) FROM states WHERE epoch >= ?");
  if (!states.bind(from).next()) return states.status();
  const auto oldest = number_of_sql(states.blob(0)), newest = number_of_sql(states.blob(1));
  if (first_epoch < genesis_epoch || (first_epoch > genesis_epoch && oldest != first_epoch)) {
    return absl::DataLossError(absl::StrCat("no state of epoch ", first_epoch, ", its first"));
  }
  if (oldest == genesis_epoch) {
    return absl::DataLossError(
        absl::StrCat("a state of epoch ", genesis_epoch, ", which is the genesis's"));
  }
  const std::uint64_t last = newest.value_or(first_epoch);

  SqlStatement row(db, "SELECT count(*), min(epoch), max(epoch) FROM seals WHERE epoch >= ?");
  if (!row.bind(from).next()) return row.status();
  const auto count = static_cast<std::uint64_t>(row.integer(0));
  if (count == 0 && last == first_epoch) return absl::OkStatus();
  const auto least = number_of_sql(row.blob(1)), most = number_of_sql(row.blob(2));
  // The one of the first state itself may be there.
  if (count > 0 && least && most == last && *least - first_epoch <= 1 &&
      count == last - *least + 1) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("of the seals of epochs ", first_epoch, " to ", last,
                                          " not each is there once"));
}

}  // namespace ledger

absl::Status Ledger::Impl::of_file(const absl::Status& status) const {
  if (status.ok()) return status;
  // For who runs the node; others only look.
  constexpr const char* kDamaged =
      ". It is damaged: `yuma-lab audit` says what can still be trusted. Import the ledger of "
      "another node, and see docs/ledger.md, \"Backups\", before this node signs again";
  return {status.code(),
          absl::StrCat(path.empty() ? "the ledger" : absl::StrCat("the ledger '", path, "'"), ": ",
                       status.message(), absl::IsDataLoss(status) && writes ? kDamaged : "")};
}

absl::Status Ledger::Impl::load() {
  auto ground = ledger::read_ground(db.get());
  if (!ground.ok()) return ground.status();
  auto read = decode_genesis(ground->genesis);
  if (!read.ok()) return absl::DataLossError(read.status().message());
  genesis = *std::move(read);
  network = blake2b_256(ground->genesis);
  return absl::OkStatus();
}

absl::Status Ledger::Impl::check_epochs() const {
  const auto ground = ledger::read_ground(db.get());
  if (!ground.ok()) return ground.status();
  return ledger::check_rows(db.get(), genesis.state.epoch, ground->first_epoch);
}

absl::Status Ledger::Impl::check_to_go_on() const {
  if (absl::Status s = check_newest_intents(db.get()); !s.ok()) return s;
  if (absl::Status s = check_epochs(); !s.ok()) return s;
  return ledger::read_state(db.get(), 0, kLastEpoch).status();
}

SealedState Ledger::Impl::genesis_state() const {
  SealedState out{genesis.state, network};
  out.state.subnet.network = network;
  return out;
}

absl::StatusOr<std::uint64_t> Ledger::Impl::first_epoch() const {
  SqlStatement row(db.get(), "SELECT first_epoch FROM ground");
  const bool there = row.next();
  if (!row.status().ok()) return of_file(row.status());
  const auto first = there ? number_of_sql(row.blob(0)) : std::nullopt;
  if (!first) return of_file(absl::DataLossError("it has no first epoch"));
  return *first;
}

absl::StatusOr<std::uint64_t> Ledger::Impl::last_epoch() const {
  SqlStatement row(db.get(),
                   "SELECT max(epoch) FROM states WHERE epoch >= (SELECT first_epoch FROM ground)");
  if (!row.next()) return of_file(row.status());
  return number_of_sql(row.blob(0)).value_or(genesis.state.epoch);
}

absl::StatusOr<SealedState> Ledger::Impl::state_at_or_before(std::uint64_t epoch) const {
  const auto first = first_epoch();
  if (!first.ok()) return first.status();
  // Whatever a row says, the state of the genesis is what the genesis says.
  const bool from_genesis = *first == genesis.state.epoch;
  if (from_genesis && epoch == *first) return genesis_state();
  const auto row = ledger::read_state(db.get(), from_genesis ? *first + 1 : *first, epoch);
  if (!row.ok()) return of_file(row.status());
  if (!*row) {
    if (from_genesis && epoch >= *first) return genesis_state();
    return absl::NotFoundError(absl::StrCat("the oldest state is of epoch ", *first,
                                            ", none is of epoch ", epoch, " or before"));
  }
  const ledger::StateRow& kept = **row;
  auto state = decode_state(kept.state);
  if (!state.ok()) return of_file(absl::DataLossError(state.status().message()));
  if (state->epoch != kept.epoch || state->subnet.network != network) {
    return of_file(absl::DataLossError(
        absl::StrCat("the state of epoch ", kept.epoch, " is of another epoch or network")));
  }
  const auto seal = ledger::read_seal(db.get(), kept.epoch);
  if (!seal.ok()) return of_file(seal.status());
  if (*seal && !ledger::is_sealed_by(kept, **seal)) {
    return of_file(absl::DataLossError(
        absl::StrCat("the state of epoch ", kept.epoch, " is another than its seal names")));
  }
  return SealedState{*std::move(state), kept.block_id};
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

const Genesis& Ledger::genesis() const { return impl_->genesis; }
const Bytes32& Ledger::network() const { return impl_->network; }
absl::StatusOr<std::uint64_t> Ledger::first_epoch() const { return impl_->first_epoch(); }
absl::StatusOr<std::uint64_t> Ledger::last_epoch() const { return impl_->last_epoch(); }

absl::Status Ledger::create(const std::string& path, const Genesis& genesis) {
  return create_file(path, genesis, nullptr);
}

absl::Status Ledger::create_at(const std::string& path, const Genesis& genesis,
                               const SealedState& checkpoint) {
  if (absl::Status s = check_checkpoint(genesis, checkpoint); !s.ok()) return s;
  return create_file(path, genesis, &checkpoint);
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::open(const std::string& path) {
  if (absl::Status s = check_not_exported(path); !s.ok()) return s;
  if (absl::Status s = check_private_file(path, kWhat); !s.ok()) return s;
  const std::string file = behind_links(path);
  auto db = open_sqlite(file);
  if (!db.ok()) return db.status();
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->writes = true;
  impl->db = *std::move(db);
  absl::Status status = ledger::prepare_connection(impl->db.get());
  if (status.ok()) status = ledger::check_tables(impl->db.get());
  if (status.ok()) status = ledger::prepare_to_write(impl->db.get());
  if (!status.ok()) return impl->of_file(status);
  auto lock = lock_to_write(file);
  if (!lock.ok()) return lock.status();
  impl->lock = *std::move(lock);
  const ledger::Reading reading(impl->db.get());
  status = reading.status();
  if (status.ok()) status = impl->load();
  if (status.ok()) status = impl->check_to_go_on();
  if (!status.ok()) return impl->of_file(status);
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::open_to_read(const std::string& path) {
  if (absl::Status s = check_file(path, kWhat); !s.ok()) return s;
  if (absl::Status s = check_not_exported(path); !s.ok()) return s;
  const std::string file = behind_links(path);
  auto db = open_sqlite(file, access_to_read(file));
  if (!db.ok()) return db.status();
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->db = *std::move(db);
  absl::Status status = ledger::prepare_connection(impl->db.get());
  if (status.ok()) status = ledger::check_tables(impl->db.get());
  if (status.ok()) status = impl->load();
  if (absl::IsFailedPrecondition(status) && !can_make_files_beside(file) &&
      std::filesystem::exists(log_of(file))) {
    status = absl::FailedPreconditionError(
        absl::StrCat(status.message(),
                     ". What its log holds can be read where files can be made: "
                     "copy both to a folder that can be written to"));
  }
  if (!status.ok()) return impl->of_file(status);
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::open_one_moment(const std::string& path) {
  auto ledger = open_to_read(path);
  if (!ledger.ok()) return ledger;
  Impl& impl = *(*ledger)->impl_;
  impl.moment.emplace(impl.db.get(), "BEGIN");
  // A moment begins with the first thing that is read.
  absl::Status status = impl.moment->status();
  if (status.ok()) status = impl.load();
  if (!status.ok()) return impl.of_file(status);
  return ledger;
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::open_in_memory(const Genesis& genesis,
                                                               const SealedState* checkpoint) {
  auto db = open_sqlite("", SqliteAccess::kMemory);
  if (!db.ok()) return db.status();
  if (absl::Status s = ledger::fill_new(db->get(), genesis, checkpoint); !s.ok()) return s;
  auto impl = std::make_unique<Impl>();
  impl->writes = true;
  impl->db = *std::move(db);
  if (absl::Status s = impl->load(); !s.ok()) return impl->of_file(s);
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::in_memory(const Genesis& genesis) {
  return open_in_memory(genesis, nullptr);
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::in_memory_at(const Genesis& genesis,
                                                             const SealedState& checkpoint) {
  if (absl::Status s = check_checkpoint(genesis, checkpoint); !s.ok()) return s;
  return open_in_memory(genesis, &checkpoint);
}

}  // namespace yuma
