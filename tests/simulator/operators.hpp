// SPDX-License-Identifier: MIT
#pragma once

// The people behind the nodes: they choose weights, propose amendments and have them signed, hand
// them in until they are applied, and restart a node whose hotkey was replaced.

#include <deque>
#include <optional>

#include "tests/simulator/fault.hpp"
#include "tests/simulator/streams.hpp"
#include "yuma/replica/state.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::simulator {

class Node;
class World;

class Operators {
 public:
  explicit Operators(World& world) : world_(world) {}

  /// An amendment of the schedule; one after the other, since each has a number.
  void propose(const Fault& fault);
  /// On another network nothing that was proposed for the old one fits.
  void begin_anew() { pending_.reset(); }
  /// A node has sealed an epoch.
  void on_sealed(Node& node, std::uint64_t epoch);
  /// The weights of a node for the epoch under way, at some time in it; sometimes none.
  void plan_weights(const Node& node, std::uint64_t epoch);

 private:
  struct Pending {
    Fault fault;
    AmendmentBody body;
    std::optional<SignedAmendment> amendment;  ///< once a quorum has signed it
  };

  void go_on();
  void try_again();
  bool compose(const Fault& fault, const State& state);
  bool keeps_liars_below_a_third(const State& after) const;
  void sign();
  void hand_in();
  void applied();

  World& world_;
  std::deque<Fault> waiting_;
  std::optional<Pending> pending_;
  bool planned_ = false;  // another try
};

}  // namespace yuma::simulator
