// SPDX-License-Identifier: MIT
#pragma once

// A subnet whose validators all do what they should, one epoch at a time: for tests that need
// sealed epochs and do not care how they came about.

#include <optional>
#include <utility>
#include <vector>

#include "tests/support/subnet.hpp"
#include "yuma/replica/apply.hpp"

namespace yuma::test {

/// All objects of one epoch, by uid.
struct HonestEpoch {
  std::vector<SignedObject> commits, vectors, haves;
  SignedObject block;
  SealBody seal;  ///< with the votes of all
  SealedState next;
  EpochResult terms;
};

class HonestSubnet {
 public:
  explicit HonestSubnet(const SubnetShape& shape = {}) : subnet(shape), sealed(subnet.start()) {}

  /// Runs the epoch under way; all validators commit, and open what they committed before.
  HonestEpoch step(std::optional<SignedAmendment> amendment = std::nullopt) {
    HonestEpoch out;
    EpochInputs inputs;
    BlockBody block = empty_block(sealed);
    inputs.number = block.number;
    add_weights(out, inputs, block);
    if (amendment) {
      inputs.amendment = decode_body<AmendmentBody>(amendment->body).value();
      block.amendments = {object_id(ObjectKind::kAmendment, amendment->body)};
    }
    add_haves(out, block);
    auto outcome = apply_epoch(sealed.state, inputs, workspace_).value();
    block.state_root = state_root(outcome.state);
    out.block = sign_body(subnet.keys, block);
    out.seal = seal_of(subnet.keys, sealed.state, out.block, validators(sealed.state));
    out.next = {std::move(outcome.state), object_id(ObjectKind::kBlock, out.block.body)};
    out.terms = std::move(outcome.terms);
    sealed = out.next;
    return out;
  }

  Subnet subnet;
  SealedState sealed;  ///< the last

 private:
  // The vectors that open the commits of the epoch before, and commits to new ones; or with reveal
  // period 0 vectors alone.
  void add_weights(HonestEpoch& out, EpochInputs& inputs, BlockBody& block) {
    const State& state = sealed.state;
    const bool direct = state.parameters.reveal_period == 0;
    std::vector<UidVector> made;
    for (const auto uid : validators(state)) {
      made.push_back({uid, honest_vector(state, uid, state.epoch + 1, state.epoch + uid)});
    }
    for (const auto& item : direct ? made : waiting_) {
      if (!direct && !waits(item)) continue;
      inputs.vectors.push_back(item);
      out.vectors.push_back(sign_body(subnet.keys, item.vector));
      block.vectors.push_back({item.uid, object_id(ObjectKind::kVector, out.vectors.back().body)});
    }
    waiting_.clear();
    if (direct) return;
    for (const auto& [uid, vector] : made) {
      const CommitBody commit = commit_to(vector);
      out.commits.push_back(sign_body(subnet.keys, commit));
      inputs.commits.push_back({uid, commit.hash});
    }
    block.commits = inputs.commits;
    waiting_ = std::move(made);
  }

  // Whether the state still holds the commit: an amendment may have dropped it.
  bool waits(const UidVector& item) const {
    const auto& commits = sealed.state.commits;
    return std::find(commits.begin(), commits.end(), UidHash{item.uid, commit_hash(item.vector)}) !=
           commits.end();
  }

  void add_haves(HonestEpoch& out, BlockBody& block) {
    const State& state = sealed.state;
    HaveBody have;
    have.commits = state.parameters.reveal_period == 0 ? block.vectors : block.commits;
    have.amendments = block.amendments;
    if (state.parameters.reveal_period != 0) set_bits(have, block);
    for (const auto uid : validators(state)) {
      have.header = header_of_uid(state, uid, state.epoch + 1);
      out.haves.push_back(sign_body(subnet.keys, have));
      block.haves.push_back({uid, object_id(ObjectKind::kHave, out.haves.back().body)});
    }
  }

  void set_bits(HaveBody& have, const BlockBody& block) const {
    const auto& commits = sealed.state.commits;
    for (std::size_t i = 0; i < commits.size(); ++i) {
      const bool held = std::any_of(block.vectors.begin(), block.vectors.end(),
                                    [&](const UidHash& v) { return v.uid == commits[i].uid; });
      if (!held) continue;
      have.vectors_held.resize(i / 8 + 1);
      have.vectors_held[i / 8] = static_cast<std::uint8_t>(have.vectors_held[i / 8] | 1U << i % 8);
    }
  }

  std::vector<UidVector> waiting_;  // committed to, not opened
  EpochWorkspace workspace_;
};

}  // namespace yuma::test
