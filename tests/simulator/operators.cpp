// SPDX-License-Identifier: MIT

#include "tests/simulator/operators.hpp"

#include <algorithm>

#include "tests/simulator/amendments.hpp"
#include "tests/simulator/forge.hpp"
#include "tests/simulator/keys.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"

namespace yuma::simulator {

namespace {

/// A vector that counts in the subnet as it is: many weights, none much larger than the others.
seal::WeightsChosen draw_weights(const State& state, std::uint16_t own, Random& random) {
  seal::WeightsChosen out;
  out.version_key = state.parameters.weights_version_key + random.below(2);
  for (int i = 0; i < 4; ++i) out.salt.push_back(random.u16());
  if (random.chance(5)) {
    out.uids = {own};
    out.values = {random.between<std::uint16_t>(1, 65535)};
    return out;
  }
  const auto least = std::max<std::size_t>(state.parameters.min_allowed_weights, 3);
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    const std::size_t left = state.neurons.size() - uid;
    if (left > least - std::min(least, out.uids.size()) && random.chance(40)) continue;
    out.uids.push_back(static_cast<std::uint16_t>(uid));
    out.values.push_back(random.between<std::uint16_t>(30'000, 65'535));
  }
  return out;
}

}  // namespace

void Operators::plan_weights(const Node& node, std::uint64_t epoch) {
  Random random = stream(world_.scenario().seed, Purpose::kWeights, node.id(), epoch);
  if (random.chance(12)) return;
  const int times = random.chance(10) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    const Ms delay = random.below(world_.scenario().epoch_ms());
    world_.queue().after(delay, [this, id = node.id(), seed = random.next()] {
      Node* later = world_.node(id);
      if (later == nullptr || !later->up()) return;
      const State& state = later->engine().sealed().state;
      const auto uid = find_validator(state, later->key().public_key());
      Random weights(seed);
      if (uid) later->choose_weights(draw_weights(state, *uid, weights));
    });
  }
}

void Operators::propose(const Fault& fault) {
  waiting_.push_back(fault);
  go_on();
}

void Operators::on_sealed(Node& node, std::uint64_t epoch) {
  plan_weights(node, epoch);
  if (!pending_ || !node.honest()) return;
  if (node.engine().sealed().state.amendments >= pending_->body.number) applied();
}

void Operators::try_again() {
  if (std::exchange(planned_, true)) return;
  world_.queue().after(world_.scenario().epoch_ms() / 2 + 1, [this] {
    planned_ = false;
    go_on();
  });
}

/// The next step of the amendment at hand, or the next amendment.
void Operators::go_on() {
  if (world_.checks().failed()) return;
  Node* best = world_.best_node();
  if (best == nullptr) return try_again();
  if (!pending_) {
    if (waiting_.empty() || world_.healed()) return;
    const Fault fault = waiting_.front();
    if (best->engine().sealed().state.epoch != world_.checks().last_epoch()) return try_again();
    waiting_.pop_front();
    if (!compose(fault, best->engine().sealed().state)) {
      world_.summary().count("amendments", "not possible then");
      return go_on();
    }
  }
  if (!pending_->amendment) sign();
  if (pending_ && pending_->amendment) hand_in();
  try_again();
}

bool Operators::compose(const Fault& fault, const State& state) {
  Random random = stream(world_.scenario().seed, Purpose::kOperator, fault.index);
  const auto kind = static_cast<AmendmentKind>(fault.what);
  const bool registers = kind == AmendmentKind::kRegister || kind == AmendmentKind::kSeveral;
  Node* subject = registers ? nullptr : world_.node(fault.node);
  PublicKey fresh = key_pair(node_key(fault.node, 0)).public_key();
  std::uint16_t uid = state.owner;
  if (!registers) {
    if (subject == nullptr) return false;
    const auto found = find_uid(state, subject->key().public_key());
    if (!found) return false;
    uid = *found;
    fresh = subject->next_key();
  }
  AmendmentBody body;
  body.subnet = state.subnet;
  body.epoch = state.epoch + 1 + random.below(3);
  body.number = state.amendments + 1;
  body.changes = draw_changes({state, kind, fresh, uid}, random);
  if (body.changes.empty()) return false;
  const auto after = amend(state, body, state.block);
  if (!after.ok() || !keeps_liars_below_a_third(*after)) return false;
  if (registers) world_.add_node(fault.node, fault.node, true).start();
  world_.trace().line(fault.node, "amendment %d is proposed: %s", body.number,
                      amendment_name(kind));
  pending_ = {fault, body, std::nullopt};
  return true;
}

