// SPDX-License-Identifier: MIT
#pragma once

// What a validator of the routes subnet asks and what a miner answers, as JSON:
//
//   POST /route   {"metric": "GREAT_CIRCLE", "milliseconds": 800, "points": [[13.4, 52.5], ...]}
//   200           {"tour": [0, 3, 2, 1, ...]}

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "examples/routes/tours.hpp"

namespace routes {

/// Most places of a task: the miner keeps the distances of all pairs.
inline constexpr std::size_t kMaxTask = 1000;

struct Task {
  Map map;                         ///< without names
  std::uint32_t milliseconds = 0;  ///< from request to answer
};

std::string encode_task(const Task& task);
/// InvalidArgument, saying what is wrong: from a stranger.
absl::StatusOr<Task> decode_task(std::string_view text);

std::string encode_tour(const Tour& tour);
absl::StatusOr<Tour> decode_tour(std::string_view text);

/// `count` places of a map (all of them where it has no more), drawn by a seed.
Map draw(const Map& map, std::size_t count, std::uint64_t seed);

}  // namespace routes
