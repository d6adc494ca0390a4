// SPDX-License-Identifier: MIT

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "seal/pool.hpp"
#include "yuma/seal/block.hpp"

namespace yuma {

namespace {

/// The ids that a block names: what it needs to be applied, and the haves and commits behind it.
struct NamedIds {
  std::set<Bytes32> needed, evidence;
};

NamedIds named_ids(const State& state, const BlockBody& block) {
  NamedIds out;
  for (const auto& vector : block.vectors) out.needed.insert(vector.hash);
  out.needed.insert(block.faults.begin(), block.faults.end());
  out.needed.insert(block.amendments.begin(), block.amendments.end());
  for (const auto& have : block.haves) out.evidence.insert(have.hash);
  for (const auto& [uid, hash] : block.commits) out.evidence.insert(commit_id(state, uid, hash));
  return out;
}

/// The named ones among kept objects, each checked; what is not as it should be is left out, so
/// that it counts as missing.
class CheckedObjects {
 public:
  void check(const SealedState& sealed, std::span<const KeptObject> kept,
             const std::set<Bytes32>& ids) {
    for (const KeptObject& item : kept) {
      if (!ids.contains(item.id)) continue;
      const auto object = decode_object(item.bytes);
      if (!object.ok()) continue;
      auto result = check_object(sealed, *object);
      signatures_ += seal::signatures_in(*object);
      if (auto* checked = std::get_if<CheckedObject>(&result)) {
        objects_.emplace(checked->id, std::move(*checked));
      } else {
        refused_[item.id] = std::get<RefusedObject>(result).text;
      }
    }
  }

  FindChecked finder() const {
    return [this](const Bytes32& id) -> const CheckedObject* {
      const auto found = objects_.find(id);
      return found == objects_.end() ? nullptr : &found->second;
    };
  }
  /// Why an object that should be there does not count.
  std::string why_missing(const Bytes32& id) const {
    const auto found = refused_.find(id);
    return absl::StrCat("object ", to_hex(id),
                        found == refused_.end() ? " is missing" : " does not count: ",
                        found == refused_.end() ? "" : found->second);
  }
  std::size_t signatures() const { return signatures_; }

 private:
  std::map<Bytes32, CheckedObject> objects_;
  std::map<Bytes32, std::string> refused_;
  std::size_t signatures_ = 0;
};

/// The checked block of a seal.
absl::StatusOr<BlockBody> sealed_block(const SealedState& sealed, const SealBody& seal) {
  const auto result = check_object(sealed, seal);
  if (const auto* refused = std::get_if<RefusedObject>(&result)) {
    return absl::DataLossError(absl::StrCat("the seal: ", refused->text));
  }
  return decode_body<BlockBody>(seal.block.body);
}

absl::StatusOr<EpochInputs> inputs_of(
    const CheckedObjects& objects, std::variant<EpochInputs, MissingObjects, RefusedBlock> found) {
  if (const auto* missing = std::get_if<MissingObjects>(&found)) {
    return absl::DataLossError(objects.why_missing(missing->ids.front()));
  }
  if (const auto* refused = std::get_if<RefusedBlock>(&found)) {
    return absl::DataLossError(absl::StrCat("the block ", refused->text));
  }
  return std::get<EpochInputs>(std::move(found));
}

absl::StatusOr<EpochOutcome> apply_as_sealed(const State& state, const BlockBody& block,
                                             const EpochInputs& inputs, EpochWorkspace& workspace) {
  auto outcome = apply_epoch(state, inputs, workspace);
  if (!outcome.ok()) return absl::DataLossError(outcome.status().message());
  const Bytes32 root = state_root(outcome->state);
  if (root == block.state_root) return outcome;
  return absl::DataLossError(absl::StrCat("the state root is ", to_hex(root),
                                          ", and the block has ", to_hex(block.state_root)));
}

}  // namespace

absl::StatusOr<EpochOutcome> replay_seal(const SealedState& sealed, const SealBody& seal,
                                         std::span<const KeptObject> objects,
                                         EpochWorkspace& workspace) {
  const auto block = sealed_block(sealed, seal);
  if (!block.ok()) return block.status();
  CheckedObjects checked;
  checked.check(sealed, objects, named_ids(sealed.state, *block).needed);
  const auto inputs = inputs_of(checked, block_inputs(sealed, *block, checked.finder()));
  if (!inputs.ok()) return inputs.status();
  return apply_as_sealed(sealed.state, *block, *inputs, workspace);
}

absl::StatusOr<AuditedEpoch> audit_seal(const SealedState& sealed, const SealBody& seal,
                                        std::span<const KeptObject> objects,
                                        EpochWorkspace& workspace) {
  const auto block = sealed_block(sealed, seal);
  if (!block.ok()) return block.status();
  CheckedObjects checked;
  NamedIds ids = named_ids(sealed.state, *block);
  ids.needed.merge(ids.evidence);
  checked.check(sealed, objects, ids.needed);

  AuditedEpoch out;
  auto judged = judge_block(sealed, *block, checked.finder());
  out.inclusion_known = !std::holds_alternative<MissingObjects>(judged);
  if (!out.inclusion_known) judged = block_inputs(sealed, *block, checked.finder());
  auto inputs = inputs_of(checked, std::move(judged));
  if (!inputs.ok()) return inputs.status();
  auto outcome = apply_as_sealed(sealed.state, *block, *inputs, workspace);
  if (!outcome.ok()) return outcome.status();
  out.inputs = *std::move(inputs);
  out.outcome = *std::move(outcome);
  out.block_id = object_id(ObjectKind::kBlock, seal.block.body);
  out.signatures = 1 + seal.votes.size() + checked.signatures();
  return out;
}

}  // namespace yuma
