// SPDX-License-Identifier: MIT
#pragma once

// What one epoch gives: the terms that the chain stores and pays out, one of each a uid.

#include <cstdint>
#include <vector>

#include "yuma/consensus/sparse_rows.hpp"

namespace yuma {

/// The terms of one epoch. Vectors have n entries; proportions are u / 65535, floored; amounts are
/// rao, floored. `emission` comes from a share that is rounded on its own: it is never less than
/// the sum of the other two, and more by up to a 2^-32 of the whole emission plus one rao.
struct EpochResult {
  std::vector<std::uint16_t> dividend;            ///< share of the validators' half
  std::vector<std::uint16_t> incentive;           ///< share of the miners' half
  std::vector<std::uint16_t> consensus;           ///< stake-weighted median of the weights received
  std::vector<std::uint16_t> validator_trust;     ///< sum of a validator's weights after clipping
  std::vector<std::uint16_t> stake_weight;        ///< share of the subnet's stake
  std::vector<std::uint64_t> validator_emission;  ///< for dividends
  std::vector<std::uint64_t> server_emission;     ///< for incentive
  std::vector<std::uint64_t> emission;            ///< both together
  std::vector<std::uint64_t> stake;               ///< stake weight before the minimum, rao
  std::vector<std::uint8_t> active;               ///< updated its weights recently: 0 or 1
  std::vector<std::uint8_t> new_validator_permit;  ///< may validate until the next epoch: 0 or 1
  SparseRows<std::uint16_t> bond;                  ///< bonds to be stored

  friend bool operator==(const EpochResult&, const EpochResult&) = default;
};

}  // namespace yuma
