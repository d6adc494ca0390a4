// SPDX-License-Identifier: MIT

#include "tests/simulator/amendments.hpp"

#include <algorithm>
#include <optional>

namespace yuma::simulator {

namespace {

std::optional<std::uint16_t> free_uid(const State& state) {
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) return static_cast<std::uint16_t>(uid);
  }
  return std::nullopt;
}

std::uint32_t draw_power(const State& state, Random& random) {
  const auto uids = validators(state);
  const std::uint32_t like = power_of(state, uids[random.below(uids.size())]);
  return random.chance(50) ? like : std::max(1U, like / 2);
}

std::vector<Change> register_one(const AmendmentDraft& draft, Random& random) {
  const auto uid = free_uid(draft.state);
  if (!uid) return {};
  return {RegisterUid{*uid, draft.fresh_hotkey, draw_power(draft.state, random),
                      random.below(1'000'000'000'000)}};
}

/// Grows, or shrinks by the uids at the end, removing miners.
std::vector<Change> change_size(const State& state, Random& random) {
  const auto size = static_cast<std::uint16_t>(state.neurons.size());
  if (random.chance(50)) return {SetSize{static_cast<std::uint16_t>(size + random.below(4) + 1)}};
  std::vector<Change> out;
  const std::uint16_t last = size - 1;
  if (size < 4 || power_of(state, last) > 0) return {};
  if (state.neurons[last]) out.push_back(RemoveUid{last});
  out.push_back(SetSize{last});
  return out;
}

std::vector<Change> change_parameter(Random& random) {
  const auto parameters = all_parameters();
  const ParameterTag tag = parameters[random.below(parameters.size())];
  if (tag == ParameterTag::kTempo || tag == ParameterTag::kRevealPeriod) return {};
  if (tag == ParameterTag::kHaveWait || tag == ParameterTag::kMinAllowedWeights) {
    return {SetParameter{tag, random.below(4)}};
  }
  if (tag == ParameterTag::kWeightsVersionKey) return {SetParameter{tag, random.below(3)}};
  const ParameterBounds bounds = parameter_bounds(tag);
  const std::uint64_t span = bounds.most - bounds.least;
  const std::uint64_t offset = span == ~std::uint64_t{0} ? random.next() : random.below(span + 1);
  if (tag == ParameterTag::kMaxWeightLimit && bounds.least + offset < 40'000) return {};
  return {SetParameter{tag, bounds.least + offset}};
}

std::vector<Change> set_owner(const State& state, Random& random) {
  const auto uids = validators(state);
  return {SetOwner{uids[random.below(uids.size())]}};
}

/// Several kinds in one amendment, in the order of their numbers.
std::vector<Change> several(const AmendmentDraft& draft, Random& random) {
  std::vector<Change> out = register_one(draft, random);
  if (power_of(draft.state, draft.subject) > 0) {
    out.push_back(SetPower{draft.subject, draw_power(draft.state, random)});
  }
  if (random.chance(50)) {
    out.push_back(SetSize{static_cast<std::uint16_t>(draft.state.neurons.size() + 1)});
  }
  out.push_back(SetParameter{ParameterTag::kKappa, random.below(65536)});
  if (random.chance(30)) out.push_back(SetRuleVersion{446});
  return out;
}

}  // namespace

std::vector<Change> draw_changes(const AmendmentDraft& draft, Random& random) {
  const State& state = draft.state;
  switch (draft.kind) {
    case AmendmentKind::kRegister:
      return register_one(draft, random);
    case AmendmentKind::kReplaceHotkey:
      return {ReplaceHotkey{draft.subject, draft.fresh_hotkey}};
    case AmendmentKind::kRemove:
      return {RemoveUid{draft.subject}};
    case AmendmentKind::kPower:
      return {SetPower{draft.subject, random.chance(25) ? 0 : draw_power(state, random)}};
    case AmendmentKind::kOwner:
      return set_owner(state, random);
    case AmendmentKind::kRevealPeriod:
      return {SetParameter{ParameterTag::kRevealPeriod, state.parameters.reveal_period ^ 1U}};
    case AmendmentKind::kTempo:
      return {SetParameter{ParameterTag::kTempo, random.between<std::uint64_t>(2, 9)}};
    case AmendmentKind::kHaveWait:
      return {SetParameter{ParameterTag::kHaveWait, random.below(3)}};
    case AmendmentKind::kOtherParameter:
      return change_parameter(random);
    case AmendmentKind::kRuleVersion:
      return {SetRuleVersion{random.pick({300U, 425U, 446U, 450U})}};
    case AmendmentKind::kSize:
      return change_size(state, random);
    case AmendmentKind::kSeveral:
      return several(draft, random);
  }
  return {};
}

}  // namespace yuma::simulator
