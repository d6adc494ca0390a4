// SPDX-License-Identifier: MIT

// Checks of each node by itself: memory, order, what it signs and sends.

#include "tests/simulator/checks.hpp"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "tests/simulator/keys.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::simulator {

namespace {

/// The body of a signed object; nothing for other kinds.
std::optional<ObjectBody> body_in(const Bytes& bytes) {
  const auto object = decode_object(bytes);
  if (!object.ok()) return std::nullopt;
  const auto* one = std::get_if<SignedObject>(&*object);
  if (one == nullptr) return std::nullopt;
  auto body = decode_any_body(one->kind, one->body);
  return body.ok() ? std::optional(*std::move(body)) : std::nullopt;
}

}  // namespace

bool is_waiting(const Node& node, const seal::HeldObject& held) {
  const Object* object = node.engine().find(held.id);
  const auto* amendment = object != nullptr ? std::get_if<SignedAmendment>(object) : nullptr;
  if (amendment == nullptr) return false;
  const State& state = node.engine().sealed().state;
  const auto body = decode_body<AmendmentBody>(amendment->body);
  return body->number != state.amendments + 1 || body->epoch > state.epoch + 1;
}

UsageBound usage_bound(std::size_t validators) {
  // Of each validator: commit, vector, have, block and vote of this epoch, those of the epoch
  // before and one of each kept for the next, a second commit, vector and have that a block names,
  // and faults of five kinds in two epochs, twice: the first, and one that a block names. The rest
  // is for amendments. Small subnets have small objects; the largest are a block that names
  // everything and faults of two such.
  const std::size_t objects = validators * (5 + 5 + 5 + 3 + 2 * 5 * 2) + 16;
  return {objects, objects * (2048 + 256 * validators)};
}

void Checks::fail(std::string_view check, NodeId node, std::string text) {
  if (violation_) return;
  world_.trace().line(node, "VIOLATION of %s: %s", check, text);
  violation_ = {std::string(check), node, world_.now(), std::move(text)};
}

void Checks::begin(const SealedState& genesis) {
  epochs_.clear();
  last_kept_.clear();
  held_.clear();
  sent_.clear();
  bodies_ = {};
  votes_ = {};
  epochs_[genesis.state.epoch] = {genesis.block_id, state_root(genesis.state), genesis.state};
}

const SealedEpoch* Checks::sealed(std::uint64_t epoch) const {
  const auto found = epochs_.find(epoch);
  return found == epochs_.end() ? nullptr : &found->second;
}

bool Checks::is_liars_key(const PublicKey& key) const {
  const auto& nodes = world_.nodes();
  return std::any_of(nodes.begin(), nodes.end(), [&](const auto& item) {
    return !item.second->honest() && item.second->owns(key);
  });
}

void Checks::on_start(const Node& node) {
  const SealedState& sealed = node.engine().sealed();
  const auto last = last_kept_.try_emplace(node.id(), sealed.state.epoch).first->second;
  if (sealed.state.epoch != last) {
    fail("order", node.id(),
         absl::StrFormat("starts at epoch %d after it had kept %d", sealed.state.epoch, last));
  }
  const SealedEpoch* known = this->sealed(sealed.state.epoch);
  if (known == nullptr || known->block_id != sealed.block_id ||
      known->state_root != state_root(sealed.state)) {
    fail("ledger", node.id(),
         absl::StrFormat("gives back another state of epoch %d", sealed.state.epoch));
  }
  // What it held in memory only is gone.
  for (auto& [epoch, held] : held_) {
    if (epoch != sealed.state.epoch + 1) continue;
    std::erase_if(held.by_all,
                  [&](const auto& item) { return node.engine().find(item.first) == nullptr; });
  }
}

void Checks::on_crash(const Node& node) { sent_.erase(node.id()); }

void Checks::on_actions(const Node& node, const std::vector<seal::Action>& actions) {
  check_usage(node);
  for (const seal::Action& action : actions) {
    const auto* keep = std::get_if<seal::Keep>(&action);
    if (keep == nullptr) continue;
    for (const Intent& intent : keep->batch.intents) {
      const auto body = decode_any_body(intent.kind, intent.body);
      if (!body.ok()) return fail("signer", node.id(), "what it is about to sign cannot be read");
      if (const auto* block = std::get_if<BlockBody>(&*body)) check_own_number(node, *block);
      const auto* have = std::get_if<HaveBody>(&*body);
      if (have == nullptr) continue;
      check_have(node, *have);
      note_held(node, intent.epoch);
    }
  }
}

