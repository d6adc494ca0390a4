// SPDX-License-Identifier: MIT

#include "tests/simulator/scenario.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tests/simulator/keys.hpp"
#include "tests/simulator/schedule.hpp"

namespace yuma::simulator {

namespace {

constexpr std::array<std::string_view, kMutants> kMutantNames = {"none",
                                                                 "send-before-keep",
                                                                 "lose-last-keep",
                                                                 "forget-intents",
                                                                 "forgetful-signer",
                                                                 "careless-host",
                                                                 "two-liars",
                                                                 "heavy-owner",
                                                                 "quorum-leaves-out",
                                                                 "quorum-wrong-root"};

/// Among many small validators there could be more; five are noisy enough.
constexpr std::size_t kMostLiars = 5;

/// Mostly 4 to 7, sometimes fewer or more.
std::uint32_t draw_validators(Random& random) {
  if (random.chance(80)) return random.between(4U, 7U);
  return random.chance(60) ? random.between(1U, 3U) : random.between(8U, 16U);
}

std::uint32_t draw_power(Random& random, std::uint64_t style) {
  switch (style) {
    case 0:
      return 1;
    case 1:
      return random.between(1U, 5U);
    case 2:
      return random.chance(20) ? 4 : 1;
    default:
      return static_cast<std::uint32_t>(random.next() >> 32 >> random.below(8)) | 1U;
  }
}

void draw_members(Scenario& scenario, std::uint32_t validators, Random& random) {
  scenario.uids =
      static_cast<std::uint16_t>(std::max<std::uint64_t>(validators + 2, 8) + random.below(9));
  std::vector<std::uint16_t> uids(scenario.uids);
  std::iota(uids.begin(), uids.end(), std::uint16_t{0});
  random.shuffle(uids);
  const std::uint64_t style = random.below(4);
  for (std::uint32_t i = 0; i < scenario.uids; ++i) {
    const std::uint64_t stake = random.below(1'000'000'000'000);
    if (i < validators) {
      scenario.validators.push_back({uids[i], draw_power(random, style), stake});
    } else if (i < validators + 2 || random.chance(70)) {
      scenario.miners.push_back({uids[i], 0, random.chance(20) ? stake : 0});
    }
  }
  scenario.owner = static_cast<NodeId>(random.below(validators));
}

void draw_parameters(Scenario& scenario, Random& random) {
  SubnetParameters& rules = scenario.parameters;
  rules.epoch.tempo = random.chance(70) ? random.between<std::uint16_t>(3, 6)
                                        : random.between<std::uint16_t>(7, 20);
  scenario.block_ms = random.pick({1000U, 1000U, 2000U, 3000U, 12000U});
  rules.reveal_period = random.chance(15) ? 0 : 1;
  rules.have_wait = random.pick<std::uint16_t>({0, 0, 1, 2});
  rules.emission_per_block = random.pick<std::uint64_t>({0, 1, 1'000'000'000, ~std::uint64_t{0}});
  rules.min_allowed_weights = random.between<std::uint16_t>(0, 3);
  rules.max_weight_limit = random.chance(30) ? 40000 : 65535;
  rules.epoch.activity_cutoff = random.pick<std::uint64_t>({5, 60, 5000});
  rules.epoch.yuma3 = random.chance(50);
  rules.epoch.liquid_alpha = random.chance(30);
  scenario.spec_version = random.pick({425U, 446U, 300U});
}

std::uint64_t total_power(const Scenario& scenario) {
  std::uint64_t total = 0;
  for (const Member& member : scenario.validators) total += member.power;
  return total;
}

bool below_third(const Scenario& scenario, const std::vector<NodeId>& nodes) {
  std::uint64_t power = 0;
  for (const NodeId node : nodes) power += scenario.validators[node].power;
  return 3 * power < total_power(scenario);
}

/// Adds nodes as long as they have less than a third of the power together.
void draw_liars(Scenario& scenario, bool always, Random& random) {
  std::vector<NodeId> order(scenario.validators.size());
  std::iota(order.begin(), order.end(), NodeId{0});
  random.shuffle(order);
  // One run in four is about a lying owner.
  const bool owner_lies = scenario.seed % 4 == 0;
  const bool any = random.chance(70) || always || owner_lies, one_far = random.chance(15);
  if (owner_lies) {
    const auto weak = std::find_if(order.begin(), order.end(),
                                   [&](NodeId node) { return below_third(scenario, {node}); });
    if (weak != order.end()) scenario.owner = *weak;
    std::swap(order.front(), *std::find(order.begin(), order.end(), scenario.owner));
  }
  for (const NodeId node : order) {
    if (!any || (node == scenario.owner && !owner_lies)) continue;
    if (scenario.liars.size() == kMostLiars) continue;
    scenario.liars.push_back(node);
    if (!below_third(scenario, scenario.liars)) scenario.liars.pop_back();
  }
  std::sort(scenario.liars.begin(), scenario.liars.end());
  scenario.unreliable = scenario.liars;
  for (const NodeId node : order) {
    if (!one_far || scenario.lies(node) || node == scenario.owner) continue;
    scenario.unreliable.push_back(node);
    if (below_third(scenario, scenario.unreliable)) break;
    scenario.unreliable.pop_back();
  }
}

/// The subnets that mutants need: four validators, few of them honest.
void set_up_mutant(Scenario& scenario) {
  const auto make_liars = [&](std::vector<std::uint32_t> powers, std::vector<NodeId> liars) {
    for (std::size_t i = 0; i < 4; ++i) scenario.validators[i].power = powers[i];
    scenario.owner = 0;
    scenario.liars = std::move(liars);
  };
  switch (scenario.mutant) {
    case Mutant::kTwoLiars:
      make_liars({1, 1, 1, 1}, {0, 1});
      break;
    case Mutant::kHeavyOwner:
      make_liars({4, 1, 1, 1}, {0});
      break;
    case Mutant::kQuorumLeavesOut:
    case Mutant::kQuorumWrongRoot:
      make_liars({1, 1, 1, 1}, {0, 1, 2});
      scenario.parameters.reveal_period = 1;
      break;
    default:
      make_liars({1, 1, 1, 1}, {});
      break;
  }
  scenario.unreliable = scenario.liars;
}

std::string ids_text(const std::vector<NodeId>& nodes) {
  return nodes.empty() ? "none" : absl::StrJoin(nodes, " ");
}

}  // namespace

std::string_view mutant_name(Mutant mutant) {
  return kMutantNames.at(static_cast<std::size_t>(mutant));
}

std::optional<Mutant> mutant_of_name(std::string_view name) {
  const auto found = std::find(kMutantNames.begin(), kMutantNames.end(), name);
  if (found == kMutantNames.end()) return std::nullopt;
  return static_cast<Mutant>(found - kMutantNames.begin());
}

bool Scenario::lies(NodeId node) const {
  return std::find(liars.begin(), liars.end(), node) != liars.end();
}

Scenario make_scenario(std::uint64_t seed, const ScenarioOptions& options) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.mutant = options.mutant;
  Random random = stream(seed, Purpose::kSubnet);
  std::uint32_t validators = draw_validators(random);
  if (options.validators) validators = *options.validators;
  if (options.mutant != Mutant::kNone) validators = 4;
  draw_members(scenario, validators, random);
  draw_parameters(scenario, random);
  draw_liars(scenario, !options.lies.empty(), random);
  if (options.mutant != Mutant::kNone) set_up_mutant(scenario);
  scenario.epochs = options.epochs.value_or(random.between(8U, 25U));
  // An epoch takes a little longer than tempo: haves are waited for, blocks and votes travel.
  scenario.faults_end = (scenario.epoch_ms() + 2 * scenario.block_ms) * scenario.epochs;
  scenario.nodes = static_cast<NodeId>(validators);
  add_faults(scenario, options.lies);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) scenario.faults[i].index = i;
  return scenario;
}

std::string scenario_text(const Scenario& scenario) {
  std::string powers;
  for (const Member& member : scenario.validators) {
    absl::StrAppendFormat(&powers, " %d", member.power);
  }
  return absl::StrFormat(
      "%d validators with powers%s, owner %d, liars %s; %d uids, tempo %d, blocks of %d ms, "
      "reveal period %d; time for %d epochs%s%s",
      scenario.validators.size(), powers, scenario.owner, ids_text(scenario.liars), scenario.uids,
      scenario.parameters.epoch.tempo, scenario.block_ms, scenario.parameters.reveal_period,
      scenario.epochs, scenario.mutant == Mutant::kNone ? "" : "; mutant ",
      scenario.mutant == Mutant::kNone ? "" : mutant_name(scenario.mutant));
}

Genesis make_genesis(const Scenario& scenario) {
  Genesis genesis;
  State& state = genesis.state;
  state.subnet.netuid = 7;
  state.genesis_ms = kGenesisMs;
  state.block_ms = scenario.block_ms;
  state.spec_version = scenario.spec_version;
  state.parameters = scenario.parameters;
  state.owner = scenario.validators[scenario.owner].uid;
  state.neurons.resize(scenario.uids);
  const auto add = [&](const Member& member, std::uint32_t key) {
    Neuron neuron;
    neuron.hotkey = key_pair(key).public_key();
    neuron.power = member.power;
    neuron.since = member.power > 0 ? 1 : 0;
    neuron.stake = member.stake;
    neuron.permit = member.power > 0;
    state.neurons[member.uid] = neuron;
  };
  for (std::size_t i = 0; i < scenario.validators.size(); ++i) {
    add(scenario.validators[i], node_key(static_cast<NodeId>(i), 0));
  }
  for (const Member& miner : scenario.miners) add(miner, member_key(miner.uid));
  for (std::uint16_t uid = 0; uid < scenario.uids; ++uid) {
    state.weights.end_row();
    state.bonds.end_row();
  }
  return genesis;
}

}  // namespace yuma::simulator