bool Operators::keeps_liars_below_a_third(const State& after) const {
  std::uint64_t unreliable = 0;
  for (const NodeId id : world_.scenario().unreliable) {
    const Node* node = world_.node(id);
    const auto uid = find_validator(after, node->key().public_key());
    const auto next = find_validator(after, node->next_key());
    if (uid || next) unreliable += power_of(after, uid ? *uid : *next);
    const bool owns = after.owner == (uid ? *uid : next.value_or(after.owner + 1U));
    if (owns && world_.scenario().lies(id) && !world_.scenario().owner_lies()) return false;
  }
  return 3 * unreliable < total_power(after) && validators(after).size() <= 20;
}

/// Every validator's operator signs; each signer signs one amendment of a number.
void Operators::sign() {
  const State& state = world_.best_node()->engine().sealed().state;
  const Bytes bytes = *encode_body(pending_->body);
  SignedAmendment amendment{bytes, {}};
  std::uint64_t power = 0;
  for (const auto& [id, node] : world_.nodes()) {
    const PublicKey key = node->key().public_key();
    const auto uid = find_validator(state, key);
    const auto has_signed = [&](const Endorsement& e) { return e.signer == key; };
    if (!uid || std::any_of(amendment.signatures.begin(), amendment.signatures.end(), has_signed)) {
      continue;
    }
    const auto answer = node->signer().sign(ObjectKind::kAmendment, bytes);
    if (const auto* signature = std::get_if<Signature>(&answer)) {
      amendment.signatures.push_back({key, *signature});
      power += power_of(state, *uid);
    }
  }
  if (!is_quorum(power, total_power(state))) return;
  sort_by_signer(amendment.signatures);
  pending_->amendment = std::move(amendment);
}

/// To one node, or to all; again and again, since that node may crash.
void Operators::hand_in() {
  Random random =
      stream(world_.scenario().seed, Purpose::kOperator, pending_->fault.index, world_.now());
  const bool to_all = random.chance(50);
  std::vector<Node*> nodes;
  for (const auto& [id, node] : world_.nodes()) {
    if (node->honest() && node->up()) nodes.push_back(node.get());
  }
  random.shuffle(nodes);
  if (!to_all && nodes.size() > 1) nodes.resize(1);
  for (Node* node : nodes) {
    world_.queue().after(random.below(500), [this, id = node->id(), what = *pending_->amendment] {
      if (Node* later = world_.node(id)) later->hand_in(what);
    });
  }
}

void Operators::applied() {
  const Fault fault = pending_->fault;
  const auto kind = static_cast<AmendmentKind>(fault.what);
  world_.summary().count("amendments", amendment_name(kind));
  world_.trace().line(fault.node, "amendment %d is applied", pending_->body.number);
  pending_.reset();
  if (kind != AmendmentKind::kReplaceHotkey) return;
  Random random = stream(world_.scenario().seed, Purpose::kOperator, fault.index, 1);
  for (const auto& [id, node] : world_.nodes()) {
    if (node->keys_of() != world_.node(fault.node)->keys_of()) continue;
    world_.queue().after(random.below(world_.scenario().epoch_ms()), [this, id = id] {
      Node* later = world_.node(id);
      later->crash();
      later->use_next_key();
      later->start_at(world_.now() + 100);
    });
  }
}

}  // namespace yuma::simulator
