// SPDX-License-Identifier: MIT
#pragma once

// A validator that lies. It runs the real engine, so that its lies are well-formed and in time;
// what it says is altered on the way out and signed again with its key, differently for each
// receiver where the lie asks for it, and beside that it sends what no engine would.

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/simulator/forge.hpp"
#include "tests/simulator/message.hpp"
#include "tests/simulator/streams.hpp"

namespace yuma::simulator {

class Node;
class World;

class Liar {
 public:
  Liar(World& world, Node& node);

  /// A lie begins or ends.
  void begin(const Fault& fault);
  void end(const Fault& fault);

  /// What it sends to a node instead of a message.
  std::vector<Message> alter(NodeId to, Message message);
  /// A message that came in.
  void see(const Envelope& envelope);
  /// An object that it has said or heard.
  void remember(const Bytes& object);

 private:
  using Place = std::pair<ObjectKind, std::uint64_t>;  // kind and epoch

  // liar.cpp: what goes out
  /// Whether it lies so about an epoch; the same answer for all receivers.
  bool lies(Lie lie, std::uint64_t epoch) const;
  bool lies_now(Lie lie);
  bool second_half(NodeId to, std::uint64_t epoch) const;
  std::vector<Bytes> alter_object(NodeId to, const Bytes& object);
  std::vector<Bytes> alter_commit(NodeId to, const Said& said);
  std::vector<Bytes> alter_vector(NodeId to, const Said& said);
  std::vector<Bytes> alter_have(NodeId to, const Said& said);
  std::vector<Bytes> alter_vote(NodeId to, const Said& said);
  std::vector<Bytes> alter_block(NodeId to, const Said& said);
  std::vector<Bytes> shown_to(NodeId to, const Said& said, std::vector<Bytes> objects);
  std::vector<Bytes> both_or_other(NodeId to, const Said& said, Lie lie);
  const Bytes& second(const Said& said);
  void count(Lie lie);

  // liar_alone.cpp: what it sends beside that
  void tick();
  void say(Lie lie);
  std::optional<Bytes> make(Lie lie);
  void push(NodeId to, const Bytes& object);
  void push_to_all(const Bytes& object);
  void vote_for(const Bytes& object);
  void alter_status(seal::Status& status);
  void alter_answer(NodeId to, ObjectsAnswer& answer);
  std::optional<Bytes> any_remembered();

  World& world_;
  Node& node_;
  Random random_;
  std::vector<Fault> lies_;  // under way
  bool ticks_ = false;

  std::map<Place, Bytes> seconds_;             // the other body for a place
  std::map<std::uint64_t, VectorBody> opens_;  // bad vectors that were committed to, by epoch
  std::map<Place, Bytes> altered_blocks_;      // by lie and epoch
  std::vector<std::pair<std::uint64_t, std::pair<NodeId, Bytes>>> held_back_;  // until a have of e
  std::deque<Bytes> recent_;
  std::vector<Bytes> old_;
};

}  // namespace yuma::simulator
