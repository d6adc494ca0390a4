// SPDX-License-Identifier: MIT
#pragma once

// What stands between an honest node and the network and makes a liar of it: what the node sends is
// altered and signed again, differently for each receiver where the lie asks for it; what it
// answers too; and beside that it sends what no node would. The lies are those of the simulator
// (tests/simulator/fault.hpp); here they are told over real sockets.

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "yuma/subnet/node.hpp"
// After Asio.
#include "tests/simulator/forge.hpp"

namespace yuma::faults {

using simulator::Lie;
using simulator::Random;
using simulator::Said;

class LyingExchange final : public subnet::ExchangeTransport {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::string ledger;         ///< of the node: read to make blocks that are wrong in one way
    std::vector<Lie> always;    ///< told in each epoch
    std::size_t at_a_time = 4;  ///< so many others in each epoch, another choice each time
  };

  /// All references outlive it.
  LyingExchange(asio::io_context& io, subnet::ExchangeTransport& inner, const KeyPair& key,
                Options options);

  /// Begins to say what nobody asked for.
  void start(subnet::Node& node);
  void stop() { stopped_ = true; }

  asio::awaitable<absl::StatusOr<subnet::ExchangeAnswer>> call(
      subnet::ExchangeTarget target, subnet::ExchangeRequest request,
      subnet::ExchangeLimits limits) override;

  /// What the node answers, and what of it is said.
  asio::awaitable<subnet::ExchangeAnswer> answer(PublicKey caller, subnet::ExchangeRequest request);

  /// How often each lie was told.
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  using Place = std::pair<ObjectKind, std::uint64_t>;  // kind and epoch

  // lying_exchange.cpp: what goes out instead of what the node says
  bool lies(Lie lie, std::uint64_t epoch) const;
  bool second_half(const PublicKey& to, std::uint64_t epoch) const;
  std::vector<Bytes> alter(const PublicKey& to, const Bytes& object);
  std::vector<Bytes> alter_commit(const PublicKey& to, const Said& said);
  std::vector<Bytes> alter_vector(const PublicKey& to, const Said& said);
  std::vector<Bytes> alter_have(const Said& said, const PublicKey& to);
  std::vector<Bytes> alter_vote(const PublicKey& to, const Said& said);
  std::vector<Bytes> alter_block(const PublicKey& to, const Said& said);
  std::vector<Bytes> shown_to(const PublicKey& to, const Said& said, std::vector<Bytes> objects);
  std::vector<Bytes> both_or_other(const PublicKey& to, const Said& said, Lie lie);
  const Bytes& second(const Said& said);
  Random stream(std::uint64_t a, std::uint64_t b = 0) const;
  void count(Lie lie) { ++counts_[std::string(simulator::lie_name(lie))]; }
  const State& state() const { return node_->view()->sealed->state; }

  // lying_alone.cpp: what nobody asked for
  asio::awaitable<void> talk();
  std::optional<Bytes> make(Lie lie);
  void say(Lie lie);
  void see(const Bytes& body);
  void remember(const Bytes& object);
  std::optional<Bytes> any_remembered();
  void push(const PublicKey& to, std::vector<Bytes> objects);
  asio::awaitable<void> push_now(subnet::ExchangeTarget target, Bytes body);
  void push_to_all(const Bytes& object);
  void alter_status(subnet::ExchangeAnswer& answer);

  asio::io_context& io_;
  subnet::ExchangeTransport& inner_;
  const KeyPair& key_;
  Options options_;
  subnet::Node* node_ = nullptr;
  Random random_;
  bool stopped_ = false;
  std::map<std::string, std::uint64_t> counts_;

  std::map<Place, Bytes> seconds_;                        // the other body for a place
  std::map<std::uint64_t, VectorBody> opens_;             // bad vectors that were committed to
  std::map<std::uint64_t, std::map<Lie, Bytes>> blocks_;  // altered, by epoch
  std::map<std::uint64_t, std::map<Bytes32, Bytes32>> shown_blocks_;  // id, by epoch and receiver
  std::vector<std::pair<std::uint64_t, std::pair<PublicKey, Bytes>>> held_back_;  // until a have
  std::deque<Bytes> recent_;
};

}  // namespace yuma::faults
