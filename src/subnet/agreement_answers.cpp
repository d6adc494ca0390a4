// SPDX-License-Identifier: MIT

// What other nodes ask for and only the engine or the ledger knows.

#include "absl/strings/str_cat.h"
#include "subnet/agreement.hpp"

namespace yuma::subnet {

namespace {

/// A batch that stays within its bounds.
class BoundedBatch {
 public:
  explicit BoundedBatch(std::size_t most) : most_(most - kLengthBytes) {}

  /// False where there is no room for it.
  bool add(Bytes object, std::size_t reserve = 0) {
    const std::size_t size = batch_size(object.size());
    if (objects_.size() == kMaxBatchObjects || bytes_ + size + reserve > most_) return false;
    bytes_ += size;
    objects_.push_back(std::move(object));
    return true;
  }
  ExchangeAnswer answer() const { return {200, encode_batch(objects_)}; }

 private:
  static constexpr std::size_t kLengthBytes = 4;  // of the list

  std::size_t most_, bytes_ = 0;
  std::vector<Bytes> objects_;
};

}  // namespace

void Agreement::answer(const Question& question) {
  switch (question.kind) {
    case Question::Kind::kObject: {
      auto bytes = find_bytes(question.ids.front());
      return question.answer(bytes ? ExchangeAnswer{200, *std::move(bytes)}
                                   : refuse_exchange(404, "not held here"));
    }
    case Question::Kind::kPull:
      return question.answer(pulled(question.ids));
    case Question::Kind::kSeal:
      return question.answer(seal_with_bodies(question.epoch));
    case Question::Kind::kAddresses: {
      BoundedBatch batch(kMaxAnswerBytes);
      for (const auto& [hotkey, known] : *book_.addresses()) batch.add(known.object);
      return question.answer(batch.answer());
    }
  }
}

std::optional<Bytes> Agreement::find_bytes(const Bytes32& id) const {
  // Where the engine has gone ahead of the disk, what it holds stays here.
  if (stopped_.empty()) {
    if (const Object* held = engine_.find(id)) {
      if (auto bytes = encode_object(*held); bytes.ok()) return *std::move(bytes);
    }
  }
  auto kept = ledger_->object(id);
  if (!kept.ok()) return std::nullopt;
  return std::move(kept->bytes);
}

ExchangeAnswer Agreement::pulled(const std::vector<Bytes32>& ids) const {
  BoundedBatch batch(kMaxBatchBytes);
  for (const Bytes32& id : ids) {
    auto bytes = find_bytes(id);
    if (bytes) batch.add(*std::move(bytes));  // a large one keeps no others back
  }
  return batch.answer();
}

/// The seal of an epoch behind all that its block names. First what is needed to apply it, then
/// what an audit wants; what has no room is pulled by its id.
ExchangeAnswer Agreement::seal_with_bodies(std::uint64_t epoch) const {
  const auto bytes = ledger_->seal(epoch);
  if (!bytes.ok()) {
    return refuse_exchange(404, absl::StrCat("no seal of epoch ", epoch, " here: epochs ",
                                             first_epoch_ + 1, " to ", sealed_->state.epoch));
  }
  const auto object = decode_object(*bytes);
  const auto* seal = object.ok() ? std::get_if<SealBody>(&*object) : nullptr;
  const auto block = seal != nullptr ? decode_body<BlockBody>(seal->block.body)
                                     : absl::InternalError("not a seal");
  if (!block.ok()) return refuse_exchange(500, "the seal cannot be read");
  std::vector<Bytes32> ids;
  for (const UidHash& vector : block->vectors) ids.push_back(vector.hash);
  ids.insert(ids.end(), block->faults.begin(), block->faults.end());
  ids.insert(ids.end(), block->amendments.begin(), block->amendments.end());
  for (const UidHash& have : block->haves) ids.push_back(have.hash);
  BoundedBatch batch(kMaxAnswerBytes);
  const std::size_t room_for_seal = batch_size(bytes->size());
  for (const Bytes32& id : ids) {
    if (auto kept = ledger_->object(id); kept.ok()) {
      batch.add(std::move(kept->bytes), room_for_seal);
    }
  }
  // Commits are named by their hashes.
  if (const auto objects = ledger_->objects(epoch); objects.ok()) {
    for (const KeptObject& kept : *objects) {
      if (kept.kind == ObjectKind::kCommit) batch.add(kept.bytes, room_for_seal);
    }
  }
  batch.add(*bytes);
  return batch.answer();
}

}  // namespace yuma::subnet
