// SPDX-License-Identifier: MIT

#include "tests/simulator/forge.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "yuma/seal/block.hpp"

namespace yuma::simulator {

namespace {

template <class Item>
void drop_any(std::vector<Item>& items, Random& random) {
  if (items.empty()) return;
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(random.below(items.size())));
}

void trim(Bytes& bits) {
  while (!bits.empty() && bits.back() == 0) bits.pop_back();
}

struct Another {
  Random& random;

  ObjectBody operator()(CommitBody body) const {
    body.hash = random_hash(random);
    return body;
  }
  ObjectBody operator()(VectorBody body) const {
    if (body.values.empty()) body.version_key += 1;
    for (auto& value : body.values) value = static_cast<std::uint16_t>(value ^ 1U);
    return body;
  }
  ObjectBody operator()(HaveBody body) const {
    if (!body.commits.empty() && random.chance(70)) {
      drop_any(body.commits, random);
    } else {
      body.amendments = {random_hash(random)};
    }
    return body;
  }
  ObjectBody operator()(BlockBody body) const {
    body.number += 1;
    return body;
  }
  ObjectBody operator()(VoteBody body) const {
    body.block = random_hash(random);
    return body;
  }
  template <class Other>
  ObjectBody operator()(Other body) const {
    return body;
  }
};

/// The root of the state that a block leads to, with what the engine holds.
std::optional<Bytes32> root_after(const BlockBody& block, const seal::Engine& engine) {
  std::map<Bytes32, CheckedObject> checked;
  const FindChecked find = [&](const Bytes32& id) -> const CheckedObject* {
    const auto known = checked.find(id);
    if (known != checked.end()) return &known->second;
    const Object* held = engine.find(id);
    if (held == nullptr) return nullptr;
    auto result = check_object(engine.sealed(), *held);
    auto* good = std::get_if<CheckedObject>(&result);
    return good == nullptr ? nullptr : &checked.emplace(id, std::move(*good)).first->second;
  };
  const auto inputs = block_inputs(engine.sealed(), block, find);
  const auto* found = std::get_if<EpochInputs>(&inputs);
  if (found == nullptr) return std::nullopt;
  EpochWorkspace workspace;
  const auto outcome = apply_epoch(engine.sealed().state, *found, workspace);
  if (!outcome.ok()) return std::nullopt;
  return state_root(outcome->state);
}

/// Without one thing that it named.
void leave_out(BlockBody& block, Random& random) {
  if (!block.commits.empty() && random.chance(60)) {
    drop_any(block.commits, random);
  } else if (!block.vectors.empty() && random.chance(60)) {
    drop_any(block.vectors, random);
  } else if (!block.amendments.empty()) {
    block.amendments.clear();
  } else if (!block.faults.empty()) {
    drop_any(block.faults, random);
  } else if (!block.commits.empty()) {
    drop_any(block.commits, random);
  } else {
    drop_any(block.haves, random);
  }
}

}  // namespace

void sort_by_signer(std::vector<Endorsement>& signatures) {
  std::sort(signatures.begin(), signatures.end(), [](const Endorsement& a, const Endorsement& b) {
    return std::tie(a.signer.scheme, a.signer.bytes) < std::tie(b.signer.scheme, b.signer.bytes);
  });
}

Bytes32 random_hash(Random& random) {
  Bytes32 out{};
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random.next());
  return out;
}

std::optional<Said> read_said(const Bytes& bytes) {
  const auto object = decode_object(bytes);
  const auto* one = object.ok() ? std::get_if<SignedObject>(&*object) : nullptr;
  if (one == nullptr) return std::nullopt;
  auto body = decode_any_body(one->kind, one->body);
  if (!body.ok()) return std::nullopt;
  return Said{one->kind, *std::move(body), bytes};
}

std::optional<Bytes> sign_as(const ObjectBody& body, const KeyPair& key) {
  const auto bytes = encode_any_body(body);
  if (!bytes.ok()) return std::nullopt;
  const ObjectKind kind = kind_of(body);
  auto object = encode_object(SignedObject{kind, *bytes, key.sign(signing_bytes(kind, *bytes))});
  return object.ok() ? std::optional(*std::move(object)) : std::nullopt;
}

ObjectBody another_body(const ObjectBody& body, Random& random) {
  return std::visit(Another{random}, body);
}

