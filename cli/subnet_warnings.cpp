// SPDX-License-Identifier: MIT

#include "cli/subnet_warnings.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/subnet_power.hpp"
#include "cli/subnet_values.hpp"
#include "cli/text.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma::cli {

namespace {

using Lines = std::vector<std::string>;

void warn_about_stakes(const State& state, Lines& out) {
  const std::uint64_t least = state.parameters.epoch.min_stake;
  const auto rules = ChainRules::at(state.spec_version, Evidence::kModel);
  const bool owner_is_exempt = rules.ok() && rules->owner_exempt_from_min_stake;
  std::vector<std::uint16_t> none, less;
  for (const std::uint16_t uid : validators(state)) {
    const std::uint64_t stake = state.neurons[uid]->stake;
    if (stake == 0) {
      none.push_back(uid);
    } else if (stake < least && !(owner_is_exempt && uid == state.owner)) {
      less.push_back(uid);
    }
  }
  if (none.size() + less.size() == validators(state).size()) {
    out.push_back("no validator has stake that counts: no weights count and nothing is ever paid");
    return;
  }
  if (!none.empty()) {
    out.push_back(absl::StrCat(uids_text(none), none.size() == 1 ? " has" : " have",
                               " power but no stake: their weights count for nothing"));
  }
  if (!less.empty()) {
    out.push_back(absl::StrCat(uids_text(less), less.size() == 1 ? " has" : " have",
                               " less stake than min_stake: it counts as none"));
  }
}

void warn_about_time(const State& state, Lines& out) {
  constexpr std::uint64_t kShortest = 5'000;
  const std::uint64_t tempo = state.parameters.epoch.tempo;
  const std::string every = blocks_text(tempo, state.block_ms);
  if (state.block_ms < kShortest && tempo * state.block_ms < kShortest) {
    out.push_back(absl::StrCat("an epoch every ", every,
                               ": the validators hardly agree in less "
                               "than 5 s; raise tempo"));
  }
  if (have_wait_blocks(state.parameters) >= tempo) {
    out.push_back(absl::StrCat("have_wait, ", have_wait_blocks(state.parameters),
                               " blocks, is not less than tempo: an epoch with a validator down "
                               "takes longer than tempo"));
  }
  // A vector counts an epoch after its commit.
  const std::uint64_t cutoff = state.parameters.epoch.activity_cutoff;
  const std::uint64_t age = state.parameters.reveal_period * tempo;
  if (cutoff < age) {
    out.push_back(
        "activity_cutoff is below tempo: every validator is always inactive, no weights "
        "count");
  } else if (cutoff < age + tempo) {
    out.push_back("activity_cutoff is so short that who misses one epoch counts as inactive");
  }
}

void warn_about_weights(const State& state, Lines& out) {
  const std::size_t uids = state.neurons.size();
  const SubnetParameters& p = state.parameters;
  constexpr std::uint64_t kAll = 65535;
  if (p.min_allowed_weights > uids) {
    out.push_back(
        "min_allowed_weights is above the number of uids: no weights for others are ever valid");
  }
  if (kAll / uids > p.max_weight_limit) {
    out.push_back(
        "max_weight_limit is below an equal share of all uids: no weights for others are ever "
        "valid");
  }
  if (p.reveal_period == 0) {
    out.push_back("reveal_period is 0: vectors are seen before they count and can be copied");
  }
  if (p.epoch.max_allowed_validators < validators(state).size()) {
    out.push_back(
        "max_allowed_validators is below the number of validators: those with the least "
        "stake have no say in what is paid");
  }
}

}  // namespace

std::vector<std::string> setting_warnings(const State& state) {
  Lines out;
  if (state.parameters.emission_per_block == 0) {
    out.push_back("emission_per_block is 0: nothing is ever paid");
  }
  warn_about_stakes(state, out);
  warn_about_time(state, out);
  warn_about_weights(state, out);
  return out;
}

std::vector<std::string> start_warnings(const State& state, std::uint64_t now_ms) {
  constexpr std::uint64_t kHour = 3'600'000, kDay = 24 * kHour;
  const std::uint64_t start = state.genesis_ms;
  if (start > now_ms + kDay) {
    return {
        absl::StrCat("it starts in ", duration_text(start - now_ms), ": nothing happens before")};
  }
  if (start + kHour < now_ms) {
    return {absl::StrCat("it starts ", duration_text(now_ms - start),
                         " in the past: the first epoch pays the emission of all blocks since")};
  }
  return {};
}

std::vector<std::string> all_warnings(const State& state) {
  Lines out = power_warnings(state);
  const Lines settings = setting_warnings(state);
  out.insert(out.end(), settings.begin(), settings.end());
  return out;
}

std::vector<std::string> warnings_of_change(const State& before, const State& after) {
  Lines out = power_warnings(after);
  const Lines known = setting_warnings(before);
  for (const std::string& warning : setting_warnings(after)) {
    if (std::find(known.begin(), known.end(), warning) == known.end()) out.push_back(warning);
  }
  return out;
}

std::string warnings_text(const std::vector<std::string>& warnings, std::size_t width) {
  std::string out;
  for (const std::string& warning : warnings) {
    std::string paragraph = wrapped(warning, 2, width);
    out += paragraph.replace(0, 2, "! ");
  }
  return out;
}

}  // namespace yuma::cli
