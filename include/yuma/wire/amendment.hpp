// SPDX-License-Identifier: MIT
#pragma once

// Amendments (docs/protocol.md): how a private subnet changes its roster, powers, owner, size,
// hyperparameters and rules. They are numbered, signed by a quorum and applied once, in order.

#include <span>
#include <variant>
#include <vector>

#include "yuma/wire/object_header.hpp"

namespace yuma {

/// What an amendment can set. The numbers are those of the encoding and never change; the replica
/// maps them to its parameters. Block time is no parameter: it cannot be amended.
enum class ParameterTag : std::uint8_t {
  kTempo = 1,                   ///< blocks between epochs, at least 1
  kRevealPeriod = 2,            ///< 1: vectors open commits; 0: no commits
  kHaveWait = 3,                ///< blocks that the owner waits for haves; 0: a tenth of tempo
  kEmissionPerBlock = 4,        ///< rao
  kMinAllowedWeights = 5,       ///< fewest weights of a vector
  kMaxWeightLimit = 6,          ///< of 65,535: largest share of one weight
  kWeightsVersionKey = 7,       ///< smallest version key of a vector
  kActivityCutoff = 8,          ///< blocks without an update until inactive
  kMinStake = 9,                ///< rao; less counts as none
  kMaxAllowedValidators = 10,   ///< permits go to this many largest stakes
  kKappa = 11,                  ///< of 65,535
  kBondsPenalty = 12,           ///< of 65,535
  kBondsMovingAverage = 13,     ///< in millionths
  kYuma3 = 14,                  ///< 0 or 1
  kLiquidAlpha = 15,            ///< 0 or 1
  kAlphaLow = 16,               ///< of 65,535
  kAlphaHigh = 17,              ///< of 65,535
  kAlphaSigmoidSteepness = 18,  ///< in hundredths: the 16 bits of a two's complement i16
  kLiquidAlphaConsensus = 19,   ///< 0: as the rules say, 1 current, 2 previous, 3 auto
};

/// The words of reports and files: "tempo", "reveal_period", ...
std::string_view parameter_name(ParameterTag tag);
std::optional<ParameterTag> parameter_of_name(std::string_view name);
/// The smallest and the largest value that an amendment may give it.
struct ParameterBounds {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};
ParameterBounds parameter_bounds(ParameterTag tag);
/// All of them, by ascending number.
std::span<const ParameterTag> all_parameters();

// The changes, in the order of their numbers in the encoding, which is the order in which those of
// one amendment are applied. Of one kind there is one change a uid or parameter, ascending.

struct RemoveUid {  // 1: the uid is free again
  std::uint16_t uid = 0;
  friend bool operator==(const RemoveUid&, const RemoveUid&) = default;
};
struct ReplaceHotkey {  // 2: the uid keeps its power, stake and bonds
  std::uint16_t uid = 0;
  PublicKey hotkey;
  friend bool operator==(const ReplaceHotkey&, const ReplaceHotkey&) = default;
};
struct RegisterUid {  // 3: a free uid; stake in rao, since without any it would count for nothing
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::uint32_t power = 0;
  std::uint64_t stake = 0;
  friend bool operator==(const RegisterUid&, const RegisterUid&) = default;
};
struct SetPower {  // 4: 32 bits, so that three times the sum of all fits 64
  std::uint16_t uid = 0;
  std::uint32_t power = 0;
  friend bool operator==(const SetPower&, const SetPower&) = default;
};
struct SetOwner {  // 5: one of the validators
  std::uint16_t uid = 0;
  friend bool operator==(const SetOwner&, const SetOwner&) = default;
};
struct SetSize {  // 6: how many uids there are, 1 to kMaxUids
  std::uint16_t uids = 0;
  friend bool operator==(const SetSize&, const SetSize&) = default;
};
struct SetParameter {  // 7
  ParameterTag tag = ParameterTag::kTempo;
  std::uint64_t value = 0;
  friend bool operator==(const SetParameter&, const SetParameter&) = default;
};
struct SetRuleVersion {  // 8: spec_version of the chain's rules
  std::uint32_t spec_version = 0;
  friend bool operator==(const SetRuleVersion&, const SetRuleVersion&) = default;
};
using Change = std::variant<RemoveUid, ReplaceHotkey, RegisterUid, SetPower, SetOwner, SetSize,
                            SetParameter, SetRuleVersion>;

/// Has no sender: every signer of the quorum signs the same body.
struct AmendmentBody {
  static constexpr ObjectKind kKind = ObjectKind::kAmendment;

  SubnetId subnet;
  std::uint64_t epoch = 0;   ///< due from this epoch on: no earlier block carries it
  std::uint64_t number = 0;  ///< amendments applied before it, plus 1
  std::vector<Change> changes;

  friend bool operator==(const AmendmentBody&, const AmendmentBody&) = default;
};

}  // namespace yuma
