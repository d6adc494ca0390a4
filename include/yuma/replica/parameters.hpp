// SPDX-License-Identifier: MIT
#pragma once

// The parameters of a private subnet: the hyperparameters that the epoch reads and those of the
// agreement around it. Each has a number (ParameterTag), bounds and a name; amendments set them by
// number, genesis files by name.

#include "absl/status/status.h"
#include "yuma/consensus/input.hpp"
#include "yuma/wire/amendment.hpp"

namespace yuma {

/// The defaults are those of the chain where it has the parameter. Block time is not among them: it
/// is the genesis's for ever.
struct SubnetParameters {
  std::uint8_t reveal_period = 1;          ///< 1: vectors open commits; 0: no commits
  std::uint16_t have_wait = 0;             ///< blocks; 0: a tenth of tempo
  std::uint64_t emission_per_block = 0;    ///< rao
  std::uint16_t min_allowed_weights = 1;   ///< fewest weights of a vector
  std::uint16_t max_weight_limit = 65535;  ///< of 65,535: largest share of one weight
  std::uint64_t weights_version_key = 0;   ///< smallest version key of a vector
  Hyperparameters epoch;                   ///< tempo among them
};
bool operator==(const SubnetParameters& a, const SubnetParameters& b);

/// The value of a parameter in the unit of its tag.
std::uint64_t parameter(const SubnetParameters& parameters, ParameterTag tag);

/// Sets one. InvalidArgument, naming it and its bounds, where the value is out of these.
absl::Status set_parameter(SubnetParameters& parameters, ParameterTag tag, std::uint64_t value);

/// Blocks that the owner waits for haves beyond a quorum: have_wait, or a tenth of tempo, at least
/// one.
std::uint64_t have_wait_blocks(const SubnetParameters& parameters);

}  // namespace yuma
