// SPDX-License-Identifier: MIT
#pragma once

// Nodes of one subnet in one process. Requests go from node to node without sockets, or are lost,
// answered by nobody or by garbage, as a test says. Time is real and short: a block has 20 ms.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "yuma/subnet/node.hpp"
// After Asio.
#include "tests/support/process.hpp"
#include "tests/support/subnet.hpp"

namespace yuma::test {

using namespace std::chrono_literals;

/// Signs like the key of a ring, or not at all.
class SwitchedSigner final : public Signer {
 public:
  explicit SwitchedSigner(Signer& key) : key_(key) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  absl::StatusOr<Signature> sign(ByteView message) override {
    if (away) return absl::UnavailableError("nobody answers at the signer's socket");
    return key_.sign(message);
  }
  std::atomic<bool> away{false};

 private:
  Signer& key_;
};

class NodeRoom {
 public:
  using uid_type = std::uint16_t;

  static SubnetShape small_shape() {
    SubnetShape shape;
    shape.validators = 4;
    shape.miners = 2;
    shape.parameters.epoch.tempo = 10;
    return shape;
  }

  explicit NodeRoom(const SubnetShape& shape = small_shape()) : subnet(shape), shape_(shape) {
    State& state = subnet.genesis.state;
    state.block_ms = 20;
    state.genesis_ms = subnet::unix_time_ms();
  }
  ~NodeRoom() {
    for (Place& place : places_) place.node.reset();
  }

  /// What a node is given unless a test says otherwise.
  subnet::NodeOptions options(uid_type uid) {
    subnet::NodeOptions out;
    out.ledger = folder.file("ledger" + std::to_string(uid));
    out.genesis = subnet.genesis;
    out.exchange_every = 50ms;
    out.retry_every = 20ms;
    out.push_deadline = out.ask_deadline = 300ms;
    out.announce = {{"node" + std::to_string(uid), 1}};
    // Everybody knows the owner, by an address that he does not announce.
    if (uid != 0) out.peers = {{subnet.keys.key(0), {{"owner", 1}}}};
    return out;
  }

  subnet::Node& start(uid_type uid) { return start(uid, options(uid)); }
  subnet::Node& start(uid_type uid, subnet::NodeOptions options) {
    Place& place = this->place(uid);
    place.hosts.clear();
    for (const Endpoint& endpoint : options.announce) place.hosts.insert(endpoint.host);
    if (uid == 0) place.hosts.insert("owner");
    auto node = subnet::Node::open(io, std::move(options), *place.signer, *place.transport);
    EXPECT_TRUE(node.ok()) << node.status();
    if (!node.ok()) std::abort();
    place.node = *std::move(node);
    place.sealed = place.node->on_sealed([this, uid](const auto& epoch) {
      this->place(uid).epochs.push_back(epoch);
      if (chooses_weights) choose(uid);
    });
    place.node->start();
    if (chooses_weights) choose(uid);
    return *place.node;
  }
  void start_all() {
    for (uid_type uid = 0; uid < shape_.validators; ++uid) start(uid);
  }
  /// As a crash does.
  void kill(uid_type uid) {
    place(uid).sealed = {};
    place(uid).node.reset();
  }

  subnet::Node& node(uid_type uid) { return *place(uid).node; }
  bool up(uid_type uid) { return place(uid).node != nullptr; }
  SwitchedSigner& signer(uid_type uid) { return *place(uid).signer; }
  const auto& epochs(uid_type uid) { return place(uid).epochs; }
  std::uint64_t sealed(uid_type uid) { return node(uid).view()->sealed->state.epoch; }
  const SealedState& state(uid_type uid) {
    held_.push_back(node(uid).view()->sealed);
    return *held_.back();
  }
  /// Whether these have sealed an epoch.
  bool have_sealed(const std::vector<uid_type>& uids, std::uint64_t epoch) {
    for (const uid_type uid : uids) {
      if (sealed(uid) < epoch) return false;
    }
    return true;
  }

  void choose(uid_type uid) {
    const State& state = this->state(uid).state;
    if (power_of(state, uid) == 0) return;
    const VectorBody vector = honest_vector(state, uid, state.epoch + 1, state.epoch);
    node(uid).choose_weights({vector.uids, vector.values, 0}).IgnoreError();
  }

  /// Runs everything until it holds; false after `limit`.
  bool run_until(const std::function<bool()>& holds, std::chrono::milliseconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      io.restart();
      io.run_one_for(20ms);
    }
    return true;
  }
  void run_for(std::chrono::milliseconds time) {
    run_until([] { return false; }, time);
  }