void Checks::check_usage(const Node& node) {
  const auto usage = node.engine().usage();
  const UsageBound bound = usage_bound(validators(node.engine().sealed().state).size());
  world_.summary().most("objects held", usage.objects);
  world_.summary().most("bytes held", usage.bytes);
  world_.summary().most("percent of the bound on objects", 100 * usage.objects / bound.objects);
  if (usage.objects > bound.objects || usage.bytes > bound.bytes) {
    fail("memory", node.id(),
         absl::StrFormat("%d objects of %d bytes; at most %d of %d", usage.objects, usage.bytes,
                         bound.objects, bound.bytes));
  }
}

void Checks::check_have(const Node& node, const HaveBody& have) {
  const State& state = node.engine().sealed().state;
  if (have.header.epoch != state.epoch + 1) return;  // sealed since in the same step
  const bool commits = state.parameters.reveal_period != 0;
  const auto lists = [&](std::uint16_t uid) {
    return std::any_of(have.commits.begin(), have.commits.end(),
                       [&](const UidHash& item) { return item.uid == uid; });
  };
  const auto has_bit = [&](std::uint16_t uid) {
    for (std::size_t i = 0; i < state.commits.size(); ++i) {
      if (state.commits[i].uid != uid) continue;
      return i / 8 < have.vectors_held.size() && (have.vectors_held[i / 8] >> (i % 8) & 1) != 0;
    }
    return false;
  };
  for (const seal::HeldObject& held : node.engine().status().held) {
    bool listed = true;
    if (held.kind == ObjectKind::kCommit) listed = lists(held.uid);
    if (held.kind == ObjectKind::kVector) listed = commits ? has_bit(held.uid) : lists(held.uid);
    if (held.kind == ObjectKind::kAmendment) {
      listed = !have.amendments.empty() || is_waiting(node, held);
    }
    if (listed) continue;
    fail("have", node.id(),
         absl::StrFormat("for epoch %d without the %s of uid %d that it holds", have.header.epoch,
                         kind_name(held.kind), held.uid));
  }
}

void Checks::on_signed(const Node& node, const seal::Sign& sign,
                       const std::variant<Signature, Refuse>& answer) {
  const auto body = decode_any_body(sign.kind, sign.body);
  const ObjectHeader* header = body.ok() ? header_of(*body) : nullptr;
  if (header == nullptr) return fail("signer", node.id(), "asked for what cannot be read");
  const std::uint64_t under_way = node.engine().sealed().state.epoch + 1;
  if (const auto* refused = std::get_if<Refuse>(&answer)) {
    return fail("signer", node.id(),
                absl::StrFormat("refuses a %s for epoch %d: %s", kind_name(sign.kind),
                                header->epoch, refused->text));
  }
  if (header->epoch > under_way) {
    return fail("order", node.id(),
                absl::StrFormat("signs a %s for epoch %d before the seal of %d",
                                kind_name(sign.kind), header->epoch, header->epoch - 1));
  }
  if (bodies_.add(header->sender, sign.kind, header->epoch, object_id(sign.kind, sign.body))) {
    return fail(
        "two bodies", node.id(),
        absl::StrFormat("signs a second %s for epoch %d", kind_name(sign.kind), header->epoch));
  }
  if (const auto* vote = std::get_if<VoteBody>(&*body)) count_vote(node, *vote);
  if (const auto* have = std::get_if<HaveBody>(&*body)) {
    held_[have->header.epoch].haves.push_back(*have);
  }
}

void Checks::on_said(const Node& liar, const Bytes& object) {
  const auto whole = decode_object(object);
  const auto* fault = whole.ok() ? std::get_if<FaultBody>(&*whole) : nullptr;
  if (fault != nullptr) {
    for (const SignedBody* half : {&fault->first, &fault->second}) {
      on_said(liar, *encode_object(SignedObject{fault->kind, half->body, half->signature}));
    }
    return;
  }
  const auto body = body_in(object);
  if (!body || header_of(*body) == nullptr || !liar.owns(header_of(*body)->sender)) return;
  const ObjectHeader& header = *header_of(*body);
  bodies_.add(header.sender, kind_of(*body), header.epoch,
              object_id(kind_of(*body), *encode_any_body(*body)));
  if (const auto* vote = std::get_if<VoteBody>(&*body)) count_vote(liar, *vote);
}

