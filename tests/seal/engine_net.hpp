// SPDX-License-Identifier: MIT
#pragma once

// A few engines in one room: messages are delivered at once and in order, unless a test says
// otherwise. Keeps are held in memory, so that an engine can be made anew from what it kept.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "tests/seal/kept_store.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::test {

class EngineNet {
 public:
  struct Node {
    std::uint16_t uid = 0;
    std::optional<PublicKey> own;
    std::unique_ptr<seal::Engine> engine;  ///< none: down
    KeptStore store;
    bool signs = true;
    std::vector<seal::Sealed> sealed;
    std::vector<seal::Notice> notices;
  };

  explicit EngineNet(const SubnetShape& shape = {}) : subnet(shape) {
    for (std::uint16_t uid = 0; uid < shape.validators; ++uid) add_node(uid);
    for (auto& node : nodes) start(node);
    deliver();
  }

  Node& add_node(std::uint16_t uid, bool observer = false) {
    Node& node = nodes.emplace_back();
    node.uid = uid;
    if (!observer) node.own = subnet.genesis.state.neurons[uid]->hotkey;
    node.store.sealed = subnet.start();
    return node;
  }

  void start(Node& node) {
    node.engine =
        std::make_unique<seal::Engine>(seal::EngineOptions{node.own, 1000}, node.store.restored());
    perform(node, node.engine->start());
  }
  void crash(Node& node) {
    node.engine.reset();
    std::erase_if(queue_, [&](const auto& item) { return item.first == node.uid; });
  }

  void event(Node& node, seal::Event event) {
    if (node.engine) perform(node, node.engine->handle(std::move(event)));
  }
  void clock(std::uint64_t number) {
    now = number;
    for (auto& node : nodes) event(node, seal::ClockAt{number});
  }
  /// Delivers everything that is under way.
  void deliver() {
    while (!queue_.empty()) {
      auto [uid, next] = std::move(queue_.front());
      queue_.pop_front();
      for (auto& node : nodes) {
        if (node.uid == uid) event(node, next);
      }
    }
  }
  /// The timers of all fire, and what follows is delivered, so many times.
  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      for (auto& node : nodes) event(node, seal::TimerFired{});
      deliver();
    }
  }
  /// All choose weights; the clock runs to where the epoch is due; all is delivered.
  void epoch() {
    const State& state = newest();
    for (auto& node : nodes) choose_weights(node);
    deliver();
    clock(state.block + state.parameters.epoch.tempo);
    deliver();
  }
  void choose_weights(Node& node) {
    if (!node.engine) return;
    const State& state = node.engine->sealed().state;
    const VectorBody vector = honest_vector(state, node.uid, state.epoch + 1, state.epoch);
    event(node, seal::WeightsChosen{vector.version_key, vector.salt, vector.uids, vector.values});
  }
  const State& newest() const {
    const State* best = nullptr;
    for (const auto& node : nodes) {
      if (!node.engine) continue;
      const State& state = node.engine->sealed().state;
      if (best == nullptr || state.epoch > best->epoch) best = &state;
    }
    return *best;
  }
  Node& at(std::uint16_t uid) {
    for (auto& node : nodes) {
      if (node.uid == uid) return node;
    }
    std::abort();
  }

  Subnet subnet;
  std::deque<Node> nodes;
  std::uint64_t now = 0;
  /// Whether a message is lost: (from, to, object). Not set: none is.
  std::function<bool(std::uint16_t, std::uint16_t, const Object&)> loses;
  std::uint64_t sends = 0;
  std::uint64_t pulls = 0;          ///< ids
  std::set<std::uint16_t> at_once;  ///< whose statuses come before everything else

 private:
  void perform(Node& node, std::vector<seal::Action> actions) {
    for (auto& action : actions) {
      if (!node.engine) return;
      std::visit([&](auto& known) { act(node, known); }, action);
    }
  }
  void push(std::uint16_t to, seal::Event event) { queue_.emplace_back(to, std::move(event)); }
  void post(std::uint16_t from, std::uint16_t to, const Object& object) {
    if (loses && loses(from, to, object)) return;
    ++sends;
    push(to, seal::ObjectReceived{from, object});
  }

  void act(Node& node, seal::Keep& keep) { node.store.keep(keep.batch); }
  void act(Node& node, seal::Sign& sign) {
    if (!node.signs) return;
    auto& signer = subnet.keys.of(*node.own);
    const Bytes message = signing_bytes(sign.kind, sign.body);
    push(node.uid, seal::BodySigned{{sign.kind, sign.body, signer.sign(message).value()}});
  }
  void act(Node& node, seal::Send& send) {
    const Object object = decode_object(send.object).value();
    for (const auto& other : nodes) {
      if (other.uid == node.uid || (send.to && *send.to != other.uid)) continue;
      post(node.uid, other.uid, object);
    }
  }
  void act(Node& node, seal::Pull& pull) {
    for (auto& other : nodes) {
      if (other.uid != pull.from || !other.engine) continue;
      pulls += pull.ids.size();
      for (const Bytes32& id : pull.ids) {
        if (const Object* held = other.engine->find(id)) {
          post(other.uid, node.uid, *held);
        } else if (other.store.objects.contains(id)) {
          post(other.uid, node.uid, decode_object(other.store.objects.at(id).bytes).value());
        }
      }
    }
  }
  void act(Node& node, seal::PullSeal& pull) {
    for (auto& other : nodes) {
      if (other.uid != pull.from || !other.engine || !other.store.seals.contains(pull.epoch)) {
        continue;
      }
      for (const auto& [id, object] : other.store.objects) {
        if (object.epoch + 1 < pull.epoch || object.epoch > pull.epoch) continue;
        post(other.uid, node.uid, decode_object(object.bytes).value());
      }
      post(other.uid, node.uid, decode_object(other.store.seals.at(pull.epoch)).value());
    }
  }
  void act(Node& node, seal::AskStatus& ask) {
    for (auto& other : nodes) {
      if (other.uid != ask.peer || !other.engine) continue;
      push(node.uid, seal::StatusReceived{other.uid, other.engine->status()});
      if (!at_once.contains(other.uid)) continue;
      std::rotate(queue_.begin(), std::prev(queue_.end()), queue_.end());
    }
  }
  void act(Node&, seal::StartTimer&) {}
  void act(Node& node, seal::Sealed& sealed) { node.sealed.push_back(sealed); }
  void act(Node& node, seal::Notice& notice) { node.notices.push_back(notice); }

  std::deque<std::pair<std::uint16_t, seal::Event>> queue_;
};

}  // namespace yuma::test
