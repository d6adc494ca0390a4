// SPDX-License-Identifier: MIT
#pragma once

// A subnet in epoch 11 with something of everything, and one good object of each kind.

#include <utility>
#include <vector>

#include "tests/support/subnet.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::test {

struct CheckScenario {
  CheckScenario()
      : subnet({.validators = 4, .miners = 2, .free = 1, .powers = {2, 1, 1, 2}}),
        sealed(subnet.start()) {
    State& state = sealed.state;
    state.epoch = 10;
    state.block = 200;
    state.amendments = 4;
    state.parameters.min_allowed_weights = 2;
    state.parameters.max_weight_limit = 40000;
    state.parameters.weights_version_key = 5;
    state.neurons[2]->since = 11;
    vector = vector_of(state, 1, 10, {4, 5}, {30000, 20000});
    state.commits = {{1, commit_hash(vector)}, {2, Bytes32{2}}};
    state.faults = {{3, ObjectKind::kVote, 10}};
    sealed.block_id.fill(0x44);
  }

  /// The subnet with reveal period 0.
  void without_commits() {
    sealed.state.parameters.reveal_period = 0;
    sealed.state.commits.clear();
  }

  template <class Body>
  SignedObject sign(const Body& body) {
    return sign_body(subnet.keys, body);
  }

  CommitBody commit() const { return {header_of_uid(sealed.state, 1, 11), Bytes32{9}}; }
  HaveBody have() const {
    return {header_of_uid(sealed.state, 2, 11), {{0, Bytes32{1}}, {3, Bytes32{2}}}, {2}, {}};
  }
  BlockBody block() const {
    BlockBody out = empty_block(sealed);
    out.haves = {{0, Bytes32{1}}, {3, Bytes32{2}}};
    out.commits = {{2, Bytes32{3}}};
    out.vectors = {{1, Bytes32{4}}, {2, Bytes32{5}}};
    return out;
  }
  VoteBody vote() const { return {header_of_uid(sealed.state, 3, 11), Bytes32{6}}; }
  AddressBody address() const { return {header_of_uid(sealed.state, 4, 77), {{"host", 1}}}; }
  SealBody seal(const std::vector<std::uint16_t>& voters = {0, 2, 3}) {
    return seal_of(subnet.keys, sealed.state, sign(block()), voters);
  }
  /// Two votes of uid's in an epoch.
  FaultBody fault(std::uint64_t epoch, std::uint16_t uid = 1) {
    VoteBody body{header_of_uid(sealed.state, uid, epoch), Bytes32{1}};
    const SignedObject one = sign(body);
    body.block[0] = 2;
    return fault_of(one, sign(body));
  }
  /// Due since epoch 9.
  AmendmentBody amendment() const {
    AmendmentBody out = next_amendment(sealed.state, {SetOwner{1}});
    out.epoch = 9;
    return out;
  }
  SignedAmendment signed_amendment() {
    return sign_amendment(subnet.keys, sealed.state, amendment(), {0, 2, 3});
  }

  Subnet subnet;
  SealedState sealed;
  VectorBody vector;  ///< opens the commit of uid 1
};

}  // namespace yuma::test
