// SPDX-License-Identifier: MIT

#include "yuma/seal/block.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

/// Looks up what a block names and remembers what is wrong first and all that is missing.
class Named {
 public:
  Named(const State& state, const FindChecked& find) : state_(state), find_(find) {}

  /// The object with this id if it is held and of this kind; `uid` is its sender, where it has one.
  const CheckedObject* get(ObjectKind kind, const Bytes32& id, std::optional<std::uint16_t> uid) {
    const CheckedObject* held = find_(id);
    if (held == nullptr) {
      missing_.ids.push_back(id);
      return nullptr;
    }
    if (held->kind == kind && (!uid || held->uid == *uid)) return held;
    refuse(BlockRefusal::kWrongObject, "names ", name(held->kind), " of uid ", held->uid,
           " where it needs ", name(kind), uid ? absl::StrCat(" of uid ", *uid) : "");
    return nullptr;
  }

  template <class... Parts>
  void refuse(BlockRefusal reason, const Parts&... parts) {
    if (!refused_) refused_ = RefusedBlock{reason, absl::StrCat(parts...)};
  }

  std::variant<EpochInputs, MissingObjects, RefusedBlock> result(EpochInputs inputs) {
    if (refused_) return *refused_;
    if (!missing_.ids.empty()) return std::move(missing_);
    return inputs;
  }
  bool complete() const { return !refused_ && missing_.ids.empty(); }
  const State& state() const { return state_; }

 private:
  static absl::string_view name(ObjectKind kind) {
    const std::string_view word = kind_name(kind);
    return {word.data(), word.size()};
  }

  const State& state_;
  const FindChecked& find_;
  MissingObjects missing_;
  std::optional<RefusedBlock> refused_;
};

void collect_vectors(Named& named, const BlockBody& block, EpochInputs& inputs) {
  for (const auto& [uid, id] : block.vectors) {
    const CheckedObject* held = named.get(ObjectKind::kVector, id, uid);
    if (held != nullptr) inputs.vectors.push_back({uid, std::get<VectorBody>(held->body)});
  }
}

void collect_faults(Named& named, const BlockBody& block, EpochInputs& inputs) {
  for (const Bytes32& id : block.faults) {
    const CheckedObject* held = named.get(ObjectKind::kFault, id, std::nullopt);
    if (held == nullptr) continue;
    const auto& fault = std::get<FaultBody>(held->body);
    inputs.faults.push_back({held->uid, fault.kind, held->epoch});
  }
  const auto key = [](const CountedFault& f) { return std::tie(f.uid, f.kind, f.epoch); };
  std::sort(inputs.faults.begin(), inputs.faults.end(),
            [&](const CountedFault& a, const CountedFault& b) { return key(a) < key(b); });
  const auto twice = std::adjacent_find(inputs.faults.begin(), inputs.faults.end());
  if (twice != inputs.faults.end()) {
    named.refuse(BlockRefusal::kRepeatsFault, "carries two faults of uid ", twice->uid,
                 " of one kind in epoch ", twice->epoch);
  }
}

void collect_amendment(Named& named, const BlockBody& block, EpochInputs& inputs) {
  for (const Bytes32& id : block.amendments) {
    const CheckedObject* held = named.get(ObjectKind::kAmendment, id, std::nullopt);
    if (held != nullptr) inputs.amendment = std::get<AmendmentBody>(held->body);
  }
}

EpochInputs collect(Named& named, const BlockBody& block) {
  EpochInputs inputs;
  inputs.number = block.number;
  inputs.commits = block.commits;
  collect_vectors(named, block, inputs);
  collect_faults(named, block, inputs);
  collect_amendment(named, block, inputs);
  return inputs;
}

/// The haves, if they are all held and a quorum.
std::vector<const HaveBody*> collect_haves(Named& named, const BlockBody& block) {
  std::vector<const HaveBody*> haves;
  std::uint64_t power = 0;
  for (const auto& [uid, id] : block.haves) {
    power += power_of(named.state(), uid);
    const CheckedObject* held = named.get(ObjectKind::kHave, id, uid);
    if (held != nullptr) haves.push_back(&std::get<HaveBody>(held->body));
  }
  const std::uint64_t total = total_power(named.state());
  if (!is_quorum(power, total)) {
    named.refuse(BlockRefusal::kNoQuorum, "its haves have ", power, " of ", total, " votes");
  }
  return haves;
}

/// The kind of object that a have lists by sender: commits, or vectors where there are none.
ObjectKind listed_kind(const State& state) {
  return state.parameters.reveal_period == 0 ? ObjectKind::kVector : ObjectKind::kCommit;
}

