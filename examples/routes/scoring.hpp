// SPDX-License-Identifier: MIT
#pragma once

// How a validator of the routes subnet judges the answers to one task, and two ways not to be one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "examples/routes/task.hpp"
#include "yuma/subnet/validator.hpp"

namespace routes {

/// What one answer came to.
struct Judged {
  std::optional<Timed> timed;  ///< where it is a tour
  Tour tour;
  double value = 0;  ///< 0 to 1
  std::string note;  ///< "2.1 % above the best", "too late", "skips 4 of 40 cities"
};

/// Judges all answers to a task. `best` is the shortest length seen before, 0 for none; afterwards
/// the shortest of all.
std::vector<Judged> judge(const Map& map, const std::vector<yuma::subnet::Answer>& answers,
                          std::int64_t& best);

/// A line for the journal that `yuma-lab table` and `report` read. `ground`: more places for the
/// map.
std::string journal_line(std::uint64_t epoch, const Map& map, const Map& ground,
                         const std::vector<std::string>& hotkeys,
                         const std::vector<Judged>& judged);

/// The average of all sealed rows but one's own, by stake: what a copier sets.
std::vector<yuma::subnet::UidScore> copied_weights(const yuma::State& state,
                                                   const yuma::PublicKey& own);

/// `averages`, with as much for a friend as for all others together.
std::vector<yuma::subnet::UidScore> with_friend(std::vector<yuma::subnet::UidScore> averages,
                                                std::uint16_t uid);

}  // namespace routes
