// SPDX-License-Identifier: MIT

// Writing: what a batch must be, and keeping it whole or not at all.

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/impl.hpp"
#include "storage/sqlite_file.hpp"

namespace yuma {

namespace {

absl::string_view words(std::string_view text) { return {text.data(), text.size()}; }

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("keep: ", parts...));
}

/// The epoch that a body is kept under.
absl::StatusOr<std::uint64_t> epoch_of(ObjectKind kind, ByteView body) {
  const auto read = decode_any_body(kind, body);
  if (!read.ok()) return read.status();
  if (const auto* amendment = std::get_if<AmendmentBody>(&*read)) return amendment->epoch;
  if (const ObjectHeader* header = header_of(*read)) return header->epoch;
  return absl::InvalidArgumentError("a body of several");
}

struct EpochOf {
  absl::StatusOr<std::uint64_t> operator()(const SignedObject& object) const {
    return epoch_of(object.kind, object.body);
  }
  absl::StatusOr<std::uint64_t> operator()(const SignedAmendment& object) const {
    return epoch_of(ObjectKind::kAmendment, object.body);
  }
  absl::StatusOr<std::uint64_t> operator()(const FaultBody& fault) const {
    return epoch_of(fault.kind, fault.first.body);
  }
  absl::StatusOr<std::uint64_t> operator()(const SealBody&) const {
    return absl::InvalidArgumentError("a seal is kept with its state");
  }
};

absl::Status check_object(const KeptObject& object, std::size_t index) {
  const auto read = kept_object(object.bytes);
  if (!read.ok()) return wrong("objects[", index, "]: ", read.status().message());
  if (*read == object) return absl::OkStatus();
  return wrong("objects[", index, "] is a ", words(kind_name(read->kind)), " of epoch ",
               read->epoch, " with id ", to_hex(read->id), ", not a ",
               words(kind_name(object.kind)), " of epoch ", object.epoch, " with id ",
               to_hex(object.id));
}

absl::Status check_intent(const Intent& intent, std::size_t index) {
  if (intent.kind > ObjectKind::kVote) {
    return wrong("intents[", index, "] is a ", words(kind_name(intent.kind)),
                 ", which a node does not sign by itself");
  }
  const auto epoch = epoch_of(intent.kind, intent.body);
  if (!epoch.ok()) return wrong("intents[", index, "]: ", epoch.status().message());
  if (*epoch == intent.epoch) return absl::OkStatus();
  return wrong("intents[", index, "] is of epoch ", *epoch, ", not ", intent.epoch);
}

absl::Status check_batch(const KeepBatch& batch) {
  for (std::size_t i = 0; i < batch.objects.size(); ++i) {
    if (absl::Status s = check_object(batch.objects[i], i); !s.ok()) return s;
  }
  for (std::size_t i = 0; i < batch.intents.size(); ++i) {
    if (absl::Status s = check_intent(batch.intents[i], i); !s.ok()) return s;
  }
  if (!batch.seal) return absl::OkStatus();
  const KeptSeal& seal = *batch.seal;
  const ledger::SealRow row{seal.epoch, seal.block_id, seal.seal};
  if (const auto block = ledger::check_seal(row); !block.ok()) {
    return wrong(block.status().message());
  }
  if (seal.state.size() > kMaxStateBytes)
    return wrong("the state has ", seal.state.size(), " bytes");
  if (ledger::is_sealed_by({seal.epoch, seal.block_id, false, seal.state}, row)) {
    return absl::OkStatus();
  }
  return wrong("the seal of epoch ", seal.epoch, " names another state than is to be kept with it");
}

/// Writes a batch into the transaction under way. `refused` is set where a rule is against it, the
/// status where the file is.
class BatchWriter {
 public:
  BatchWriter(sqlite3* db, std::uint64_t last_epoch) : db_(db), last_epoch_(last_epoch) {}

  absl::Status write(const KeepBatch& batch) {
    absl::Status status = ledger::write_objects(db_, batch.objects);
    for (const Intent& intent : batch.intents) {
      if (status.ok()) status = write_intent(intent);
    }
    if (status.ok() && batch.seal) status = write_seal(*batch.seal);
    return status;
  }
  const absl::Status& refused() const { return refused_; }

