// SPDX-License-Identifier: MIT
#pragma once

// What a validator measured: a file of JSON lines that a scorer writes and the report reads, one
// line for each round of asking miners:
//
//   {"epoch": 3, "what": "tour length", "unit": "km", "miners": [
//      {"hotkey": "5Grwva...", "value": 71203.4, "note": "2.1 % above the best"},
//      {"hotkey": "5FLSig...", "note": "too late"}]}
//
// A round of a subnet that looks for ways may also have "route": the best one of it, as
// {"points": [[x, y], ...], "names": [...], "order": [0, 5, ...], "on_earth": true,
//  "ground": [[x, y], ...]}, where on Earth x is the longitude and y the latitude in degrees.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/report/work_charts.hpp"

namespace yuma::lab {

struct JournalMiner {
  std::string hotkey;  ///< address
  std::optional<double> value;
  std::string note;
};

struct JournalRound {
  std::uint64_t epoch = 0;
  std::string what, unit;
  std::vector<JournalMiner> miners;
  std::optional<RouteView> route;
};

/// Reads a journal, also while it is written: a last line without its end is left out. NotFound
/// where there is no such file, InvalidArgument with the line and field for what is none.
absl::StatusOr<std::vector<JournalRound>> read_journal(const std::string& path);

}  // namespace yuma::lab
