// SPDX-License-Identifier: MIT
#pragma once

// Closed tours: how a miner finds short ones and how a validator judges them.

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "examples/routes/cities.hpp"

namespace routes {

/// Places in the order of the visit; from the last one back to the first.
using Tour = std::vector<std::uint32_t>;

/// All distances of a map, computed once.
class Distances {
 public:
  explicit Distances(const Map& map);
  std::size_t size() const { return size_; }
  std::int64_t operator()(std::uint32_t a, std::uint32_t b) const { return all_[a * size_ + b]; }

 private:
  std::size_t size_;
  std::vector<std::int64_t> all_;
};

/// InvalidArgument where it is not each of `size` places once: "skips 3 of 40 cities".
absl::Status check_tour(std::span<const std::uint32_t> tour, std::size_t size);

/// The whole way, back to the start.
std::int64_t length_of(const Distances& distances, std::span<const std::uint32_t> tour);

/// Ways to a tour, the later ones the better.
enum class Method {
  kNearest,    ///< always on to the nearest place not seen yet
  kInsertion,  ///< the farthest place left goes where it costs least
  kTwoOpt,     ///< from kNearest: turn round parts while that is shorter
  kOrOpt,      ///< as kTwoOpt, and short parts move elsewhere; again and again until time is up
};
/// "nearest", "insertion", "2-opt", "or-opt".
std::string_view name_of(Method method);
absl::StatusOr<Method> method_named(std::string_view name);

/// Called now and then; true: time is up.
using TimeIsUp = std::function<bool()>;

/// A tour of all places. Always whole: when time is up it is as good as it is by then. The same
/// `seed` and time give the same tour.
Tour solve(Method method, const Distances& distances, std::uint64_t seed, const TimeIsUp& stop);

/// The parts of solve(), each leaves a whole tour behind; true if it is shorter than before.
Tour nearest_neighbour(const Distances& distances, std::uint32_t start);
Tour farthest_insertion(const Distances& distances);
bool two_opt(const Distances& distances, Tour& tour, const TimeIsUp& stop);
bool or_opt(const Distances& distances, Tour& tour, const TimeIsUp& stop);

/// A valid answer: the tour's length, and the milliseconds that it took.
struct Timed {
  std::int64_t length = 0;
  double milliseconds = 0;
};

/// What each answer is worth, in [0, 1]: (best / length)^10, so one percent more way costs a tenth.
/// No answer is worth nothing. Of answers of the same length the earliest gets all, each later one
/// half of the one before.
std::vector<double> values_of(std::span<const std::optional<Timed>> answers, std::int64_t best);

}  // namespace routes
