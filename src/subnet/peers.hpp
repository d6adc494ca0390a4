// SPDX-License-Identifier: MIT
#pragma once

// What a node sends to others and asks them, on the network thread. Each peer has a queue of its
// own and each call its own deadline, so that one who is silent costs the others nothing.

#include <deque>
#include <map>
#include <memory>
#include <set>

#include "subnet/inbox.hpp"
#include "subnet/roster.hpp"
#include "yuma/subnet/node.hpp"

namespace yuma::subnet {

class Peers : public std::enable_shared_from_this<Peers> {
 public:
  /// Everything given by reference outlives the calls; `inbox` gets the answers.
  Peers(asio::io_context& io, const NodeOptions& options, ExchangeTransport& transport,
        const PublicKey& own, const BlockClock& clock);

  /// Where answers go; nothing is asked before.
  void attach(Inbox& inbox) { inbox_ = &inbox; }
  /// No new calls; answers of those under way are dropped.
  void stop();
  /// Pushes that wait or are under way.
  bool idle() const;

  void set_addresses(std::shared_ptr<const Addresses> addresses, const Bytes32& digest);

  void push(const PublicKey& to, std::shared_ptr<const Bytes> object);
  void pull(const PublicKey& from, std::vector<Bytes32> ids);
  void pull_seal(const PublicKey& from, std::uint64_t epoch);
  void ask_status(const PublicKey& peer);
  /// Asks one of those that were given by the operator and are no validators of `roster`, in turn:
  /// a node that was away for long may know no one else.
  void ask_stranger(const Roster& roster, std::uint64_t sealed_epoch);

  /// A request of a peer came.
  void heard(const PublicKey& from);

  struct Counters {
    std::uint64_t pushes = 0, pushed_objects = 0, pulls = 0, seal_pulls = 0, statuses = 0;
    std::uint64_t address_pulls = 0, failures = 0, dropped = 0;
  };
  const Counters& counters() const { return counters_; }

  /// What is known of one, for a view.
  void describe(PeerView& view) const;

 private:
  struct Peer {
    PublicKey hotkey;
    std::deque<std::shared_ptr<const Bytes>> queue;
    std::size_t queue_bytes = 0;
    bool pushing = false, asking_status = false, asking_seal = false, asking_addresses = false;
    int pulling = 0;
    std::chrono::steady_clock::time_point addresses_asked;
    bool addresses_ever_asked = false;
    PeerView seen;
  };
  using PeerRef = std::shared_ptr<Peer>;
  using Self = std::shared_ptr<Peers>;

  PeerRef peer(const PublicKey& hotkey);
  ExchangeTarget target(const Peer& peer) const;
  /// A call whose outcome is noted; nothing where it gave no 200.
  static asio::awaitable<std::optional<Bytes>> call(Self self, PeerRef peer,
                                                    ExchangeRequest request, ExchangeLimits limits);
  static asio::awaitable<void> push_all(Self self, PeerRef peer);
  static asio::awaitable<void> pull_objects(Self self, PeerRef peer, std::vector<Bytes32> ids);
  static asio::awaitable<void> pull_one_seal(Self self, PeerRef peer, std::uint64_t epoch);
  static asio::awaitable<void> ask_one_status(Self self, PeerRef peer,
                                              std::optional<std::uint64_t> sealed_epoch);
  static asio::awaitable<void> pull_addresses(Self self, PeerRef peer);
  void hand_over(Peer& peer, const Bytes& body, std::size_t most);
  void failed(Peer& peer, std::string why);

  asio::io_context& io_;
  const NodeOptions& options_;
  ExchangeTransport& transport_;
  PublicKey own_;
  BlockClock clock_;
  Inbox* inbox_ = nullptr;
  bool stopped_ = false;
  std::shared_ptr<const Addresses> addresses_ = std::make_shared<const Addresses>();
  Bytes32 digest_{};
  std::map<AccountId, PeerRef> peers_;
  std::size_t stranger_turn_ = 0;
  Counters counters_;
};

}  // namespace yuma::subnet
