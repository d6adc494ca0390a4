// SPDX-License-Identifier: MIT
#pragma once

// A node's history: sealed epochs of a small subnet as the batches that its owner's node keeps, in
// the order in which an engine asks for them. Used where a ledger has to be filled.

#include <utility>
#include <vector>

#include "tests/support/honest_subnet.hpp"
#include "yuma/ledger/ledger.hpp"

namespace yuma::test {

/// One epoch as it is kept; the last batch has the seal.
struct HistoryEpoch {
  std::uint64_t epoch = 0;
  std::vector<KeepBatch> batches;
  SealBody seal;
  SealedState next;
  EpochResult terms;
};

inline KeptObject kept(const Object& object) {
  return kept_object(encode_object(object).value()).value();
}

class History {
 public:
  explicit History(const SubnetShape& shape = {}) : honest(shape) {}

  const Genesis& genesis() const { return honest.subnet.genesis; }
  const SealedState& sealed() const { return honest.sealed; }
  SealedState start() const { return honest.subnet.start(); }

  /// An epoch in which all do what they should.
  HistoryEpoch step(const std::optional<SignedAmendment>& amendment = std::nullopt) {
    const State before = honest.sealed.state;
    const HonestEpoch made = honest.step(amendment);
    HistoryEpoch out{made.next.state.epoch, {}, made.seal, made.next, made.terms};
    add_weights(out, before, made);
    KeepBatch haves;
    for (const SignedObject& have : made.haves) haves.objects.push_back(kept(have));
    if (amendment) haves.objects.push_back(kept(*amendment));
    haves.intents.push_back(intent_of(made.haves[0]));
    out.batches.push_back(std::move(haves));
    add_block(out, before, made.block);
    return out;
  }

  /// An epoch without weights whose block carries the fault of a validator: two haves. The owner
  /// must not be that one.
  HistoryEpoch step_with_fault(std::uint16_t faulty) {
    const SealedState before = honest.sealed;
    const State& state = before.state;
    Keyring& keys = honest.subnet.keys;
    HaveBody other = empty_have(state, faulty);
    other.amendments = {Bytes32{1}};
    const FaultBody fault =
        fault_of(sign_body(keys, empty_have(state, faulty)), sign_body(keys, other));
    BlockBody block = empty_block(before);
    block.faults = {fault_id(fault)};
    KeepBatch objects{{kept(fault)}, {}, {}};
    for (const auto uid : validators(state)) {
      if (uid == faulty) continue;
      const SignedObject have = sign_body(keys, empty_have(state, uid));
      block.haves.push_back({uid, object_id(ObjectKind::kHave, have.body)});
      objects.objects.push_back(kept(have));
    }
    EpochInputs inputs;
    inputs.number = block.number;
    inputs.faults = {{faulty, ObjectKind::kHave, state.epoch + 1}};
    EpochOutcome outcome = apply_epoch(state, inputs, workspace_).value();
    block.state_root = state_root(outcome.state);
    const SignedObject signed_block = sign_body(keys, block);
    HistoryEpoch out{state.epoch + 1, {std::move(objects)}, {}, {}, std::move(outcome.terms)};
    out.seal = seal_of(keys, state, signed_block, validators(state));
    out.next = {std::move(outcome.state), object_id(ObjectKind::kBlock, signed_block.body)};
    honest.sealed = out.next;
    add_block(out, state, signed_block);
    return out;
  }

  HonestSubnet honest;

 private:
  static Intent intent_of(const SignedObject& object) {
    return {object.kind, kept(object).epoch, object.body};
  }

  /// The commit and the vector that opens it are decided together.
  static void add_weights(HistoryEpoch& out, const State& before, const HonestEpoch& made) {
    if (!made.commits.empty()) {
      const VectorBody vector =
          honest_vector(before, before.owner, before.epoch + 1, before.epoch + before.owner);
      KeepBatch own{{}, {intent_of(made.commits[0])}, {}};
      own.intents.push_back({ObjectKind::kVector, out.epoch, encode_body(vector).value()});
      out.batches.push_back(std::move(own));
    }
    KeepBatch weights;
    for (const auto* list : {&made.commits, &made.vectors}) {
      for (const SignedObject& object : *list) weights.objects.push_back(kept(object));
    }
    out.batches.push_back(std::move(weights));
  }

  void add_block(HistoryEpoch& out, const State& before, const SignedObject& block) {
    out.batches.push_back({{}, {intent_of(block)}, {}});
    const VoteBody vote = vote_for(decode_body<BlockBody>(block.body).value(), out.next.block_id,
                                   before.neurons[before.owner]->hotkey);
    KeepBatch voting{{kept(block)}, {}, {}};
    voting.intents.push_back({ObjectKind::kVote, out.epoch, encode_body(vote).value()});
    out.batches.push_back(std::move(voting));
    KeepBatch seal;
    seal.seal = KeptSeal{out.epoch, out.next.block_id, encode_object(out.seal).value(),
                         encode_state(out.next.state)};
    out.batches.push_back(std::move(seal));
  }

  EpochWorkspace workspace_;
};

/// Keeps all of an epoch.
inline absl::Status keep_epoch(Ledger& ledger, const HistoryEpoch& epoch) {
  for (const KeepBatch& batch : epoch.batches) {
    if (absl::Status s = ledger.keep(batch); !s.ok()) return s;
  }
  return absl::OkStatus();
}

/// Runs so many epochs and keeps them.
inline absl::Status keep_epochs(Ledger& ledger, History& history, std::size_t epochs) {
  for (std::size_t i = 0; i < epochs; ++i) {
    if (absl::Status s = keep_epoch(ledger, history.step()); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace yuma::test
