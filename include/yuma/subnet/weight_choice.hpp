// SPDX-License-Identifier: MIT
#pragma once

// From averages to the weights that a node commits to, and whether the subnet would take them: the
// same for a running validator and for a dry run.

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "yuma/subnet/node.hpp"
#include "yuma/subnet/scores.hpp"

namespace yuma::subnet {

/// The weights of validator `own_uid` for the epoch after `state`: scores of uids that nobody holds
/// are left out, the others fitted to the subnet's limits (wire/weights.hpp) and checked as every
/// other validator will check them. InvalidArgument, with the reason, where nothing is positive or
/// the subnet would not take them.
absl::StatusOr<ChosenWeights> weights_of_scores(const State& state, std::uint16_t own_uid,
                                                std::span<const UidScore> scores,
                                                std::uint64_t version_key);

/// How long before an epoch is due its weights are chosen, so that the commit reaches the others in
/// time: a tenth of the epoch, at least one block, at most a minute and half the epoch.
std::chrono::milliseconds choosing_lead(const State& state);

}  // namespace yuma::subnet
