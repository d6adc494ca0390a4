// SPDX-License-Identifier: MIT

#include "bench/agreement_room.hpp"

#include <algorithm>

namespace yuma::bench {

namespace {

/// Of a GET, apart from what every request has: an id.
constexpr std::size_t kIdBytes = 32;

std::string kind_of_bytes(const Bytes& object) {
  return std::string(kind_name(kind_of_number(object.front()).value()));
}

}  // namespace

Room::Room(AgreementSubnet& subnet) : subnet_(subnet), nodes_(subnet.validators().size()) {
  const SealedState start = must(sealed_state(subnet.genesis()));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    node.uid = subnet.validators()[i];
    node.recorded = &node == &owner() || &node == &other();
    node.recording.genesis = must(encode_genesis(subnet.genesis()));
    node.recording.own = subnet.signer(node.uid).public_key();
    node.engine = std::make_unique<seal::Engine>(seal::EngineOptions{node.recording.own, 1000},
                                                 Restored{start, {}, {}, {}});
    perform(node, node.engine->start());
  }
  deliver();
}

Room::Node* Room::at(std::uint16_t uid) {
  const auto& uids = subnet_.validators();
  const auto found = std::lower_bound(uids.begin(), uids.end(), uid);
  if (found == uids.end() || *found != uid) fail("a message to nobody");
  return &nodes_[static_cast<std::size_t>(found - uids.begin())];
}

void Room::epoch() {
  const State& before = nodes_.front().engine->sealed().state;
  const std::uint64_t epoch = before.epoch + 1;
  const std::uint64_t due = before.block + before.parameters.epoch.tempo;
  const auto weights = subnet_.weights(epoch);
  for (Node& node : nodes_) handle(node, seal::TimerFired{});
  deliver();
  for (std::size_t i = 0; i < nodes_.size(); ++i) handle(nodes_[i], weights[i]);
  deliver();
  for (Node& node : nodes_) node.recording.waiting = node.recording.events.size();
  for (Node& node : nodes_) handle(node, seal::ClockAt{due});
  deliver();
  for (const Node& node : nodes_) {
    if (node.engine->sealed().state.epoch != epoch) fail("an epoch was not sealed by all");
  }
}

void Room::begin() {
  for (Node& node : nodes_) {
    node.sent.clear();
    node.received.clear();
    node.signatures = 0;
    node.recording.begin = node.recording.events.size();
    node.kept_begin = node.kept.size();
  }
}

Traffic Room::sent() const {
  Traffic sum;
  for (const Node& node : nodes_) {
    for (const auto& [kind, count] : node.sent) {
      sum[kind].objects += count.objects;
      sum[kind].bytes += count.bytes;
    }
  }
  return sum;
}

void Room::handle(Node& node, seal::Event event) {
  if (node.recorded) node.recording.events.push_back(encode_event(event));
  perform(node, node.engine->handle(std::move(event)));
}

void Room::perform(Node& node, std::vector<seal::Action> actions) {
  for (const auto& action : actions) {
    std::visit([&](const auto& known) { act(node, known); }, action);
  }
}

void Room::deliver() {
  while (!queue_.empty()) {
    Message next = std::move(queue_.front());
    queue_.pop_front();
    if (next.object != nullptr) {
      next.event = seal::ObjectReceived{next.from, must(decode_object(*next.object))};
    }
    handle(*next.to, std::move(next.event));
  }
}

void Room::post(Node& from, Node& to, const std::shared_ptr<const Bytes>& object) {
  const std::string kind = kind_of_bytes(*object);
  from.sent[kind].add(object->size());
  to.received[kind].add(object->size());
  queue_.push_back({&to, from.uid, object, {}});
}

void Room::act(Node& node, const seal::Keep& keep) {
  if (node.recorded) node.kept.push_back(keep.batch);
}

void Room::act(Node& node, const seal::Sign& sign) {
  ++node.signatures;
  const Signature signature =
      must(subnet_.signer(node.uid).sign(signing_bytes(sign.kind, sign.body)));
  queue_.push_back({&node, node.uid, nullptr, seal::BodySigned{{sign.kind, sign.body, signature}}});
}

void Room::act(Node& node, const seal::Send& send) {
  const auto object = std::make_shared<const Bytes>(send.object);
  if (send.to) return post(node, *at(*send.to), object);
  for (Node& other : nodes_) {
    if (&other != &node) post(node, other, object);
  }
}

void Room::act(Node& node, const seal::Pull& pull) {
  Node& holder = *at(pull.from);
  for (const Bytes32& id : pull.ids) {
    node.sent["pull"].add(kIdBytes);
    holder.received["pull"].add(kIdBytes);
    const Object* held = holder.engine->find(id);
    if (held != nullptr) post(holder, node, std::make_shared<Bytes>(must(encode_object(*held))));
  }
}

void Room::act(Node& node, const seal::PullSeal&) {
  fail("uid " + std::to_string(node.uid) + " asks for a seal, and nobody is late");
}

void Room::act(Node& node, const seal::AskStatus& ask) {
  Node& peer = *at(ask.peer);
  seal::Status status = peer.engine->status();
  const std::size_t size = encode_status(status).size();
  peer.sent["status"].add(size);
  node.received["status"].add(size);
  queue_.push_back({&node, ask.peer, nullptr, seal::StatusReceived{ask.peer, std::move(status)}});
}

void Room::act(Node& node, const seal::Notice& notice) {
  fail("uid " + std::to_string(node.uid) + ": " + notice.text);
}

}  // namespace yuma::bench
