// SPDX-License-Identifier: MIT

// The owner's part: one block an epoch, of what the haves list and what it holds.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "seal/engine_impl.hpp"

namespace yuma::seal {

namespace {

std::vector<const HaveBody*> bodies_of(const std::vector<const HeldEntry*>& haves) {
  std::vector<const HaveBody*> out;
  for (const HeldEntry* have : haves) out.push_back(&std::get<HaveBody>(have->checked.body));
  return out;
}

/// The haves that list something: `lists(have)`.
template <class Lists>
std::vector<std::uint16_t> listers(const State& state, const std::vector<const HaveBody*>& haves,
                                   Lists lists) {
  std::vector<std::uint16_t> out;
  for (const HaveBody* have : haves) {
    const auto uid = find_validator(state, have->header.sender);
    if (uid && lists(*have)) out.push_back(*uid);
  }
  return out;
}

template <class Item>
bool contains(const std::vector<Item>& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

/// Pulls what a third of the haves list and is not held; whether nothing is.
bool Engine::Impl::holds_all(const Demands& demands, const std::vector<const HaveBody*>& haves) {
  const bool commits = state().parameters.reveal_period != 0;
  bool all = true;
  const auto need = [&](const Bytes32& id, auto lists) {
    if (pool.find(id) != nullptr) return;
    all = false;
    want({id}, listers(state(), haves, lists));
  };
  for (const UidHash& demand : demands.listed) {
    need(commits ? commit_id(state(), demand.uid, demand.hash) : demand.hash,
         [&](const HaveBody& have) { return contains(have.commits, demand); });
  }
  for (const Bytes32& id : demands.amendments) {
    need(id, [&](const HaveBody& have) { return contains(have.amendments, id); });
  }
  for (const std::uint16_t uid : demands.vectors) {
    if (pool.first(ObjectKind::kVector, uid) != nullptr) continue;
    // Its id is not known: those who have it tell it when they are asked how far they are.
    all = false;
    offers.try_emplace(uid);
    for (const HaveBody* have : haves) {
      if (const auto peer = find_validator(state(), have->header.sender)) ask_status(*peer);
    }
  }
  pull_offered();
  return all;
}

/// The smaller of the own block number and the power-weighted median of those that the senders of
/// the haves show now: a clock that runs ahead, the own one too, does not spoil the block.
std::optional<std::uint64_t> Engine::Impl::block_number(
    const std::vector<const HeldEntry*>& haves) {
  if (!wants_numbers) asked_status.clear();
  wants_numbers = true;
  for (const HeldEntry* have : haves) ask_status(have->checked.uid);
  numbers[*own] = clock;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> shown;  // number, power
  std::uint64_t answered_power = 0;
  for (const HeldEntry* have : haves) {
    const auto found = numbers.find(have->checked.uid);
    if (found == numbers.end()) continue;
    shown.emplace_back(found->second, power_of(state(), found->first));
    answered_power += shown.back().second;
  }
  if (!is_quorum(answered_power, total)) return std::nullopt;
  std::sort(shown.begin(), shown.end());
  std::uint64_t median = 0, below = 0;
  for (const auto& [number, power] : shown) {
    median = number;
    below += power;
    if (2 * below >= answered_power) break;
  }
  return std::max(std::min(clock, median), state().block + state().parameters.epoch.tempo);
}

void Engine::Impl::make_block() {
  const std::uint64_t due = state().block + state().parameters.epoch.tempo;
  if (own != state().owner || intent(ObjectKind::kBlock, epoch()) != nullptr || clock < due) return;
  std::vector<const HeldEntry*> haves;
  std::uint64_t power = 0;
  for (const std::uint16_t v : validators(state())) {
    const HeldEntry* have = pool.first(ObjectKind::kHave, v);
    if (have == nullptr) continue;
    haves.push_back(have);
    power += power_of(state(), v);
  }
  const bool waited = clock >= due + have_wait_blocks(state().parameters);
  if (!is_quorum(power, total) || (power < total && !waited)) return;
  // What the haves list was held when the numbers were asked for; it is looked at once more when
  // they are there.
  if (wants_numbers && !block_number(haves)) return;
  const auto bodies = bodies_of(haves);
  const Demands demands = demands_of(state(), bodies);
  if (!holds_all(demands, bodies)) return;
  const auto number = block_number(haves);
  if (!number) return;

  BlockBody block;
  block.header = header(epoch());
  block.parent = sealed.block_id;
  block.number = *number;
  std::vector<Bytes32> named;
  const auto name = [&](const HeldEntry& held) { named.push_back(held.checked.id); };
  for (const HeldEntry* have : haves) {
    block.haves.push_back({have->checked.uid, have->checked.id});
    name(*have);
  }
  for (const auto& [fault, id] : pool.faults()) {
    block.faults.push_back(id);
    named.push_back(id);
  }
  std::sort(block.faults.begin(), block.faults.end());
  block.amendments = demands.amendments;
  if (const HeldEntry* held = pool.first(ObjectKind::kAmendment, 0);
      block.amendments.empty() && held != nullptr) {
    block.amendments.push_back(held->checked.id);
  }
  named.insert(named.end(), block.amendments.begin(), block.amendments.end());
  const bool commits = state().parameters.reveal_period != 0;
  for (const std::uint16_t v : validators(state())) {
    for (const ObjectKind kind : {ObjectKind::kCommit, ObjectKind::kVector}) {
      const HeldEntry* held = pool.first(kind, v);
      if (held == nullptr) continue;
      const bool listed = kind == (commits ? ObjectKind::kCommit : ObjectKind::kVector);
      if (listed && pool.faults().contains({v, kind, epoch()})) continue;
      name(*held);
      if (kind == ObjectKind::kVector) {
        block.vectors.push_back({v, held->checked.id});
      } else if (commits) {
        block.commits.push_back({v, std::get<CommitBody>(held->checked.body).hash});
      }
    }
  }
  auto inputs = block_inputs(sealed, block, finder());
  auto outcome = apply_epoch(state(), std::get<EpochInputs>(inputs), workspace);
  if (!outcome.ok()) {
    if (std::exchange(no_block, true)) return;
    return notice(Notice::Kind::kRefusedBlock, *own,
                  absl::StrCat("cannot make a block: ", outcome.status().message()), "not_made");
  }
  block.state_root = state_root(outcome->state);
  intend(block, named);
  if (const Bytes* bytes = intent(ObjectKind::kBlock, epoch())) {
    computed = {object_id(ObjectKind::kBlock, *bytes), *std::move(outcome), block.state_root};
  }
}

}  // namespace yuma::seal