 private:
  absl::Status write_intent(const Intent& intent) {
    const auto before = ledger::read_intent(db_, intent.kind, intent.epoch);
    if (!before.ok()) return before.status();
    if (!*before) return ledger::write_intent(db_, intent);
    if ((*before)->body != intent.body) {
      refused_ = absl::FailedPreconditionError(
          absl::StrCat("keep: another ", words(kind_name(intent.kind)), " of epoch ", intent.epoch,
                       " was about to be signed: that one is signed, and no other"));
    }
    return absl::OkStatus();
  }

  absl::Status write_seal(const KeptSeal& seal) {
    if (last_epoch_ == std::numeric_limits<std::uint64_t>::max() || seal.epoch != last_epoch_ + 1) {
      refused_ = absl::FailedPreconditionError(
          absl::StrCat("keep: the seal is of epoch ", seal.epoch, ", and the last one kept of ",
                       last_epoch_, ": seals are kept in order, each once"));
      return absl::OkStatus();
    }
    absl::Status status = ledger::write_seal(db_, {seal.epoch, seal.block_id, seal.seal});
    if (status.ok()) {
      status = ledger::write_state(
          db_, {seal.epoch, seal.block_id, ledger::is_checkpoint(seal.epoch), seal.state});
    }
    if (status.ok()) status = ledger::drop_passing_states(db_, seal.epoch);
    return status;
  }

  sqlite3* db_;
  std::uint64_t last_epoch_;
  absl::Status refused_;
};

}  // namespace

absl::StatusOr<KeptObject> kept_object(Bytes bytes) {
  const auto object = decode_object(bytes);
  if (!object.ok()) return object.status();
  const auto epoch = std::visit(EpochOf{}, *object);
  if (!epoch.ok()) return epoch.status();
  const auto id = object_id(*object);
  if (!id.ok()) return id.status();
  KeptObject kept;
  kept.kind = static_cast<ObjectKind>(bytes.front());
  if (kept.kind == ObjectKind::kAddress) {
    return absl::InvalidArgumentError("an address is no part of the agreement");
  }
  kept.epoch = *epoch;
  kept.id = *id;
  kept.bytes = std::move(bytes);
  return kept;
}

absl::Status Ledger::Impl::writable() {
  if (!writes) return absl::FailedPreconditionError("the ledger was opened to be read");
  if (!broken.ok()) return broken;
  // Who opens the path next would not find what is written now.
  if (path.empty() || !has_moved(db.get())) return absl::OkStatus();
  return failed_write(absl::FailedPreconditionError(
      "it was moved or removed while in use: put it back, with the file of the same name and -wal, "
      "and start again"));
}

absl::Status Ledger::Impl::failed_write(const absl::Status& status) {
  absl::Status out = of_file(status);
  if (absl::IsResourceExhausted(status)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(out.message(),
                     ": no room; nothing of this was kept, and nothing is signed "
                     "until there is room. `yuma-lab ledger prune` makes some"));
  }
  if (absl::IsUnavailable(status)) {
    return absl::UnavailableError(
        absl::StrCat(out.message(), ": another program has locked it; nothing of this was kept"));
  }
  broken = absl::Status(out.code(), absl::StrCat(out.message(),
                                                 "; nothing is kept any more until "
                                                 "the ledger is opened anew"));
  return broken;
}

absl::Status Ledger::keep(const KeepBatch& batch) {
  Impl& impl = *impl_;
  if (absl::Status s = impl.writable(); !s.ok()) return s;
  if (absl::Status s = check_batch(batch); !s.ok()) return s;
  SqlTransaction transaction(impl.db.get(), "BEGIN IMMEDIATE");
  if (!transaction.status().ok()) return impl.failed_write(transaction.status());
  const auto last = impl.last_epoch();
  if (!last.ok()) return impl.failed_write(last.status());
  BatchWriter writer(impl.db.get(), *last);
  absl::Status status = writer.write(batch);
  if (status.ok() && !writer.refused().ok()) return writer.refused();
  if (status.ok()) status = transaction.commit();
  return status.ok() ? status : impl.failed_write(status);
}

}  // namespace yuma
