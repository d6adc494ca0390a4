// SPDX-License-Identifier: MIT

#include "tests/simulator/schedule.hpp"

#include <algorithm>

namespace yuma::simulator {

namespace {

/// Clocks jump by up to so many epochs. More would only make the end of a run longer: a block whose
/// number lies ahead waits until then.
constexpr std::int64_t kMostClockEpochs = 3;

class Schedule {
 public:
  explicit Schedule(Scenario& scenario)
      : scenario_(scenario), random_(stream(scenario.seed, Purpose::kFaults)) {}

  void draw(const std::vector<Lie>& lies) {
    if (lies.empty()) {
      add_lies();
    } else {
      add_given_lies(lies);
    }
    add_joins();
    add_amendments();
    // From quiet subnets to those where something is always wrong.
    const std::uint64_t most = random_.pick<std::uint64_t>({1, 2, 4, 6});
    const std::uint64_t count = random_.below(scenario_.epochs * most / 2 + 2);
    for (std::uint64_t i = 0; i < count; ++i) add_fault();
    add_far_clock();
  }

  void draw_for_mutant();

 private:
  Ms epoch() const { return scenario_.epoch_ms(); }
  Ms moment() { return random_.below(scenario_.faults_end); }
  /// Up to `tenths` tenths of an epoch, at least 100 ms.
  Ms duration(std::uint64_t tenths) { return 100 + random_.below(epoch() * tenths / 10); }
  NodeId any_node() { return static_cast<NodeId>(random_.below(scenario_.nodes)); }

  void add(FaultKind kind, Ms from, Ms length, NodeId node = 0, std::uint64_t what = 0,
           std::uint64_t amount = 0) {
    scenario_.faults.push_back({kind, from, std::min(from + length, scenario_.faults_end), node,
                                static_cast<std::uint8_t>(what), amount, 0});
  }
  void add_whole(FaultKind kind, NodeId node, std::uint64_t what, std::uint64_t amount) {
    add(kind, 0, scenario_.faults_end, node, what, amount);
  }

  void add_fault();
  void add_crash();
  void add_clock();
  void add_far_clock();
  Lie draw_lie(bool about_block);
  void add_lies();
  void add_given_lies(const std::vector<Lie>& lies);
  void add_joins();
  void add_amendments();

