// SPDX-License-Identifier: MIT

// Checks of what is sealed: one block for each epoch, the same state, inclusion, audits.

#include <algorithm>

#include "absl/strings/str_format.h"
#include "tests/simulator/checks.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::simulator {

namespace {

/// All ids that a block names.
std::vector<Bytes32> named_by(const State& before, const BlockBody& block) {
  std::vector<Bytes32> out;
  for (const UidHash& have : block.haves) out.push_back(have.hash);
  for (const auto& [uid, hash] : block.commits) out.push_back(commit_id(before, uid, hash));
  for (const UidHash& vector : block.vectors) out.push_back(vector.hash);
  out.insert(out.end(), block.faults.begin(), block.faults.end());
  out.insert(out.end(), block.amendments.begin(), block.amendments.end());
  return out;
}

template <class Item>
bool contains(const std::vector<Item>& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// Whether a have lists the vector of a commit that is open.
bool has_bit(const HaveBody& have, std::size_t i) {
  return i / 8 < have.vectors_held.size() && (have.vectors_held[i / 8] >> (i % 8) & 1) != 0;
}

}  // namespace

void Checks::on_kept(const Node& node, const KeepBatch& batch) {
  if (batch.seal) record_seal(node, *batch.seal);
}

void Checks::record_seal(const Node& node, const KeptSeal& seal) {
  auto& last = last_kept_[node.id()];
  if (seal.epoch != last + 1) {
    return fail("order", node.id(), absl::StrFormat("keeps seal %d after %d", seal.epoch, last));
  }
  last = seal.epoch;
  auto state = decode_state(seal.state);
  if (!state.ok()) return fail("state", node.id(), std::string(state.status().message()));
  const Bytes32 root = state_root(*state);
  if (const SealedEpoch* known = sealed(seal.epoch)) {
    if (known->block_id != seal.block_id) {
      return fail("fork", node.id(),
                  absl::StrFormat("seals block %s for epoch %d; sealed elsewhere is %s",
                                  short_id(seal.block_id), seal.epoch, short_id(known->block_id)));
    }
    if (known->state_root == root) return;
    return fail("state", node.id(), absl::StrFormat("another state after epoch %d", seal.epoch));
  }
  const auto object = decode_object(seal.seal);
  const auto* body = object.ok() ? std::get_if<SealBody>(&*object) : nullptr;
  if (body == nullptr) return fail("ledger", node.id(), "keeps a seal that is none");
  const auto block = decode_body<BlockBody>(body->block.body);
  check_number(node, *block);
  check_votes(node, seal.epoch, seal.block_id);
  check_inclusion(node, seal.epoch, *block);
  epochs_[seal.epoch] = {seal.block_id, root, *std::move(state)};
}

std::uint64_t Checks::latest_clock(std::optional<NodeId> without) const {
  const auto& unreliable = world_.scenario().unreliable;
  std::uint64_t latest = 0;
  for (const auto& [id, node] : world_.nodes()) {
    const bool counts =
        std::find(unreliable.begin(), unreliable.end(), node->keys_of()) == unreliable.end();
    if (counts && node->honest() && id != without) {
      latest = std::max(latest, node->latest_number());
    }
  }
  return latest;
}

/// At least an honest validator has found it not too early and not ahead of its clock.
void Checks::check_number(const Node& node, const BlockBody& block) {
  const State& before = sealed(block.header.epoch - 1)->state;
  const std::uint64_t due = before.block + before.parameters.epoch.tempo;
  const std::uint64_t latest = latest_clock({});
  if (block.number >= due && block.number <= latest + 2) return;
  fail("number", node.id(),
       absl::StrFormat("block %d, due at %d, where the latest clock shows %d", block.number, due,
                       latest));
}

/// The clock of an honest owner, if it runs ahead, does not spoil the block that it may make: where
/// it and those that are not to be trusted hold less than a third, the others' clocks decide.
void Checks::check_own_number(const Node& owner, const BlockBody& block) {
  const SealedEpoch* before = sealed(block.header.epoch - 1);
  if (before == nullptr) return;
  std::uint64_t power = 0;
  for (const auto& [id, node] : world_.nodes()) {
    const auto& unreliable = world_.scenario().unreliable;
    const bool counts =
        std::find(unreliable.begin(), unreliable.end(), node->keys_of()) == unreliable.end();
    const auto uid = find_validator(before->state, node->key().public_key());
    if (uid && (id == owner.id() || !counts)) power += power_of(before->state, *uid);
  }
  if (is_third(power, total_power(before->state))) return;
  const std::uint64_t due = before->state.block + before->state.parameters.epoch.tempo;
  const std::uint64_t latest = std::max(due, latest_clock(owner.id()));
  if (block.number <= latest) return;
  fail("number", owner.id(),
       absl::StrFormat("makes block %d where the latest clock of others shows %d", block.number,
                       latest));
}

/// So many have voted for it as a seal needs, and not only somebody says so.
void Checks::check_votes(const Node& node, std::uint64_t epoch, const Bytes32& block_id) {
  if (votes_.has_quorum(epoch, block_id, sealed(epoch - 1)->state)) return;
  fail("fork", node.id(),
       absl::StrFormat("seals block %s for epoch %d without a quorum of votes", short_id(block_id),
                       epoch));
}

void Checks::on_sealed(const Node& node, const seal::Sealed& sealed) {
  const SealedEpoch* known = this->sealed(sealed.epoch);
  if (known == nullptr || known->block_id != sealed.block_id) {
    return fail("not kept", node.id(),
                absl::StrFormat("seals epoch %d, but has kept another block", sealed.epoch));
  }
  const SealedState& now = node.engine().sealed();
  const bool differs =
      now.state.epoch == sealed.epoch && state_root(now.state) != known->state_root;
  if (known->state_root != sealed.state_root || differs) {
    fail("state", node.id(), absl::StrFormat("another state root after epoch %d", sealed.epoch));
  }
}

void Checks::note_held(const Node& first, std::uint64_t epoch) {
  Held& held = held_[epoch];
  const SealedEpoch* before = sealed(epoch - 1);
  if (held.begun || before == nullptr || first.engine().sealed().state.epoch + 1 != epoch) return;
  held.begun = true;
  for (const seal::HeldObject& item : first.engine().status().held) {
    const bool counts = item.kind == ObjectKind::kCommit || item.kind == ObjectKind::kVector ||
                        item.kind == ObjectKind::kAmendment;
    if (counts && !is_waiting(first, item)) held.by_all[item.id] = {item.kind, item.uid};
  }
  for (const auto& entry : world_.nodes()) {
    const Node& node = *entry.second;
    if (!node.honest() || !find_validator(before->state, node.key().public_key())) continue;
    std::erase_if(held.by_all, [&node](const auto& item) {
      return node.up() ? node.engine().find(item.first) == nullptr : !node.kept(item.first);
    });
  }
}

void Checks::check_inclusion(const Node& node, std::uint64_t epoch, const BlockBody& block) {
  const State& before = sealed(epoch - 1)->state;
  const std::vector<Bytes32> named = named_by(before, block);
  const Held& held = held_[epoch];
  const bool commits = before.parameters.reveal_period != 0;
  const ObjectKind exempt = commits ? ObjectKind::kCommit : ObjectKind::kVector;
  const auto leaves_out = [&](ObjectKind kind, std::uint16_t uid, std::string_view who) {
    const auto& sender = before.neurons[uid];
    if (kind == exempt && sender && bodies_.has_two(sender->hotkey, kind, epoch)) {
      return world_.summary().count("inclusion", "senders of two");
    }
    fail("inclusion", node.id(),
         absl::StrFormat("block %d leaves out the %s of uid %d that all honest validators %s",
                         epoch, kind_name(kind), uid, who));
  };
  for (const auto& [id, item] : held.by_all) {
    world_.summary().count("inclusion", "held by all before the first have");
    if (!contains(named, id)) leaves_out(item.kind, item.uid, "held");
  }
  if (held.haves.empty()) return;

  // What every honest have lists that was signed by now: the block's haves hold more than a third
  // of honest power.
  const auto all_list = [&](const auto& lists) {
    return std::all_of(held.haves.begin(), held.haves.end(), lists);
  };
  for (const UidHash& item : held.haves.front().commits) {
    if (!all_list([&](const HaveBody& have) { return contains(have.commits, item); })) continue;
    world_.summary().count("inclusion", "listed by all honest haves");
    if (contains(commits ? block.commits : block.vectors, item)) continue;
    leaves_out(commits ? ObjectKind::kCommit : ObjectKind::kVector, item.uid, "list");
  }
  for (std::size_t i = 0; i < before.commits.size(); ++i) {
    if (!all_list([&](const HaveBody& have) { return has_bit(have, i); })) continue;
    world_.summary().count("inclusion", "listed by all honest haves");
    const std::uint16_t uid = before.commits[i].uid;
    const auto of_uid = [&](const UidHash& item) { return item.uid == uid; };
    if (std::any_of(block.vectors.begin(), block.vectors.end(), of_uid)) continue;
    leaves_out(ObjectKind::kVector, uid, "list");
  }
  for (const Bytes32& id : held.haves.front().amendments) {
    if (!all_list([&](const HaveBody& have) { return contains(have.amendments, id); })) continue;
    if (!contains(block.amendments, id)) leaves_out(ObjectKind::kAmendment, 0, "list");
  }
}

void Checks::audit(const Node& node) {
  const auto wrong = [&](std::uint64_t epoch, const std::string& text) {
    fail("audit", node.id(), absl::StrFormat("epoch %d: %s", epoch, text));
  };
  const auto first = node.ledger().first_epoch(), last = node.ledger().last_epoch();
  if (!first.ok() || !last.ok()) return wrong(0, "the ledger does not say which it has");
  auto sealed = node.ledger().state_at_or_before(*first);
  if (!sealed.ok()) return wrong(*first, std::string(sealed.status().message()));
  for (std::uint64_t epoch = *first + 1; epoch <= *last && !failed(); ++epoch) {
    const auto bytes = node.ledger().seal(epoch);
    if (!bytes.ok()) return wrong(epoch, std::string(bytes.status().message()));
    const auto object = decode_object(*bytes);
    const auto& seal = std::get<SealBody>(*object);
    const auto block = decode_body<BlockBody>(seal.block.body);
    std::vector<KeptObject> objects;
    for (const Bytes32& id : named_by(sealed->state, *block)) {
      if (auto kept = node.ledger().object(id); kept.ok()) objects.push_back(*std::move(kept));
    }
    auto audited = audit_seal(*sealed, seal, objects, workspace_);
    if (!audited.ok()) return wrong(epoch, std::string(audited.status().message()));
    world_.summary().count("audits", audited->inclusion_known ? "epochs, with inclusion"
                                                              : "epochs, without all haves");
    sealed->state = std::move(audited->outcome.state);
    sealed->block_id = audited->block_id;
    const SealedEpoch* known = this->sealed(epoch);
    if (known == nullptr || known->block_id != sealed->block_id ||
        known->state_root != state_root(sealed->state)) {
      return wrong(epoch, "another block or state than the one that was sealed");
    }
  }
}

}  // namespace yuma::simulator
