// SPDX-License-Identifier: MIT

#include "lab/replayed.hpp"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lab/roster_table.hpp"

namespace yuma::lab {

namespace {

EpochSnapshot snapshot_of(const State& before, const EpochInputs& inputs, PreparedEpoch prepared) {
  const EpochInput view = prepared.view(before, inputs.number);
  EpochSnapshot out;
  out.n = view.n;
  out.current_block = view.current_block;
  out.last_mechanism_step_block = view.last_mechanism_step_block;
  out.last_update.assign(view.last_update.begin(), view.last_update.end());
  out.block_at_registration.assign(view.block_at_registration.begin(),
                                   view.block_at_registration.end());
  out.stake.assign(view.stake.begin(), view.stake.end());
  out.owner_uid = view.owner_uid;
  out.validator_permits.assign(view.validator_permits.begin(), view.validator_permits.end());
  for (std::size_t i = 0; i < view.weights.rows(); ++i) out.weights.append(view.weights.row(i));
  for (std::size_t i = 0; i < view.bonds.rows(); ++i) out.bonds.append(view.bonds.row(i));
  out.previous_consensus.assign(view.previous_consensus.begin(), view.previous_consensus.end());
  out.emission = view.emission;
  out.parameters = view.parameters;
  return out;
}

RunOptions run_options_of(const Replayed& replayed, bool raw) {
  const State& before = replayed.before;
  const BlockBody& block = replayed.step.block;
  RunOptions out;
  out.keep_raw = raw;
  out.title = absl::StrCat("subnet ", before.subnet.netuid, ", mechanism ",
                           static_cast<int>(before.subnet.mechanism), ", epoch ", before.epoch + 1);
  const auto fact = [&](const char* key, auto&&... value) {
    out.facts.emplace_back(key, absl::StrCat(value...));
  };
  const bool commits = before.parameters.reveal_period != 0;
  fact("network", to_hex(before.subnet.network));
  fact("epoch", before.epoch + 1);
  fact("commit-reveal", commits ? "on" : "off");
  if (commits) {
    fact("commits opened", block.vectors.size(), " of ", before.commits.size());
  } else {
    fact("new vectors", block.vectors.size());
  }
  fact("faults", block.faults.size());
  fact("amendments", block.amendments.size());
  return out;
}

}  // namespace

absl::StatusOr<EpochRun> run_of(const Replayed& replayed, bool raw) {
  const State& before = replayed.before;
  const AuditedEpoch& epoch = replayed.step.epoch;
  auto prepared = prepare_epoch(before, epoch.inputs);
  if (!prepared.ok()) return prepared.status();
  RunOptions options = run_options_of(replayed, raw);
  auto rules = ChainRules::at(before.spec_version, Evidence::kModel);
  if (!rules.ok()) return rules.status();
  options.rules = *rules;
  auto run = run_epoch(snapshot_of(before, epoch.inputs, *std::move(prepared)), options);
  if (!run.ok()) return run.status();
  if (run->terms != epoch.outcome.terms) {
    return absl::InternalError(
        "the stages give other terms than the sealed epoch: a fault of this "
        "program, please report it with the ledger");
  }
  run->view.number = before.epoch + 1;
  for (std::size_t uid = 0; uid < before.neurons.size(); ++uid) {
    run->view.roles.push_back(role_of(before, static_cast<std::uint16_t>(uid)));
    run->view.hotkeys.push_back(hotkey_of(before, static_cast<std::uint16_t>(uid)));
  }
  if (!replayed.step.epoch.inclusion_known) {
    run->view.notes.push_back(
        "Not all haves and commits of this epoch are kept: that nothing was left out is not "
        "known.");
  }
  return run;
}

}  // namespace yuma::lab
