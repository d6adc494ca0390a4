// SPDX-License-Identifier: MIT
#pragma once

/// What a report needs to know of one epoch, as plain numbers: the drawing code depends on this and
/// on nothing of the consensus code. Vectors that are too short are read as "unknown" beyond their
/// end, and values that are not finite as unknown, so a view filled from bad data still draws.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace yuma::lab {

/// What a report shows of one epoch; all shares are real numbers in [0, 1].
struct EpochView {
  std::string title;                                       // e.g. the file's name and description
  std::vector<std::pair<std::string, std::string>> facts;  // key, value (block, kappa, rules, ...)
  std::vector<double> stake, consensus, incentive, dividends, validator_trust;  // one a uid
  std::vector<bool> permit, active;                                             // one a uid
  std::vector<std::uint64_t> emission;                                          // rao, one a uid
  std::vector<std::string> roles, hotkeys;  // one a uid; none: not known, and not shown
  std::vector<std::string> names;           // one a uid, some empty: what people call it
  std::optional<std::uint64_t> number;      // of the epoch, where it has one

  /// One weight: normalised within its row, and what clipping left of it.
  struct Cell {
    std::uint32_t validator, miner;
    double weight;
    double clipped;  // <= weight; 0 when removed
  };
  std::vector<Cell> weights;
  std::vector<std::string> notes;  // one a paragraph: comparison with a recorded result, ...
};

}  // namespace yuma::lab