  Scenario& scenario_;
  Random random_;
};

void Schedule::add_fault() {
  const std::uint64_t die = random_.below(100);
  if (die < 40) {
    add_crash();
  } else if (die < 43) {
    add(FaultKind::kBlackout, moment(), duration(10));
  } else if (die < 57) {
    add(FaultKind::kPartition, moment(), duration(15), any_node(), random_.below(kSplits));
  } else if (die < 63) {
    add(FaultKind::kLoss, moment(), duration(30), 0, 0, random_.pick<std::uint64_t>({5, 20, 50}));
  } else if (die < 68) {
    add(FaultKind::kDuplication, moment(), duration(30), 0, 0,
        random_.between<std::uint64_t>(5, 60));
  } else if (die < 76) {
    add(FaultKind::kSlowNetwork, moment(), duration(30), 0, 0,
        random_.pick<std::uint64_t>({200, 900, 3000}));
  } else if (die < 86) {
    add_clock();
  } else if (die < 91) {
    add(FaultKind::kDiskFull, moment(), duration(15), any_node());
  } else if (die < 95) {
    add(FaultKind::kSlowDisk, moment(), duration(30), any_node(), 0,
        random_.pick<std::uint64_t>({20, 200, 2000}));
  } else {
    add(FaultKind::kSignerDown, moment(), duration(15), any_node());
  }
}

void Schedule::add_crash() {
  // Anywhere, or close to the steps that matter.
  const std::uint64_t points = crash_points().size();
  const bool anywhere = random_.chance(30);
  const std::uint64_t what = anywhere ? 0 : random_.below(points);
  const auto number = random_.between<std::uint64_t>(1, anywhere ? 60 : 2);
  const NodeId node = random_.chance(30) ? scenario_.owner : any_node();
  add(FaultKind::kCrash, moment(), duration(random_.chance(80) ? 8 : 40), node, what, number);
}

void Schedule::add_clock() {
  const std::int64_t most = kMostClockEpochs * static_cast<std::int64_t>(epoch());
  if (random_.chance(70)) {
    const std::int64_t range = random_.chance(50) ? most : 2 * std::int64_t{scenario_.block_ms};
    const auto jump = random_.between<std::int64_t>(-range, range);
    add(FaultKind::kClockJump, moment(), duration(40), any_node(), 0,
        static_cast<std::uint64_t>(jump));
  } else {
    const auto drift = random_.between<std::int64_t>(-50'000, 50'000);
    add(FaultKind::kClockDrift, moment(), duration(60), any_node(), 0,
        static_cast<std::uint64_t>(drift));
  }
}

/// A clock that is years off, if there is a node for it.
void Schedule::add_far_clock() {
  for (const NodeId node : scenario_.unreliable) {
    if (scenario_.lies(node)) continue;
    const std::int64_t years = random_.pick<std::int64_t>({-1, 1, 10});
    add(FaultKind::kClockJump, moment(), duration(60), node, 0,
        static_cast<std::uint64_t>(years * 31'536'000'000));
  }
}

/// An owner who lies does so with its block, first of all.
Lie Schedule::draw_lie(bool about_block) {
  constexpr auto kFirst = static_cast<std::uint64_t>(kFirstOwnerLie);
  // The one that comes closest to two seals.
  if (about_block && random_.chance(35)) return Lie::kOwnerTwoBlocks;
  return static_cast<Lie>(about_block ? random_.between<std::uint64_t>(kFirst, kLies - 1)
                                      : random_.below(kFirst));
}

void Schedule::add_lies() {
  for (const NodeId node : scenario_.liars) {
    const bool is_owner = node == scenario_.owner;
    const std::uint64_t lies = is_owner ? random_.pick<std::uint64_t>({2, 4, 8})
                                        : random_.pick<std::uint64_t>({1, 2, 3, 8});
    for (std::uint64_t i = 0; i < lies; ++i) {
      const auto what =
          static_cast<std::uint64_t>(draw_lie(is_owner && (i == 0 || random_.chance(40))));
      const std::uint64_t percent = random_.pick<std::uint64_t>({30, 70, 100});
      if (random_.chance(40)) {
        add_whole(FaultKind::kLie, node, what, percent);
      } else {
        add(FaultKind::kLie, moment(), duration(60), node, what, percent);
      }
    }
    if (random_.chance(35)) add(FaultKind::kTwin, moment(), duration(100), node);
  }
}

void Schedule::add_given_lies(const std::vector<Lie>& lies) {
  for (const NodeId node : scenario_.liars) {
    for (const Lie lie : lies) {
      add_whole(FaultKind::kLie, node, static_cast<std::uint64_t>(lie), 100);
    }
  }
}

void Schedule::add_joins() {
  const std::uint64_t joins = random_.chance(35) ? random_.between<std::uint64_t>(1, 2) : 0;
  for (std::uint64_t i = 0; i < joins; ++i) {
    const std::uint64_t how = random_.below(2);
    add(FaultKind::kJoin, moment(), 0, scenario_.nodes++, how);
  }
}

void Schedule::add_amendments() {
  if (random_.chance(40)) return;
  const std::uint64_t count = random_.between<std::uint64_t>(1, 1 + scenario_.epochs / 4);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t what = random_.below(kAmendmentKinds);
    const auto kind = static_cast<AmendmentKind>(what);
    const bool joins = kind == AmendmentKind::kRegister || kind == AmendmentKind::kSeveral;
    const NodeId node = joins ? scenario_.nodes++ : any_node();
    add(FaultKind::kAmendment, moment(), 0, node, what);
  }
}

/// What each mutant needs to show itself, and crashes where it matters.
void Schedule::draw_for_mutant() {
  const auto lie = [&](NodeId node, Lie what) {
    add_whole(FaultKind::kLie, node, static_cast<std::uint64_t>(what), 100);
  };
  switch (scenario_.mutant) {
    case Mutant::kTwoLiars:
    case Mutant::kHeavyOwner:
      for (const NodeId node : scenario_.liars) add_whole(FaultKind::kTwin, node, 0, 0);
      break;
    case Mutant::kQuorumLeavesOut:
    case Mutant::kQuorumWrongRoot:
      lie(0, scenario_.mutant == Mutant::kQuorumLeavesOut ? Lie::kOwnerLeavesOut
                                                          : Lie::kOwnerWrongRoot);
      for (const NodeId node : scenario_.liars) lie(node, Lie::kVoteForAll);
      break;
    case Mutant::kCarelessHost:
      for (std::uint32_t i = 0; i < scenario_.epochs; ++i) {
        add(FaultKind::kDiskFull, moment(), duration(15), any_node());
      }
      break;
    default:
      for (std::uint32_t i = 0; i < 4 * scenario_.epochs; ++i) add_crash();
      break;
  }
}

}  // namespace

void add_faults(Scenario& scenario, const std::vector<Lie>& lies) {
  Schedule schedule(scenario);
  if (scenario.mutant == Mutant::kNone) {
    schedule.draw(lies);
  } else {
    schedule.draw_for_mutant();
  }
}

}  // namespace yuma::simulator
