// SPDX-License-Identifier: MIT
#pragma once

// A whole private subnet in one process: nodes, network, operators, faults and checks around one
// virtual clock. run() plays a scenario to its end or to the first check that fails.

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/simulator/checks.hpp"
#include "tests/simulator/network.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/operators.hpp"
#include "tests/simulator/scenario.hpp"
#include "tests/simulator/trace.hpp"

namespace yuma::simulator {

/// How a run ended.
struct Outcome {
  std::optional<Violation> violation;  ///< none: all checks held
  Summary summary;
  std::uint64_t digest = 0;  ///< of the trace
};

class World {
 public:
  explicit World(const Scenario& scenario, std::FILE* trace = nullptr);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Outcome run();

  const Scenario& scenario() const { return scenario_; }
  const Genesis& genesis() const { return genesis_; }
  EventQueue& queue() { return queue_; }
  Network& network() { return network_; }
  Checks& checks() { return checks_; }
  Operators& operators() { return operators_; }
  Summary& summary() { return summary_; }
  Trace& trace() { return trace_; }
  Ms now() const { return queue_.now(); }
  bool healed() const { return healed_; }

  /// By id; also those that are down.
  const std::map<NodeId, std::unique_ptr<Node>>& nodes() const { return nodes_; }
  Node* node(NodeId id);
  /// The node that answers for a hotkey when `asker` calls: of twins the one on its side.
  std::optional<NodeId> find(const PublicKey& hotkey, NodeId asker);
  /// A new node with an empty ledger.
  Node& add_node(NodeId id, NodeId keys_of, bool honest);
  /// One that starts at what `from` has sealed.
  Node& add_node_at_checkpoint(NodeId id, const Node& from);
  /// An honest node that runs and has sealed most; nullptr where none runs.
  Node* best_node();

  /// Which half of the others a twin engine serves, and where it stands itself.
  bool second_side(NodeId node) const;
  /// Liars know of each other which altered block a lying owner has shown to a node in an epoch.
  std::map<std::pair<NodeId, std::uint64_t>, Bytes32>& shown_blocks() { return shown_blocks_; }
  /// Whether one of twins hides from a node.
  bool hidden(NodeId from, NodeId to) const;

 private:
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void black_out(const Fault& fault);
  void begin_twin(const Fault& fault);
  void join(const Fault& fault);
  void heal();
  /// What people do where a lying owner has brought a subnet to a stand: a new genesis with another
  /// owner from the last sealed state.
  void begin_anew();
  bool run_until(Ms time);
  void run_to_the_end();
  void audit_all();
  void look_for_stuck_nodes(std::uint64_t goal);

  Scenario scenario_;
  Genesis genesis_;
  EventQueue queue_;
  Summary summary_;
  Trace trace_;
  Network network_;
  Checks checks_;
  Operators operators_;
  std::map<NodeId, std::unique_ptr<Node>> nodes_;
  std::map<NodeId, NodeId> twins_;  // of a liar
  std::map<std::pair<NodeId, std::uint64_t>, Bytes32> shown_blocks_;
  bool healed_ = false;
};

/// Plays a scenario.
Outcome run_scenario(const Scenario& scenario, std::FILE* trace = nullptr);

}  // namespace yuma::simulator
