// SPDX-License-Identifier: MIT
#pragma once

// A node's page over some sealed epochs of a small subnet, with whatever else it can show.

#include <memory>
#include <string>
#include <utility>

#include "tests/support/history.hpp"
#include "yuma/subnet/page.hpp"
#include "yuma/subnet/validator.hpp"

namespace yuma::test {

struct PageExample {
  static constexpr std::uint64_t kNow = 1'800'000'000'000;

  explicit PageExample(std::size_t epochs = 6, SubnetShape shape = {}) : net(shape) {
    for (std::size_t i = 0; i < epochs; ++i) step();
    show();
  }

  /// Seals one more epoch.
  void step() {
    auto epoch = std::make_shared<subnet::SealedEpoch>();
    epoch->before = std::make_shared<SealedState>(net.sealed());
    const HistoryEpoch made = net.step();
    epoch->epoch = made.epoch;
    epoch->after = std::make_shared<SealedState>(made.next);
    epoch->block = decode_body<BlockBody>(made.seal.block.body).value();
    for (const auto uid : validators(epoch->before->state)) epoch->voters.push_back(uid);
    if (made.epoch % 3 == 0) epoch->voters.pop_back();
    epoch->block_id = made.next.block_id;
    epoch->state_root = epoch->block.state_root;
    epoch->terms = made.terms;
    epoch->unix_ms = kNow - 10'000 * (20 - made.epoch);
    history.add(epoch);
  }

  /// Makes the view anew, of the state as it is.
  void show() {
    auto node = std::make_shared<subnet::NodeView>();
    node->unix_ms = kNow;
    node->hotkey = net.honest.subnet.keys.key(1);
    node->uid = 1;
    node->votes = true;
    node->sealed = std::make_shared<SealedState>(net.sealed());
    node->last = history.last();
    node->since_seal = std::chrono::milliseconds(4'200);
    node->block = net.sealed().state.block + 3;
    node->due = net.sealed().state.block + 20;
    node->weights_chosen = true;
    node->refusals = {{"bad_signature", 3}, {"later_epoch", 1}};
    node->counters = {{"sealed_total", 6}};
    node->health.ready = true;
    add_peers(*node);
    add_notices(*node);
    page.version = "0.1.0";
    page.started_ms = kNow - 3'600'000;
    page.node = std::move(node);
    page.work = work();
    page.metrics = {{"http_requests_total", 42}};
  }

  subnet::NodeView& view() { return const_cast<subnet::NodeView&>(*page.node); }

  History net;
  subnet::PageHistory history;
  subnet::PageState page;

 private:
  void add_peers(subnet::NodeView& node) const {
    const State& state = net.sealed().state;
    for (const auto uid : validators(state)) {
      if (uid == 1) continue;
      subnet::PeerView peer;
      peer.uid = uid;
      peer.hotkey = state.neurons[uid]->hotkey;
      peer.endpoints = {{"127.0.0.1", static_cast<std::uint16_t>(9440 + uid)}};
      if (uid == 3) {
        peer.endpoints = {{"2001:db8::7", 9443}};
        peer.last_error = "connection refused";
        peer.failures = 7;
      } else {
        peer.answered_ms = kNow - 700;
        peer.sealed_epoch = state.epoch;
        peer.blocks_ahead = uid == 2 ? 1 : 0;
        peer.round_trip = std::chrono::microseconds(1'234);
      }
      peer.calls = 1234;
      node.peers.push_back(peer);
    }
  }

  static void add_notices(subnet::NodeView& node) {
    subnet::NodeNotice notice;
    notice.kind = subnet::NodeNotice::Kind::kPeer;
    notice.unix_ms = kNow - 60'000;
    notice.times = 3;
    notice.epoch = 5;
    notice.uid = 3;
    notice.text = "uid 3 answers <b>wrongly</b> & \"twice\"";
    node.notices.push_back(notice);
    notice.text = "the signer was away for 2 s";
    notice.uid.reset();
    notice.times = 1;
    node.notices.push_back(notice);
  }

  /// Of the last sealed epoch, and of the one under way, which nobody may see.
  std::shared_ptr<const subnet::ValidatorView> work() const {
    auto out = std::make_shared<subnet::ValidatorView>();
    const State& state = net.sealed().state;
    for (const std::uint64_t epoch : {state.epoch, state.epoch + 1}) {
      subnet::EpochWork one;
      one.epoch = epoch;
      one.rounds = 4;
      for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
        if (!state.neurons[uid] || power_of(state, uid) > 0) continue;
        subnet::MinerWork miner;
        miner.uid = uid;
        miner.hotkey = state.neurons[uid]->hotkey;
        miner.asked = 4;
        miner.answered = uid % 2 == 0 ? 4 : 0;
        miner.score = 0.9;
        miner.average = 0.5;
        miner.milliseconds = 12.3;
        miner.note = epoch > state.epoch ? "SECRET"
                     : uid % 2 == 0      ? "tour of 71,203 km"
                                         : "too late";
        one.miners.push_back(miner);
      }
      out->epochs.push_back(one);
    }
    out->rounds = 24;
    return out;
  }
};

}  // namespace yuma::test
