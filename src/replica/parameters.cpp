// SPDX-License-Identifier: MIT

#include "yuma/replica/parameters.hpp"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

// have_wait where it is 0: this part of tempo.
constexpr std::uint64_t kPartOfTempo = 10;

std::uint64_t number_of(const std::optional<LiquidAlphaConsensus>& choice) {
  return choice ? static_cast<std::uint64_t>(*choice) + 1 : 0;
}

std::optional<LiquidAlphaConsensus> choice_of(std::uint64_t number) {
  if (number == 0) return std::nullopt;
  return static_cast<LiquidAlphaConsensus>(number - 1);
}

std::uint64_t bits_of(std::int16_t value) { return static_cast<std::uint16_t>(value); }

// Calls visit(field) with the field of a tag, except for the two whose value is not their number.
template <class Parameters, class Visit>
void visit_plain(Parameters& p, ParameterTag tag, Visit visit) {
  switch (tag) {
    case ParameterTag::kTempo:
      return visit(p.epoch.tempo);
    case ParameterTag::kRevealPeriod:
      return visit(p.reveal_period);
    case ParameterTag::kHaveWait:
      return visit(p.have_wait);
    case ParameterTag::kEmissionPerBlock:
      return visit(p.emission_per_block);
    case ParameterTag::kMinAllowedWeights:
      return visit(p.min_allowed_weights);
    case ParameterTag::kMaxWeightLimit:
      return visit(p.max_weight_limit);
    case ParameterTag::kWeightsVersionKey:
      return visit(p.weights_version_key);
    case ParameterTag::kActivityCutoff:
      return visit(p.epoch.activity_cutoff);
    case ParameterTag::kMinStake:
      return visit(p.epoch.min_stake);
    case ParameterTag::kMaxAllowedValidators:
      return visit(p.epoch.max_allowed_validators);
    case ParameterTag::kKappa:
      return visit(p.epoch.kappa);
    case ParameterTag::kBondsPenalty:
      return visit(p.epoch.bonds_penalty);
    case ParameterTag::kBondsMovingAverage:
      return visit(p.epoch.bonds_moving_average);
    case ParameterTag::kYuma3:
      return visit(p.epoch.yuma3);
    case ParameterTag::kLiquidAlpha:
      return visit(p.epoch.liquid_alpha);
    case ParameterTag::kAlphaLow:
      return visit(p.epoch.alpha_low);
    case ParameterTag::kAlphaHigh:
      return visit(p.epoch.alpha_high);
    case ParameterTag::kAlphaSigmoidSteepness:
    case ParameterTag::kLiquidAlphaConsensus:
      break;
  }
  std::abort();
}

}  // namespace

std::uint64_t parameter(const SubnetParameters& parameters, ParameterTag tag) {
  if (tag == ParameterTag::kAlphaSigmoidSteepness) {
    return bits_of(parameters.epoch.alpha_sigmoid_steepness);
  }
  if (tag == ParameterTag::kLiquidAlphaConsensus) {
    return number_of(parameters.epoch.liquid_alpha_consensus);
  }
  std::uint64_t value = 0;
  visit_plain(parameters, tag, [&](const auto& field) { value = field; });
  return value;
}

absl::Status set_parameter(SubnetParameters& parameters, ParameterTag tag, std::uint64_t value) {
  const ParameterBounds bounds = parameter_bounds(tag);
  if (value < bounds.least || value > bounds.most) {
    const std::string_view name = parameter_name(tag);
    return absl::InvalidArgumentError(absl::StrCat(absl::string_view(name.data(), name.size()),
                                                   " is ", value, ", not ", bounds.least, " to ",
                                                   bounds.most));
  }
  if (tag == ParameterTag::kAlphaSigmoidSteepness) {
    parameters.epoch.alpha_sigmoid_steepness =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(value));
  } else if (tag == ParameterTag::kLiquidAlphaConsensus) {
    parameters.epoch.liquid_alpha_consensus = choice_of(value);
  } else {
    visit_plain(parameters, tag, [&](auto& field) {
      field = static_cast<std::remove_reference_t<decltype(field)>>(value);
    });
  }
  return absl::OkStatus();
}

bool operator==(const SubnetParameters& a, const SubnetParameters& b) {
  const auto tags = all_parameters();
  return std::all_of(tags.begin(), tags.end(),
                     [&](ParameterTag tag) { return parameter(a, tag) == parameter(b, tag); });
}

std::uint64_t have_wait_blocks(const SubnetParameters& parameters) {
  if (parameters.have_wait != 0) return parameters.have_wait;
  return std::max<std::uint64_t>(1, parameters.epoch.tempo / kPartOfTempo);
}

}  // namespace yuma
