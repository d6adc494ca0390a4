// SPDX-License-Identifier: MIT
#pragma once

// What the checks remember of a run.

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/simulator/fault.hpp"
#include "yuma/replica/state.hpp"

namespace yuma::simulator {

/// What an epoch was sealed with, by the honest node that sealed it first.
struct SealedEpoch {
  Bytes32 block_id{}, state_root{};
  State state;
};

/// The bodies that were signed at each place.
class BodyWatch {
 public:
  /// True where another body is known for this place.
  bool add(const PublicKey& key, ObjectKind kind, std::uint64_t number, const Bytes32& id) {
    auto& ids = ids_[{key.bytes, kind, number}];
    ids.insert(id);
    return ids.size() > 1;
  }
  bool has_two(const PublicKey& key, ObjectKind kind, std::uint64_t number) const {
    const auto found = ids_.find({key.bytes, kind, number});
    return found != ids_.end() && found->second.size() > 1;
  }

 private:
  std::map<std::tuple<Bytes32, ObjectKind, std::uint64_t>, std::set<Bytes32>> ids_;
};

/// All votes that were ever given.
class VoteWatch {
 public:
  void add(std::uint64_t epoch, const Bytes32& block, const PublicKey& key) {
    votes_[epoch][block].insert(key.bytes);
  }
  bool has_quorum(std::uint64_t epoch, const Bytes32& block, const State& before) const {
    const auto blocks = votes_.find(epoch);
    if (blocks == votes_.end()) return false;
    const auto keys = blocks->second.find(block);
    return keys != blocks->second.end() && are_quorum(keys->second, before);
  }
  /// Blocks of an epoch with a quorum by the state before it.
  std::size_t quorums(std::uint64_t epoch, const State& before) const {
    const auto blocks = votes_.find(epoch);
    if (blocks == votes_.end()) return 0;
    std::size_t out = 0;
    for (const auto& [block, keys] : blocks->second) out += are_quorum(keys, before) ? 1U : 0U;
    return out;
  }

 private:
  static bool are_quorum(const std::set<Bytes32>& keys, const State& before) {
    std::uint64_t power = 0;
    for (const auto& neuron : before.neurons) {
      if (neuron && keys.contains(neuron->hotkey.bytes)) power += neuron->power;
    }
    return is_quorum(power, total_power(before));
  }

  std::map<std::uint64_t, std::map<Bytes32, std::set<Bytes32>>> votes_;
};

/// What of an epoch must be in its block.
struct Held {
  struct Item {
    ObjectKind kind = ObjectKind::kCommit;
    std::uint16_t uid = 0;  ///< the sender's; of an amendment 0
  };
  bool begun = false;              ///< a first honest have was made
  std::map<Bytes32, Item> by_all;  ///< held then by every honest validator, by id
  std::vector<HaveBody> haves;     ///< of honest validators
};

}  // namespace yuma::simulator
