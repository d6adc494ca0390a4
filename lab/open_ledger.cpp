// SPDX-License-Identifier: MIT

#include "lab/open_ledger.hpp"

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lab/report/text.hpp"

namespace yuma::lab {

namespace {

absl::StatusOr<SealBody> read_seal(const Ledger& ledger, std::uint64_t epoch) {
  const auto bytes = ledger.seal(epoch);
  if (!bytes.ok()) return bytes.status();
  auto object = decode_object(*bytes);
  if (!object.ok()) return object.status();
  auto* seal = std::get_if<SealBody>(&*object);
  if (seal == nullptr) return absl::DataLossError("another object where the seal should be");
  return std::move(*seal);
}

/// The ids of all that a block names. Senders of commits that hold no uid are for the check of the
/// seal to find.
std::vector<Bytes32> named_by(const BlockBody& block, const State& state) {
  std::vector<Bytes32> ids;
  for (const auto* list : {&block.haves, &block.vectors}) {
    for (const UidHash& item : *list) ids.push_back(item.hash);
  }
  for (const UidHash& item : block.commits) {
    const bool held = item.uid < state.neurons.size() && state.neurons[item.uid];
    if (held) ids.push_back(commit_id(state, item.uid, item.hash));
  }
  ids.insert(ids.end(), block.faults.begin(), block.faults.end());
  ids.insert(ids.end(), block.amendments.begin(), block.amendments.end());
  return ids;
}

}  // namespace

bool is_exported(const std::string& path) {
  constexpr std::string_view kBegin = "yuma-ledger ";
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;  // a pipe is read once
  std::ifstream in(path, std::ios::binary);
  std::string begin(kBegin.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kBegin;
}

absl::StatusOr<std::unique_ptr<Ledger>> open_ledger(const std::string& path) {
  if (!is_exported(path)) return Ledger::open_one_moment(path);
  std::ifstream in(path, std::ios::binary);
  return Ledger::import_in_memory(in);
}

std::string printable(const absl::Status& status) {
  return one_line({status.message().data(), status.message().size()});
}

absl::StatusOr<LedgerWalk> LedgerWalk::from(const Ledger& ledger, std::uint64_t epoch) {
  auto start = ledger.state_at_or_before(epoch);
  if (!start.ok()) return start.status();
  return LedgerWalk(ledger, *std::move(start));
}

absl::StatusOr<LedgerWalk::Step> LedgerWalk::next() {
  const auto seal = read_seal(ledger_, sealed_.state.epoch + 1);
  if (!seal.ok()) return seal.status();
  auto block = decode_body<BlockBody>(seal->block.body);
  if (!block.ok()) return block.status();
  Step step;
  step.all_held = true;
  std::vector<KeptObject> objects;
  for (const Bytes32& id : named_by(*block, sealed_.state)) {
    auto object = ledger_.object(id);
    if (object.ok()) {
      objects.push_back(*std::move(object));
    } else if (absl::IsNotFound(object.status())) {
      step.all_held = false;
    } else {
      return object.status();
    }
  }
  auto audited = audit_seal(sealed_, *seal, objects, workspace_);
  if (!audited.ok()) return audited.status();
  step.epoch = *std::move(audited);
  step.block = *std::move(block);
  step.objects = objects.size();
  sealed_ = {step.epoch.outcome.state, step.epoch.block_id};
  return step;
}

}  // namespace yuma::lab
