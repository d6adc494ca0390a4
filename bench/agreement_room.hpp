// SPDX-License-Identifier: MIT
#pragma once

// All validators of a subnet in one room: an engine for each, real keys, real encodings. What is
// sent arrives, in order and once; nobody is away. Bytes are counted for everybody, and two nodes,
// the owner and the validator after it, are recorded.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/agreement_subnet.hpp"
#include "bench/recording.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::bench {

struct Count {
  std::uint64_t objects = 0, bytes = 0;
  void add(std::size_t size) {
    ++objects;
    bytes += size;
  }
};
/// By kind of object; what it takes to ask is "pull", the answers to it "status" or the object.
using Traffic = std::map<std::string, Count>;

class Room {
 public:
  struct Node {
    std::uint16_t uid = 0;
    std::unique_ptr<seal::Engine> engine;
    Traffic sent, received;      ///< in the epoch that is measured
    std::size_t signatures = 0;  ///< made in it
    bool recorded = false;
    Recording recording;
    std::vector<KeepBatch> kept;  ///< where it is recorded
    std::size_t kept_begin = 0;   ///< those of the epoch that is measured begin here
  };

  explicit Room(AgreementSubnet& subnet);

  /// From one seal to the next: the timers fire once; all choose weights and commit, have, vote,
  /// seal, and open what they have committed.
  void epoch();
  /// What follows is measured.
  void begin();

  /// By all validators together.
  Traffic sent() const;
  const Node& owner() const { return *at(subnet_.owner()); }
  const Node& other() const { return nodes_[subnet_.validators().size() / 2 + 1]; }

 private:
  struct Message {
    Node* to = nullptr;
    std::uint16_t from = 0;
    std::shared_ptr<const Bytes> object;  ///< none: an event
    seal::Event event;
  };

  Node* at(std::uint16_t uid);
  const Node* at(std::uint16_t uid) const { return const_cast<Room*>(this)->at(uid); }
  void handle(Node& node, seal::Event event);
  void perform(Node& node, std::vector<seal::Action> actions);
  void deliver();
  void post(Node& from, Node& to, const std::shared_ptr<const Bytes>& object);

  void act(Node& node, const seal::Keep& keep);
  void act(Node& node, const seal::Sign& sign);
  void act(Node& node, const seal::Send& send);
  void act(Node& node, const seal::Pull& pull);
  void act(Node& node, const seal::PullSeal& pull);
  void act(Node& node, const seal::AskStatus& ask);
  void act(Node&, const seal::StartTimer&) {}  // epoch() fires it
  void act(Node&, const seal::Sealed&) {}
  void act(Node& node, const seal::Notice& notice);

  AgreementSubnet& subnet_;
  std::vector<Node> nodes_;
  std::deque<Message> queue_;
};

}  // namespace yuma::bench
