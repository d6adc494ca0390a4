// SPDX-License-Identifier: MIT

#include "tests/simulator/world.hpp"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "tests/simulator/keys.hpp"
#include "tests/simulator/late_ledger.hpp"

namespace yuma::simulator {

namespace {

/// The second engine of a twin is the node of this number and the liar's.
constexpr NodeId kTwins = 1000;
/// Epochs that all must seal after the faults, and the time that they have beyond what these take:
/// to find each other, to catch up, and for clocks that were ahead.
constexpr std::uint64_t kMoreEpochs = 3;
constexpr Ms kSlack = 120'000, kSlackForEpoch = 3'000;
/// No run needs so many events: more is a storm of messages.
constexpr std::uint64_t kMostEventsOfEpoch = 400'000;

bool is_of_network(FaultKind kind) {
  return kind == FaultKind::kPartition || kind == FaultKind::kLoss ||
         kind == FaultKind::kDuplication || kind == FaultKind::kSlowNetwork;
}

}  // namespace

World::World(const Scenario& scenario, std::FILE* trace)
    : scenario_(scenario),
      genesis_(make_genesis(scenario)),
      trace_(queue_, trace),
      network_(scenario.seed, scenario.owner, queue_, summary_,
               [this](Envelope envelope) {
                 if (Node* to = node(envelope.to)) to->receive(std::move(envelope));
               }),
      checks_(*this),
      operators_(*this) {}

World::~World() = default;

Node* World::node(NodeId id) {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second.get();
}

Node& World::add_node(NodeId id, NodeId keys_of, bool honest) {
  auto ledger = Ledger::in_memory(genesis_).value();
  auto node = std::make_unique<Node>(*this, Node::Setup{id, keys_of, honest, std::move(ledger)});
  return *nodes_.emplace(id, std::move(node)).first->second;
}

Node& World::add_node_at_checkpoint(NodeId id, const Node& from) {
  auto ledger = ledger_at(genesis_, from.engine().sealed());
  auto node = std::make_unique<Node>(*this, Node::Setup{id, id, true, std::move(ledger)});
  return *nodes_.emplace(id, std::move(node)).first->second;
}

Node* World::best_node() {
  Node* best = nullptr;
  for (const auto& [id, node] : nodes_) {
    if (!node->honest() || !node->up()) continue;
    const std::uint64_t epoch = node->engine().sealed().state.epoch;
    if (best == nullptr || epoch > best->engine().sealed().state.epoch) best = node.get();
  }
  return best;
}

bool World::second_side(NodeId node) const {
  if (node >= kTwins) return true;
  if (twins_.contains(node)) return false;
  if (scenario_.mutant != Mutant::kNone) return node % 2 == 1;
  return (stream(scenario_.seed, Purpose::kSides, 777, node).next() & 1U) != 0;
}

bool World::hidden(NodeId from, NodeId to) const {
  const bool of_twins = from >= kTwins || twins_.contains(from);
  return of_twins && second_side(from) != second_side(to);
}

std::optional<NodeId> World::find(const PublicKey& hotkey, NodeId asker) {
  std::optional<NodeId> out;
  for (const auto& [id, node] : nodes_) {
    if (!node->owns(hotkey)) continue;
    const bool is_twin = twins_.contains(node->keys_of());
    if (!out || (is_twin && second_side(id) == second_side(asker))) out = id;
  }
  return out;
}

void World::begin(const Fault& fault) {
  if (healed_ || checks_.failed()) return;
  trace_.line(fault.node, "fault begins: %s", fault_text(fault));
  summary_.count("faults", fault_name(fault.kind));
  Node* const of = node(fault.node);
  if (is_of_network(fault.kind)) {
    network_.begin(fault);
    if (fault.kind == FaultKind::kPartition) {
      summary_.count("partitions", split_name(static_cast<Split>(fault.what)));
    }
  } else if (fault.kind == FaultKind::kBlackout) {
    black_out(fault);
  } else if (fault.kind == FaultKind::kJoin) {
    join(fault);
  } else if (fault.kind == FaultKind::kAmendment) {
    operators_.propose(fault);
  } else if (of == nullptr) {
    return;
  } else if (fault.kind == FaultKind::kCrash) {
    of->arm(fault);
  } else if (fault.kind == FaultKind::kTwin) {
    begin_twin(fault);
  } else {
    of->begin(fault);
  }
}

void World::end(const Fault& fault) {
  Node* const of = node(fault.node);
  if (is_of_network(fault.kind)) return network_.end(fault);
  if (of == nullptr) return;
  // What lasts to the end of a run: lies and twins.
  if (fault.kind == FaultKind::kLie && fault.until >= scenario_.faults_end) return;
  if (fault.kind != FaultKind::kCrash && fault.kind != FaultKind::kTwin) of->end(fault);
  if (fault.kind == FaultKind::kCrash && of->disarm(fault)) {
    // It never came to that point: it crashes all the same.
    of->crash();
    of->start_at(now() + 1);
  }
}

void World::black_out(const Fault& fault) {
  Random random = stream(scenario_.seed, Purpose::kFault, fault.index);
  for (const auto& [id, node] : nodes_) {
    node->crash();
    node->start_at(fault.until + random.below(scenario_.block_ms));
  }
}

void World::begin_twin(const Fault& fault) {
  if (twins_.contains(fault.node)) return;
  Node& twin = add_node(static_cast<NodeId>(kTwins + fault.node), fault.node, false);
  twin.take_keys_of(*node(fault.node));
  twins_[fault.node] = twin.id();
  twin.start();
}

void World::join(const Fault& fault) {
  Node* const best = best_node();
  const bool from_checkpoint = static_cast<Join>(fault.what) == Join::kFromCheckpoint;
  summary_.count("late joiners", join_name(static_cast<Join>(fault.what)));
  if (from_checkpoint && best != nullptr && best->engine().sealed().state.epoch > 0) {
    add_node_at_checkpoint(fault.node, *best).start();
  } else {
    add_node(fault.node, fault.node, true).start();
  }
}

/// The faults are over; liars go on, for they are fewer than a third.
void World::heal() {
  healed_ = true;
  trace_.line(0, "all faults are over");
  for (const auto& [id, node] : nodes_) node->heal();
}

void World::begin_anew() {
  if (checks_.failed()) return;
  summary_.count("scenarios", "with a lying owner, then anew from the last seal");
  genesis_ = genesis_from(checks_.sealed(checks_.last_epoch())->state);
  for (const auto& [id, node] : nodes_) {
    const auto uid = find_validator(genesis_.state, node->key().public_key());
    if (uid && node->honest()) genesis_.state.owner = *uid;
  }
  const SealedState start = sealed_state(genesis_).value();
  trace_.line(0, "a new genesis from epoch %d, owner uid %d", start.state.epoch, start.state.owner);
  operators_.begin_anew();
  shown_blocks_.clear();
  for (const auto& [id, node] : nodes_) {
    node->begin_anew(Ledger::in_memory(genesis_).value());
  }
  checks_.begin(start);
}

void World::audit_all() {
  for (const auto& [id, node] : nodes_) {
    if (node->honest() && !checks_.failed()) checks_.audit(*node);
  }
}

bool World::run_until(Ms time) {
  const std::uint64_t most = kMostEventsOfEpoch * (scenario_.epochs + kMoreEpochs);
  while (!checks_.failed() && queue_.run_next(time)) {
    if (queue_.done() > most) checks_.fail("stuck", 0, "a storm of messages");
  }
  return !checks_.failed();
}

Outcome World::run() {
  checks_.begin(*sealed_state(genesis_));
  for (NodeId id = 0; id < scenario_.validators.size(); ++id) {
    add_node(id, id, !scenario_.lies(id));
  }
  for (const auto& [id, node] : nodes_) {
    queue_.after(0, [this, node = node.get()] {
      node->start();
      operators_.plan_weights(*node, 0);
    });
  }
  for (const Fault& fault : scenario_.faults) {
    queue_.at(fault.from, [this, fault] { begin(fault); });
    queue_.at(std::max(fault.until, fault.from), [this, fault] { end(fault); });
  }
  if (run_until(scenario_.faults_end)) {
    summary_.count("epochs", "sealed while faults went on", checks_.last_epoch());
    heal();
    // A lying owner may have brought it to a stand: that is no failure.
    if (scenario_.owner_lies()) {
      run_until(now() + 3 * scenario_.epoch_ms());
      audit_all();
      begin_anew();
    }
    run_to_the_end();
    audit_all();
  }
  summary_.count("scenarios", "all");
  summary_.count("epochs", "sealed in all", checks_.last_epoch());
  summary_.count("epochs", "events", queue_.done());
  return {checks_.violation(), summary_, trace_.digest()};
}

void World::run_to_the_end() {
  const std::uint64_t goal = checks_.last_epoch() + kMoreEpochs;
  // Amendments may have changed tempo; a clock ahead may have put a block some epochs ahead.
  const Ms longest = std::max<Ms>(scenario_.epoch_ms(), Ms{9} * scenario_.block_ms);
  const Ms deadline = now() + (kMoreEpochs + 8) * (2 * longest + kSlackForEpoch) + kSlack;
  const auto all_there = [&] {
    return std::all_of(nodes_.begin(), nodes_.end(), [&](const auto& item) {
      const Node& node = *item.second;
      return !node.honest() || (node.up() && node.engine().sealed().state.epoch >= goal);
    });
  };
  while (!all_there() && now() < deadline) {
    if (!run_until(std::min(deadline, now() + scenario_.block_ms))) return;
  }
  look_for_stuck_nodes(goal);
}

void World::look_for_stuck_nodes(std::uint64_t goal) {
  for (const auto& [id, node] : nodes_) {
    if (!node->honest()) continue;
    if (!node->up()) return checks_.fail("stuck", id, "is down");
    const std::uint64_t epoch = node->engine().sealed().state.epoch;
    if (node->engine().stopped()) checks_.fail("stuck", id, "has stopped for good");
    if (epoch >= goal) continue;
    checks_.fail("stuck", id,
                 absl::StrFormat("has sealed epoch %d of %d in the time it had", epoch, goal));
  }
}

Outcome run_scenario(const Scenario& scenario, std::FILE* trace) {
  return World(scenario, trace).run();
}

}  // namespace yuma::simulator
