// SPDX-License-Identifier: MIT
#pragma once

// A state that has something in every field: two validators, a free uid, a miner.

#include "yuma/replica/genesis.hpp"

namespace yuma::test {

inline Bytes32 thirty_two(std::uint8_t byte) {
  Bytes32 out;
  out.fill(byte);
  return out;
}

using Rows = std::vector<std::vector<std::pair<std::uint16_t, std::uint16_t>>>;

inline SparseRows<std::uint16_t> rows_of(const Rows& rows) {
  SparseRows<std::uint16_t> out;
  for (const auto& row : rows) {
    for (const auto& [uid, value] : row) out.push(uid, value);
    out.end_row();
  }
  return out;
}

inline State example_state() {
  const auto key = [](Scheme scheme, std::string_view uri) {
    return KeyPair::from_uri(scheme, uri).value().public_key();
  };
  State state;
  state.subnet = {thirty_two(0x11), 7, 1};
  state.epoch = 41;
  state.block = 14760;
  state.genesis_ms = 1'700'000'000'000;
  state.spec_version = 425;
  state.owner = 1;
  state.amendments = 3;
  state.pending_emission = 9;
  state.parameters.emission_per_block = 1'000'000'000;
  state.neurons = {Neuron{key(Scheme::kSr25519, "//Alice"), 2, 1, 0, 5'000'000'000, 14400, 0, true},
                   Neuron{key(Scheme::kEd25519, "//Bob"), 1, 40, 14000, 258, 14399, 2, true},
                   std::nullopt,
                   Neuron{key(Scheme::kSr25519, "//Charlie"), 0, 0, 7, 0, 7, 0, false}};
  state.weights = rows_of({{{3, 65535}}, {{0, 1000}, {3, 258}}, {}, {}});
  state.bonds = rows_of({{{3, 65535}}, {{3, 513}}, {}, {}});
  state.consensus = {0, 0, 0, 65535};
  state.commits = {{1, thirty_two(0x22)}};
  state.faults = {{0, ObjectKind::kVote, 41}, {1, ObjectKind::kCommit, 41}};
  return state;
}

}  // namespace yuma::test