VectorBody bad_vector(const VectorBody& vector, std::size_t uids, Random& random) {
  VectorBody out = vector;
  const auto last = static_cast<std::uint16_t>(uids);
  switch (random.below(5)) {
    case 0:  // beyond the last uid
      out.uids = {0, last};
      out.values = {1, 1};
      break;
    case 1:  // nothing for anybody
      std::fill(out.values.begin(), out.values.end(), std::uint16_t{0});
      break;
    case 2:  // too few, where there is a minimum
      out.uids.clear();
      out.values.clear();
      break;
    case 3:  // all for one
      out.uids = {static_cast<std::uint16_t>(random.below(uids))};
      out.values = {65535};
      break;
    default:  // one far above the others
      out.uids = {0, static_cast<std::uint16_t>(last - 1)};
      out.values = {1, 65535};
      break;
  }
  return out;
}

HaveBody false_have(HaveBody have, const State& state, Random& random) {
  const auto uids = validators(state);
  const std::uint64_t way = random.below(6);
  if (way == 0) {
    for (UidHash& item : have.commits) item.hash = random_hash(random);
  } else if (way == 1) {
    have.commits.clear();
    for (const std::uint16_t uid : uids) have.commits.push_back({uid, random_hash(random)});
  } else if (way == 2) {
    have.vectors_held.assign((state.commits.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < state.commits.size(); ++i) {
      have.vectors_held[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
    }
  } else if (way == 3) {
    have.vectors_held.clear();
  } else if (way == 4) {
    have.amendments = {random_hash(random), random_hash(random)};
    std::sort(have.amendments.begin(), have.amendments.end());
  } else {
    have.vectors_held = {static_cast<std::uint8_t>(random.next()), 255};  // more bits than commits
    drop_any(have.commits, random);
  }
  trim(have.vectors_held);
  return have;
}

std::optional<Bytes> with_broken_signature(const Bytes& object, Random& random) {
  auto read = decode_object(object);
  if (!read.ok()) return std::nullopt;
  const auto spoil = [&](Signature& signature) { signature[random.below(64)] ^= 1U; };
  if (auto* one = std::get_if<SignedObject>(&*read)) {
    spoil(one->signature);
  } else if (auto* amendment = std::get_if<SignedAmendment>(&*read)) {
    if (amendment->signatures.empty()) return std::nullopt;
    if (random.chance(50)) {
      amendment->signatures.resize(1);
    } else {
      spoil(amendment->signatures[random.below(amendment->signatures.size())].signature);
    }
  } else if (auto* seal = std::get_if<SealBody>(&*read)) {
    if (random.chance(50) || seal->votes.empty()) {
      spoil(seal->block.signature);
    } else {
      spoil(seal->votes[random.below(seal->votes.size())].signature);
    }
  } else if (auto* fault = std::get_if<FaultBody>(&*read)) {
    spoil(random.chance(50) ? fault->first.signature : fault->second.signature);
  }
  auto bytes = encode_object(*read);
  return bytes.ok() ? std::optional(*std::move(bytes)) : std::nullopt;
}

std::optional<Bytes> made_up_seal(const Bytes& block, const SealedState& sealed, const KeyPair& key,
                                  Random& random) {
  const auto object = decode_object(block);
  const auto* one = object.ok() ? std::get_if<SignedObject>(&*object) : nullptr;
  if (one == nullptr || one->kind != ObjectKind::kBlock) return std::nullopt;
  SealBody seal{{one->body, one->signature}, {}};
  if (random.chance(70)) {
    BlockBody other = std::get<BlockBody>(another_body(*decode_body<BlockBody>(one->body), random));
    seal.block.body = *encode_body(other);
    seal.block.signature = key.sign(signing_bytes(ObjectKind::kBlock, seal.block.body));
  }
  const auto body = decode_body<BlockBody>(seal.block.body);
  const Bytes32 id = object_id(ObjectKind::kBlock, seal.block.body);
  const bool alone = random.chance(30);
  for (const auto& neuron : sealed.state.neurons) {
    if (!neuron || neuron->power == 0) continue;
    if (alone && neuron->hotkey != key.public_key()) continue;
    const auto vote = encode_body(vote_for(*body, id, neuron->hotkey));
    seal.votes.push_back({neuron->hotkey, key.sign(signing_bytes(ObjectKind::kVote, *vote))});
  }
  sort_by_signer(seal.votes);
  auto bytes = encode_object(seal);
  return bytes.ok() ? std::optional(*std::move(bytes)) : std::nullopt;
}

Bytes garbage(const Bytes& object, Random& random) {
  Bytes out = object;
  if (out.empty() || random.chance(30)) {
    out.resize(random.below(400));
    for (auto& byte : out) byte = static_cast<std::uint8_t>(random.next());
    return out;
  }
  switch (random.below(3)) {
    case 0:
      for (std::uint64_t i = random.below(4) + 1; i > 0; --i) {
        out[random.below(out.size())] = static_cast<std::uint8_t>(random.next());
      }
      break;
    case 1:
      out.resize(random.below(out.size()));
      break;
    default:
      out.push_back(static_cast<std::uint8_t>(random.next()));
      break;
  }
  return out;
}

std::optional<BlockBody> altered_block(Lie lie, const BlockBody& block, const seal::Engine& engine,
                                       Random& random) {
  if (block.header.epoch != engine.sealed().state.epoch + 1) return std::nullopt;
  BlockBody out = block;
  const std::uint64_t tempo = engine.sealed().state.parameters.epoch.tempo;
  switch (lie) {
    case Lie::kOwnerLeavesOut:
      leave_out(out, random);
      break;
    case Lie::kOwnerWrongRoot:
      out.state_root = random_hash(random);
      return out;
    case Lie::kOwnerTwoBlocks:
      out.number += 1;
      break;
    case Lie::kOwnerWrongParent:
      out.parent = random_hash(random);
      return out;
    case Lie::kOwnerWrongNumber:
      out.number = random.chance(40)   ? engine.sealed().state.block + tempo - 1
                   : random.chance(50) ? out.number + 3
                                       : out.number + 1'000'000;
      break;
    case Lie::kOwnerNamesNothing:
      if (!out.commits.empty() && random.chance(40)) {
        out.commits[random.below(out.commits.size())].hash = random_hash(random);
      } else if (!out.vectors.empty() && random.chance(50)) {
        out.vectors[random.below(out.vectors.size())].hash = random_hash(random);
      } else if (random.chance(50)) {
        out.faults = {random_hash(random)};
      } else {
        out.amendments = {random_hash(random)};
      }
      return out;
    default:
      return std::nullopt;
  }
  const auto root = root_after(out, engine);
  if (!root || out == block) return std::nullopt;
  out.state_root = *root;
  return out;
}

ObjectBody random_body(ObjectKind kind, const ObjectHeader& header, const SealedState& sealed,
                       Random& random) {
  const auto uids = validators(sealed.state);
  const std::uint16_t uid = uids[random.below(uids.size())];
  switch (kind) {
    case ObjectKind::kVector:
      return VectorBody{header, random.next(), {random.u16()}, {0, 1, 2}, {1, random.u16(), 7}};
    case ObjectKind::kHave:
      return HaveBody{header, {{uid, random_hash(random)}}, {}, {}};
    case ObjectKind::kBlock: {
      BlockBody block;
      block.header = header;
      block.parent = sealed.block_id;
      block.number = sealed.state.block + sealed.state.parameters.epoch.tempo;
      block.haves = {{uid, random_hash(random)}};
      return block;
    }
    case ObjectKind::kVote:
      return VoteBody{header, random_hash(random)};
    default:
      return CommitBody{header, random_hash(random)};
  }
}

ObjectKind any_kind(Random& random) {
  return random.pick({ObjectKind::kCommit, ObjectKind::kVector, ObjectKind::kHave,
                      ObjectKind::kBlock, ObjectKind::kVote});
}

std::optional<Bytes> made_up_fault(const ObjectHeader& header, const SealedState& sealed,
                                   const KeyPair& key, Random& random) {
  const ObjectKind kind = any_kind(random);
  FaultBody fault;
  fault.kind = kind;
  for (SignedBody* half : {&fault.first, &fault.second}) {
    const auto body = encode_any_body(random_body(kind, header, sealed, random));
    if (!body.ok()) return std::nullopt;
    *half = {*body, key.sign(signing_bytes(kind, *body))};
  }
  if (fault.second.body < fault.first.body) std::swap(fault.first, fault.second);
  auto bytes = encode_object(fault);
  return bytes.ok() ? std::optional(*std::move(bytes)) : std::nullopt;
}

std::optional<Bytes> bad_amendment(const SealedState& sealed, const KeyPair& key, Random& random) {
  const State& state = sealed.state;
  const auto uids = validators(state);
  AmendmentBody body{state.subnet,
                     state.epoch + random.below(4),
                     state.amendments + 1 + random.below(2),
                     {SetPower{uids[random.below(uids.size())], 1'000'000}}};
  const auto bytes = encode_body(body);
  if (!bytes.ok()) return std::nullopt;
  const Signature signature = key.sign(signing_bytes(ObjectKind::kAmendment, *bytes));
  SignedAmendment amendment{*bytes, {}};
  for (const auto& neuron : state.neurons) {
    if (!neuron || neuron->power == 0) continue;
    if (neuron->hotkey == key.public_key() || random.chance(60)) {
      amendment.signatures.push_back({neuron->hotkey, signature});
    }
  }
  sort_by_signer(amendment.signatures);
  auto object = encode_object(amendment);
  return object.ok() ? std::optional(*std::move(object)) : std::nullopt;
}

}  // namespace yuma::simulator
