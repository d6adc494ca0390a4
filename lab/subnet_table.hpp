// SPDX-License-Identifier: MIT
#pragma once

// One epoch of a subnet as a table of its members, and its seal, for a terminal of 100 columns.

#include <string>
#include <vector>

#include "lab/subnet_epochs.hpp"

namespace yuma::lab {

/// The epoch, its seal, and a row for each member; at most `top` rows, those with the largest
/// emission, 0 for all. Stake and emission are in units of 10^9 rao; a miner earns incentive, a
/// validator dividends, each a share of its half.
std::string subnet_table(const SubnetEpoch& epoch, const Names& names,
                         const std::vector<JournalRound>& journal, std::size_t top);

}  // namespace yuma::lab
