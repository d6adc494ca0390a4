// SPDX-License-Identifier: MIT
#pragma once

// A small subnet with all its keys: a genesis, and the objects that its members sign. Functions
// take the state, since amendments change who holds a uid; the keyring has every key that was ever
// made.

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "yuma/identity/hash.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/wire/commit_hash.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::test {

/// Keys by number, the same in every run: each fourth is sr25519, the others ed25519, whose
/// signatures are the same each time.
class Keyring {
 public:
  LocalSigner& at(std::size_t number) {
    while (signers_.size() <= number) {
      const std::size_t next = signers_.size();
      const Scheme scheme = next % 4 == 3 ? Scheme::kSr25519 : Scheme::kEd25519;
      const Bytes32 seed = blake2b_256(bytes_of("key " + std::to_string(next)));
      signers_.push_back(std::make_unique<LocalSigner>(KeyPair::from_seed(scheme, seed).value()));
      by_key_[signers_.back()->public_key().bytes] = next;
    }
    return *signers_[number];
  }
  const PublicKey& key(std::size_t number) { return at(number).public_key(); }
  /// The key must be one of this ring.
  LocalSigner& of(const PublicKey& key) { return *signers_[by_key_.at(key.bytes)]; }

 private:
  std::vector<std::unique_ptr<LocalSigner>> signers_;
  std::map<Bytes32, std::size_t> by_key_;
};

struct SubnetShape {
  std::size_t validators = 4;               ///< the first uids; the owner is uid 0
  std::size_t miners = 4;                   ///< the next
  std::size_t free = 0;                     ///< the last
  std::vector<std::uint32_t> powers = {};   ///< of the validators; those not given are 1
  std::uint64_t stake = 1'000'000'000'000;  ///< rao; validator i has i + 1 times as much
  SubnetParameters parameters = default_parameters();

  static SubnetParameters default_parameters() {
    SubnetParameters out;
    out.epoch.tempo = 20;
    out.emission_per_block = 1'000'000'000;
    return out;
  }
};

class Subnet {
 public:
  explicit Subnet(const SubnetShape& shape = {}) {
    State& state = genesis.state;
    state.subnet.netuid = 7;
    state.subnet.mechanism = 1;
    state.genesis_ms = 1'700'000'000'000;
    state.parameters = shape.parameters;
    const std::size_t members = shape.validators + shape.miners;
    state.neurons.resize(members + shape.free);
    for (std::size_t uid = 0; uid < members; ++uid) {
      Neuron& neuron = state.neurons[uid].emplace();
      neuron.hotkey = keys.key(uid);
      if (uid >= shape.validators) continue;
      neuron.power = uid < shape.powers.size() ? shape.powers[uid] : 1;
      neuron.since = neuron.power > 0 ? 1 : 0;
      neuron.stake = shape.stake * (uid + 1);
      neuron.permit = true;
    }
    for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
      state.weights.end_row();
      state.bonds.end_row();
    }
  }

  /// What the first epoch is judged by.
  SealedState start() const { return sealed_state(genesis).value(); }

  Keyring keys;
  Genesis genesis;
};

/// The header of a body of uid's for an epoch.
inline ObjectHeader header_of_uid(const State& state, std::uint16_t uid, std::uint64_t epoch) {
  return {state.subnet, epoch, state.neurons[uid]->hotkey};
}

/// Signs a body with the key of the sender that it names.
template <class Body>
SignedObject sign_body(Keyring& keys, const Body& body) {
  return sign_object(body, keys.of(body.header.sender)).value();
}

/// A vector with a salt of its own for each sender and epoch.
inline VectorBody vector_of(const State& state, std::uint16_t uid, std::uint64_t epoch,
                            std::vector<std::uint16_t> uids, std::vector<std::uint16_t> values) {
  VectorBody out{header_of_uid(state, uid, epoch), 0, {}, std::move(uids), std::move(values)};
  out.version_key = state.parameters.weights_version_key;
  out.salt = {uid, static_cast<std::uint16_t>(epoch), 7};
  return out;
}

/// A vector that weighs each miner (member without power), best the one that `favourite` counts to.
inline VectorBody honest_vector(const State& state, std::uint16_t uid, std::uint64_t epoch,
                                std::size_t favourite = 0) {
  std::vector<std::uint16_t> uids, values;
  for (std::uint16_t miner = 0; miner < state.neurons.size(); ++miner) {
    if (!state.neurons[miner] || power_of(state, miner) > 0) continue;
    values.push_back(static_cast<std::uint16_t>(10'000 + 500 * (miner % 5)));
    uids.push_back(miner);
  }
  if (uids.empty()) return vector_of(state, uid, epoch, {uid}, {65535});
  values[favourite % values.size()] = 65535;
  return vector_of(state, uid, epoch, std::move(uids), std::move(values));
}

inline CommitBody commit_to(const VectorBody& vector) {
  return {vector.header, commit_hash(vector)};
}

/// A have for the epoch under way, of one who holds nothing.
inline HaveBody empty_have(const State& state, std::uint16_t uid) {
  return {header_of_uid(state, uid, state.epoch + 1), {}, {}, {}};
}

/// The owner's block for the epoch under way, a tempo after the last, which names nothing; its
/// state root is zero.
inline BlockBody empty_block(const SealedState& sealed) {
  BlockBody out;
  out.header = header_of_uid(sealed.state, sealed.state.owner, sealed.state.epoch + 1);
  out.parent = sealed.block_id;
  out.number = sealed.state.block + sealed.state.parameters.epoch.tempo;
  return out;
}

/// A seal with the votes of these uids.
inline SealBody seal_of(Keyring& keys, const State& state, const SignedObject& block,
                        const std::vector<std::uint16_t>& voters) {
  const auto body = decode_body<BlockBody>(block.body).value();
  const Bytes32 id = object_id(ObjectKind::kBlock, block.body);
  SealBody out{{block.body, block.signature}, {}};
  for (const auto uid : voters) {
    const VoteBody vote = vote_for(body, id, state.neurons[uid]->hotkey);
    out.votes.push_back({vote.header.sender, sign_body(keys, vote).signature});
  }
  std::sort(out.votes.begin(), out.votes.end(), [](const auto& a, const auto& b) {
    return std::pair(a.signer.scheme, a.signer.bytes) < std::pair(b.signer.scheme, b.signer.bytes);
  });
  return out;
}

/// Two signed bodies of one sender in their order.
inline FaultBody fault_of(const SignedObject& a, const SignedObject& b) {
  FaultBody out{a.kind, {a.body, a.signature}, {b.body, b.signature}};
  if (out.second.body < out.first.body) std::swap(out.first, out.second);
  return out;
}

/// The next amendment, due in the epoch under way.
inline AmendmentBody next_amendment(const State& state, std::vector<Change> changes) {
  return {state.subnet, state.epoch + 1, state.amendments + 1, std::move(changes)};
}

/// An amendment with the signatures of these uids.
inline SignedAmendment sign_amendment(Keyring& keys, const State& state,
                                      const AmendmentBody& amendment,
                                      const std::vector<std::uint16_t>& signers) {
  SignedAmendment out{encode_body(amendment).value(), {}};
  for (const auto uid : signers) {
    out.signatures.push_back(endorse(amendment, keys.of(state.neurons[uid]->hotkey)).value());
  }
  std::sort(out.signatures.begin(), out.signatures.end(), [](const auto& a, const auto& b) {
    return std::pair(a.signer.scheme, a.signer.bytes) < std::pair(b.signer.scheme, b.signer.bytes);
  });
  return out;
}

}  // namespace yuma::test