void Checks::count_vote(const Node& node, const VoteBody& vote) {
  votes_.add(vote.header.epoch, vote.block, vote.header.sender);
  const SealedEpoch* before = sealed(vote.header.epoch - 1);
  if (before == nullptr || votes_.quorums(vote.header.epoch, before->state) < 2) return;
  fail("fork", node.id(),
       absl::StrFormat("two blocks of epoch %d have a quorum of votes", vote.header.epoch));
}

void Checks::need_kept(const Node& node, const Bytes32& id, std::string_view what) {
  if (node.kept(id)) return;
  fail("not kept", node.id(), absl::StrFormat("%s %s was not kept", what, short_id(id)));
}

void Checks::check_block_is_kept(const Node& node, const BlockBody& block) {
  const State& state = node.engine().sealed().state;
  for (const UidHash& have : block.haves) need_kept(node, have.hash, "a have in a block,");
  for (const UidHash& vector : block.vectors) need_kept(node, vector.hash, "a vector in a block,");
  for (const Bytes32& id : block.faults) need_kept(node, id, "a fault in a block,");
  for (const Bytes32& id : block.amendments) need_kept(node, id, "an amendment in a block,");
  if (block.header.epoch != state.epoch + 1) return;
  for (const auto& [uid, hash] : block.commits) {
    need_kept(node, commit_id(state, uid, hash), "a commit in a block,");
  }
}

void Checks::check_named_are_kept(const Node& node, const ObjectBody& body) {
  const State& state = node.engine().sealed().state;
  if (const auto* have = std::get_if<HaveBody>(&body)) {
    for (const Bytes32& id : have->amendments) need_kept(node, id, "an amendment in a have,");
    if (have->header.epoch != state.epoch + 1) return;
    for (const auto& [uid, hash] : have->commits) {
      const bool commits = state.parameters.reveal_period != 0;
      need_kept(node, commits ? commit_id(state, uid, hash) : hash, "a body in a have,");
    }
  } else if (const auto* block = std::get_if<BlockBody>(&body)) {
    check_block_is_kept(node, *block);
  } else if (const auto* vote = std::get_if<VoteBody>(&body)) {
    need_kept(node, vote->block, "the block of a vote,");
    const auto kept = node.ledger().object(vote->block);
    const auto named = kept.ok() ? body_in(kept->bytes) : std::nullopt;
    if (named) check_block_is_kept(node, std::get<BlockBody>(*named));
  }
}

void Checks::on_send(const Node& node, const seal::Send& send) {
  const auto object = decode_object(send.object);
  if (!object.ok()) return fail("not kept", node.id(), "sends what cannot be read");
  if (const auto* seal = std::get_if<SealBody>(&*object)) {
    const auto block = decode_body<BlockBody>(seal->block.body);
    if (!node.kept_seal(block->header.epoch)) {
      fail("not kept", node.id(), absl::StrFormat("the seal of %d", block->header.epoch));
    }
    return;
  }
  const Bytes32 id = *object_id(*object);
  const auto body = body_in(send.object);
  if (!body || !sent_[node.id()].insert(id).second) return;
  world_.trace().line(node.id(), "sends %s %s of epoch %d", kind_name(kind_of(*body)), short_id(id),
                      header_of(*body)->epoch);
  need_kept(node, id, kind_name(kind_of(*body)));
  check_named_are_kept(node, *body);
}

void Checks::on_notice(const Node& node, const seal::Notice& notice) {
  using Kind = seal::Notice::Kind;
  static constexpr std::string_view kNames[] = {"fault",      "refused object", "refused block",
                                                "two blocks", "state differs",  "vector missed"};
  world_.summary().count("notices", kNames[static_cast<std::size_t>(notice.kind)]);
  if (notice.kind == Kind::kStateDiffers) return fail("state", node.id(), notice.text);
  const bool accuses = notice.kind == Kind::kFault || notice.kind == Kind::kTwoBlocks ||
                       notice.kind == Kind::kRefusedBlock;
  const SealedEpoch* before = notice.epoch > 0 ? sealed(notice.epoch - 1) : nullptr;
  if (!accuses || before == nullptr || notice.uid >= before->state.neurons.size()) return;
  const auto& accused = before->state.neurons[notice.uid];
  if (accused && !is_liars_key(accused->hotkey)) {
    fail("accused", node.id(),
         absl::StrFormat("of epoch %d, uid %d, who is honest: %s", notice.epoch, notice.uid,
                         notice.text));
  }
}

}  // namespace yuma::simulator
