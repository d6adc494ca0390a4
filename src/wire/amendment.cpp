// SPDX-License-Identifier: MIT

#include "yuma/wire/amendment.hpp"

#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "amendment_codec.hpp"
#include "object_codec.hpp"

namespace yuma {

namespace {

struct Parameter {
  ParameterTag tag;
  std::string_view name;
  ParameterBounds bounds;
};

constexpr std::uint64_t kU16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kU64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kChoicesOfConsensus = 3;

constexpr std::size_t kParameters = 19;
constexpr std::array<Parameter, kParameters> kTable = {{
    {ParameterTag::kTempo, "tempo", {1, kU16}},
    {ParameterTag::kRevealPeriod, "reveal_period", {0, 1}},
    {ParameterTag::kHaveWait, "have_wait", {0, kU16}},
    {ParameterTag::kEmissionPerBlock, "emission_per_block", {0, kU64}},
    {ParameterTag::kMinAllowedWeights, "min_allowed_weights", {0, kMaxUids}},
    {ParameterTag::kMaxWeightLimit, "max_weight_limit", {1, kU16}},
    {ParameterTag::kWeightsVersionKey, "weights_version_key", {0, kU64}},
    {ParameterTag::kActivityCutoff, "activity_cutoff", {0, kU64}},
    {ParameterTag::kMinStake, "min_stake", {0, kU64}},
    {ParameterTag::kMaxAllowedValidators, "max_allowed_validators", {1, kMaxUids}},
    {ParameterTag::kKappa, "kappa", {0, kU16}},
    {ParameterTag::kBondsPenalty, "bonds_penalty", {0, kU16}},
    {ParameterTag::kBondsMovingAverage, "bonds_moving_average", {0, kMillion}},
    {ParameterTag::kYuma3, "yuma3", {0, 1}},
    {ParameterTag::kLiquidAlpha, "liquid_alpha", {0, 1}},
    {ParameterTag::kAlphaLow, "alpha_low", {0, kU16}},
    {ParameterTag::kAlphaHigh, "alpha_high", {0, kU16}},
    {ParameterTag::kAlphaSigmoidSteepness, "alpha_sigmoid_steepness", {0, kU16}},
    {ParameterTag::kLiquidAlphaConsensus, "liquid_alpha_consensus", {0, kChoicesOfConsensus}},
}};

constexpr std::array<ParameterTag, kParameters> kTags = [] {
  std::array<ParameterTag, kParameters> tags{};
  for (std::size_t i = 0; i < kParameters; ++i) tags[i] = kTable[i].tag;
  return tags;
}();

const Parameter& parameter(ParameterTag tag) {
  const std::size_t number = static_cast<std::size_t>(tag);
  if (number < 1 || number > kParameters) std::abort();
  return kTable[number - 1];  // in the order of the numbers, without gaps
}

// Writing: the number of a change is its place in the variant, from 1.
struct WriteChange {
  ScaleWriter& out;

  void operator()(const RemoveUid& change) const { out.number(change.uid); }
  void operator()(const ReplaceHotkey& change) const {
    out.number(change.uid);
    wire::write_public_key(out, change.hotkey);
  }
  void operator()(const RegisterUid& change) const {
    out.number(change.uid);
    wire::write_public_key(out, change.hotkey);
    out.number(change.power);
    out.number(change.stake);
  }
  void operator()(const SetPower& change) const {
    out.number(change.uid);
    out.number(change.power);
  }
  void operator()(const SetOwner& change) const { out.number(change.uid); }
  void operator()(const SetSize& change) const { out.number(change.uids); }
  void operator()(const SetParameter& change) const {
    out.number(static_cast<std::uint8_t>(change.tag));
    out.number(change.value);
  }
  void operator()(const SetRuleVersion& change) const { out.number(change.spec_version); }
};

SetSize read_size(ScaleReader& in) {
  const auto uids = in.number<std::uint16_t>();
  if (uids < 1 || uids > kMaxUids) in.fail("a size that is not 1 to 4,096");
  return {uids};
}

SetParameter read_parameter(ScaleReader& in) {
  const auto number = in.number<std::uint8_t>();
  if (number < 1 || number > kParameters) {
    in.fail("an unknown parameter");
    return {};
  }
  const SetParameter change{static_cast<ParameterTag>(number), in.number<std::uint64_t>()};
  const ParameterBounds bounds = parameter_bounds(change.tag);
  if (change.value < bounds.least || change.value > bounds.most) {
    in.fail(std::string(parameter_name(change.tag)) + " out of bounds");
  }
  return change;
}

Change read_change(ScaleReader& in) {
  // Braces: the fields are read in their order.
  switch (in.number<std::uint8_t>()) {
    case 1:
      return RemoveUid{wire::read_uid(in)};
    case 2:
      return ReplaceHotkey{wire::read_uid(in), wire::read_public_key(in)};
    case 3:
      return RegisterUid{wire::read_uid(in), wire::read_public_key(in), in.number<std::uint32_t>(),
                         in.number<std::uint64_t>()};
    case 4:
      return SetPower{wire::read_uid(in), in.number<std::uint32_t>()};
    case 5:
      return SetOwner{wire::read_uid(in)};
    case 6:
      return read_size(in);
    case 7:
      return read_parameter(in);
    case 8:
      return SetRuleVersion{in.number<std::uint32_t>()};
    default:
      in.fail("an unknown change");
      return RemoveUid{};
  }
}

// What a change is about, among those of its kind.
struct TargetOf {
  std::uint32_t operator()(const SetParameter& change) const {
    return static_cast<std::uint32_t>(change.tag);
  }
  std::uint32_t operator()(const SetOwner&) const { return 0; }
  std::uint32_t operator()(const SetSize&) const { return 0; }
  std::uint32_t operator()(const SetRuleVersion&) const { return 0; }
  template <class OfUid>
  std::uint32_t operator()(const OfUid& change) const {
    return change.uid;
  }
};

std::pair<std::size_t, std::uint32_t> order_of(const Change& change) {
  return {change.index(), std::visit(TargetOf{}, change)};
}

// The shortest change: a number and a uid.
constexpr std::size_t kLeastChange = 3;

}  // namespace

std::string_view parameter_name(ParameterTag tag) { return parameter(tag).name; }

std::optional<ParameterTag> parameter_of_name(std::string_view name) {
  for (const Parameter& parameter : kTable) {
    if (parameter.name == name) return parameter.tag;
  }
  return std::nullopt;
}

ParameterBounds parameter_bounds(ParameterTag tag) { return parameter(tag).bounds; }

std::span<const ParameterTag> all_parameters() { return kTags; }

namespace wire {

void write_amendment(ScaleWriter& out, const AmendmentBody& body) {
  write_subnet(out, body.subnet);
  out.number(body.epoch);
  out.number(body.number);
  out.list(body.changes, [&](const Change& change) {
    out.number(static_cast<std::uint8_t>(change.index() + 1));
    std::visit(WriteChange{out}, change);
  });
}

AmendmentBody read_amendment(ScaleReader& in) {
  AmendmentBody body;
  body.subnet = read_subnet(in);
  body.epoch = in.number<std::uint64_t>();
  body.number = in.number<std::uint64_t>();
  if (body.number == 0) in.fail("an amendment of number 0");
  body.changes =
      in.list<Change>(kMaxBodyBytes / kLeastChange, kLeastChange, [&] { return read_change(in); });
  if (body.changes.empty()) in.fail("an amendment without changes");
  require_ascending(in, body.changes, "changes", order_of);
  return body;
}

}  // namespace wire

}  // namespace yuma