bool holds(const std::vector<UidHash>& items, const UidHash& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool names_sender(const std::vector<UidHash>& items, std::uint16_t uid) {
  return std::any_of(items.begin(), items.end(), [&](const UidHash& i) { return i.uid == uid; });
}

/// What a third lists is in, but for senders of two whose fault is in instead.
void require_inclusion(Named& named, const BlockBody& block, const EpochInputs& inputs,
                       const Demands& demands) {
  const ObjectKind kind = listed_kind(named.state());
  const auto& listed = kind == ObjectKind::kCommit ? block.commits : block.vectors;
  const auto faulty = [&](std::uint16_t uid) {
    const CountedFault fault{uid, kind, named.state().epoch + 1};
    return std::find(inputs.faults.begin(), inputs.faults.end(), fault) != inputs.faults.end();
  };
  for (const UidHash& demand : demands.listed) {
    if (holds(listed, demand) || faulty(demand.uid)) continue;
    named.refuse(kind == ObjectKind::kCommit ? BlockRefusal::kLeavesOutCommit
                                             : BlockRefusal::kLeavesOutVector,
                 "leaves out what a third of its haves list of uid ", demand.uid);
  }
  for (const UidHash& item : listed) {
    if (!faulty(item.uid)) continue;
    named.refuse(BlockRefusal::kFaultyCommit, "takes one of two bodies of uid ", item.uid,
                 " although it carries the fault");
  }
  for (const std::uint16_t uid : demands.vectors) {
    if (names_sender(block.vectors, uid)) continue;
    named.refuse(BlockRefusal::kLeavesOutVector, "leaves out the vector of uid ", uid,
                 ", which a third of its haves list");
  }
  for (const Bytes32& id : demands.amendments) {
    if (std::find(block.amendments.begin(), block.amendments.end(), id) != block.amendments.end()) {
      continue;
    }
    named.refuse(BlockRefusal::kLeavesOutAmendment,
                 "leaves out an amendment that a third of its haves list");
  }
}

}  // namespace

std::string_view refusal_name(BlockRefusal reason) {
  switch (reason) {
    case BlockRefusal::kNoQuorum:
      return "no_quorum";
    case BlockRefusal::kWrongObject:
      return "wrong_object";
    case BlockRefusal::kLeavesOutCommit:
      return "leaves_out_commit";
    case BlockRefusal::kLeavesOutVector:
      return "leaves_out_vector";
    case BlockRefusal::kLeavesOutAmendment:
      return "leaves_out_amendment";
    case BlockRefusal::kFaultyCommit:
      return "faulty_commit";
    case BlockRefusal::kRepeatsFault:
      return "repeats_fault";
    case BlockRefusal::kEarly:
      return "early";
    case BlockRefusal::kStateRoot:
      return "state_root";
  }
  return "unknown";
}

Bytes32 commit_id(const State& state, std::uint16_t uid, const Bytes32& hash) {
  CommitBody body;
  body.header = {state.subnet, state.epoch + 1, state.neurons[uid]->hotkey};
  body.hash = hash;
  const auto bytes = encode_body(body);
  return object_id(ObjectKind::kCommit, *bytes);
}

Demands demands_of(const State& state, std::span<const HaveBody* const> haves) {
  std::map<std::pair<std::uint16_t, Bytes32>, std::uint64_t> commits;
  std::map<Bytes32, std::uint64_t> amendments;
  std::vector<std::uint64_t> vectors(state.commits.size());
  for (const HaveBody* have : haves) {
    const auto uid = find_validator(state, have->header.sender);
    const std::uint64_t power = uid ? power_of(state, *uid) : 0;
    for (const auto& [sender, hash] : have->commits) commits[{sender, hash}] += power;
    for (const Bytes32& id : have->amendments) amendments[id] += power;
    for (std::size_t i = 0; i < vectors.size() && i / 8 < have->vectors_held.size(); ++i) {
      if ((have->vectors_held[i / 8] >> (i % 8) & 1) != 0) vectors[i] += power;
    }
  }
  const std::uint64_t total = total_power(state);
  Demands out;
  for (const auto& [item, power] : commits) {
    if (is_third(power, total)) out.listed.push_back({item.first, item.second});
  }
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (is_third(vectors[i], total)) out.vectors.push_back(state.commits[i].uid);
  }
  for (const auto& [id, power] : amendments) {
    if (out.amendments.size() < kMaxAmendments && is_third(power, total)) {
      out.amendments.push_back(id);
    }
  }
  return out;
}

std::variant<EpochInputs, MissingObjects, RefusedBlock> block_inputs(const SealedState& sealed,
                                                                     const BlockBody& block,
                                                                     const FindChecked& find) {
  Named named(sealed.state, find);
  EpochInputs inputs = collect(named, block);
  return named.result(std::move(inputs));
}

std::variant<EpochInputs, MissingObjects, RefusedBlock> judge_block(const SealedState& sealed,
                                                                    const BlockBody& block,
                                                                    const FindChecked& find) {
  const State& state = sealed.state;
  Named named(state, find);
  if (block.number < state.block + state.parameters.epoch.tempo) {
    named.refuse(BlockRefusal::kEarly, "block ", block.number, " is before ", state.block,
                 " + tempo ", state.parameters.epoch.tempo);
  }
  const std::vector<const HaveBody*> haves = collect_haves(named, block);
  EpochInputs inputs = collect(named, block);
  for (const auto& [uid, hash] : block.commits) {
    named.get(ObjectKind::kCommit, commit_id(state, uid, hash), uid);
  }
  // Before everything is held it is not known what a third lists.
  if (named.complete()) require_inclusion(named, block, inputs, demands_of(state, haves));
  return named.result(std::move(inputs));
}

}  // namespace yuma