  /// A request as if uid had sent it.
  subnet::ExchangeAnswer ask(uid_type from, uid_type to, std::string method, std::string target,
                             Bytes body = {}) {
    return ask(subnet.keys.key(from), to, std::move(method), std::move(target), std::move(body));
  }
  subnet::ExchangeAnswer ask(const PublicKey& from, uid_type to, std::string method,
                             std::string target, Bytes body = {}) {
    std::optional<subnet::ExchangeAnswer> out;
    subnet::ExchangeRequest request{std::move(method), std::move(target), std::move(body)};
    asio::co_spawn(io, ask_one(node(to), from, std::move(request), out), asio::detached);
    run_until([&] { return out.has_value(); });
    return out.value_or(subnet::ExchangeAnswer{0, {}, 0});
  }

  ScratchFolder folder;
  asio::io_context io;
  Subnet subnet;
  bool chooses_weights = true;
  /// Whether a request is lost, at once; whether nobody ever answers it.
  std::function<bool(uid_type from, uid_type to, const subnet::ExchangeRequest&)> loses, hangs;
  /// Changes an answer.
  std::function<void(uid_type from, uid_type to, subnet::ExchangeAnswer&)> spoils;

 private:
  class Exchange final : public subnet::ExchangeTransport {
   public:
    Exchange(NodeRoom& room, uid_type own) : room_(room), own_(own) {}
    asio::awaitable<absl::StatusOr<subnet::ExchangeAnswer>> call(
        subnet::ExchangeTarget target, subnet::ExchangeRequest request,
        subnet::ExchangeLimits limits) override {
      return carry(room_, own_, std::move(target), std::move(request), limits);
    }

   private:
    NodeRoom& room_;
    uid_type own_;
  };

  struct Place {
    std::unique_ptr<SwitchedSigner> signer;
    std::unique_ptr<Exchange> transport;
    std::unique_ptr<subnet::Node> node;
    subnet::Node::Subscription sealed;
    std::vector<std::shared_ptr<const subnet::SealedEpoch>> epochs;
    std::set<std::string> hosts;
  };

  Place& place(uid_type uid) {
    while (places_.size() <= uid) {
      Place& made = places_.emplace_back();
      const auto next = static_cast<uid_type>(places_.size() - 1);
      made.signer = std::make_unique<SwitchedSigner>(subnet.keys.at(next));
      made.transport = std::make_unique<Exchange>(*this, next);
    }
    return places_[uid];
  }

  static asio::awaitable<void> ask_one(subnet::Node& node, PublicKey from,
                                       subnet::ExchangeRequest request,
                                       std::optional<subnet::ExchangeAnswer>& out) {
    subnet::ExchangeAnswer answer = co_await node.answer(from, std::move(request));
    out = std::move(answer);
  }

  /// Who listens at one of these.
  std::optional<uid_type> listener(const subnet::ExchangeTarget& target) {
    for (const Endpoint& endpoint : target.endpoints) {
      for (std::size_t uid = 0; uid < places_.size(); ++uid) {
        if (places_[uid].node && places_[uid].hosts.contains(endpoint.host)) {
          return static_cast<uid_type>(uid);
        }
      }
    }
    return std::nullopt;
  }

  static asio::awaitable<absl::StatusOr<subnet::ExchangeAnswer>> carry(
      NodeRoom& room, uid_type from, subnet::ExchangeTarget target, subnet::ExchangeRequest request,
      subnet::ExchangeLimits limits) {
    co_await asio::post(room.io, asio::use_awaitable);
    const auto to = room.listener(target);
    if (!to) co_return absl::UnavailableError("connection refused");
    if (room.subnet.keys.key(*to) != target.hotkey) {
      co_return absl::UnavailableError("somebody else listens there");
    }
    if (room.loses && room.loses(from, *to, request)) {
      co_return absl::UnavailableError("network is unreachable");
    }
    if (room.hangs && room.hangs(from, *to, request)) {
      asio::steady_timer timer(room.io);
      timer.expires_after(limits.deadline);
      boost::system::error_code ignored;
      co_await timer.async_wait(error_in(ignored));
      co_return absl::DeadlineExceededError("no answer in time");
    }
    const PublicKey own = room.subnet.keys.key(from);
    subnet::ExchangeAnswer answer = co_await room.node(*to).answer(own, std::move(request));
    if (room.spoils) room.spoils(from, *to, answer);
    if (answer.body.size() > limits.max_body) {
      co_return absl::ResourceExhaustedError("longer than allowed");
    }
    co_return answer;
  }

  SubnetShape shape_;
  std::deque<Place> places_;
  std::vector<std::shared_ptr<const SealedState>> held_;
};

}  // namespace yuma::test
