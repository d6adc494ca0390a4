// SPDX-License-Identifier: MIT

#include "examples/routes/tours.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace routes {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 4> kNames = {{
    {Method::kNearest, "nearest"},
    {Method::kInsertion, "insertion"},
    {Method::kTwoOpt, "2-opt"},
    {Method::kOrOpt, "or-opt"},
}};

constexpr std::size_t kLongestPart = 3;  // that or_opt() moves
constexpr std::size_t kShaken = 8;       // with fewer places there is nothing left to find
constexpr double kSharpness = 10;

/// The place after that at `i`.
std::uint32_t after(const Tour& tour, std::size_t i) {
  return tour[i + 1 == tour.size() ? 0 : i + 1];
}

/// Cuts the tour at three random places and joins the parts in another order, which neither of the
/// two improvements can undo in one step.
void shake(Tour& tour, std::mt19937_64& random) {
  const std::size_t n = tour.size();
  std::array<std::size_t, 3> cuts{};
  for (auto& cut : cuts) cut = 1 + random() % (n - 1);
  std::sort(cuts.begin(), cuts.end());
  const auto at = [&](std::size_t i) { return tour.begin() + static_cast<std::ptrdiff_t>(i); };
  std::rotate(at(cuts[0]), at(cuts[1]), at(cuts[2]));
}

void improve(const Distances& distances, Tour& tour, const TimeIsUp& stop) {
  while (!stop()) {
    const bool turned = two_opt(distances, tour, stop);
    const bool moved = or_opt(distances, tour, stop);
    if (!turned && !moved) return;
  }
}

/// Moves the part of `count` places that begins at `from` to between two others, turned round or
/// not, if that makes the way shorter.
bool move_part(const Distances& distances, Tour& tour, std::size_t from, std::size_t count) {
  const std::size_t n = tour.size();
  // The part is brought to the front, so that the rest is one stretch.
  std::rotate(tour.begin(), tour.begin() + static_cast<std::ptrdiff_t>(from), tour.end());
  const std::uint32_t first = tour[0], last = tour[count - 1];
  const std::uint32_t before = tour[n - 1], behind = tour[count];
  const std::int64_t gain =
      distances(before, first) + distances(last, behind) - distances(before, behind);
  std::int64_t best = 0;
  std::size_t place = 0;
  bool turned = false;
  for (std::size_t i = count; i + 1 < n; ++i) {
    const std::uint32_t a = tour[i], b = tour[i + 1];
    const std::int64_t open = gain + distances(a, b);
    const std::int64_t straight = open - distances(a, first) - distances(last, b);
    const std::int64_t round = open - distances(a, last) - distances(first, b);
    if (straight > best) best = straight, place = i, turned = false;
    if (round > best) best = round, place = i, turned = true;
  }
  if (best == 0) return false;
  const auto part_end = tour.begin() + static_cast<std::ptrdiff_t>(count);
  if (turned) std::reverse(tour.begin(), part_end);
  std::rotate(tour.begin(), part_end, tour.begin() + static_cast<std::ptrdiff_t>(place + 1));
  return true;
}

}  // namespace

Distances::Distances(const Map& map) : size_(map.places.size()), all_(size_ * size_) {
  for (std::size_t a = 0; a < size_; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      all_[a * size_ + b] = all_[b * size_ + a] =
          distance(map.metric, map.places[a], map.places[b]);
    }
  }
}

absl::Status check_tour(std::span<const std::uint32_t> tour, std::size_t size) {
  std::vector<bool> seen(size, false);
  for (const std::uint32_t place : tour) {
    if (place >= size) {
      return absl::InvalidArgumentError(
          absl::StrCat("names city ", place, ", and there are ", size));
    }
    if (seen[place])
      return absl::InvalidArgumentError(absl::StrCat("names city ", place, " twice"));
    seen[place] = true;
  }
  if (tour.size() == size) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("skips ", size - tour.size(), " of ", size, " cities"));
}

std::int64_t length_of(const Distances& distances, std::span<const std::uint32_t> tour) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < tour.size(); ++i) {
    sum += distances(tour[i], tour[i + 1 == tour.size() ? 0 : i + 1]);
  }
  return sum;
}

std::string_view name_of(Method method) {
  return std::find_if(kNames.begin(), kNames.end(),
                      [&](const auto& item) { return item.first == method; })
      ->second;
}

absl::StatusOr<Method> method_named(std::string_view name) {
  for (const auto& [method, known] : kNames) {
    if (name == known) return method;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", absl::string_view(name.data(), name.size()),
                   "' is no method: there are nearest, insertion, 2-opt, or-opt"));
}

Tour nearest_neighbour(const Distances& distances, std::uint32_t start) {
  Tour tour(distances.size());
  std::iota(tour.begin(), tour.end(), 0U);
  if (tour.empty()) return tour;
  std::swap(tour[0], tour[start]);
  for (std::size_t i = 1; i + 1 < tour.size(); ++i) {
    const auto here = tour.begin() + static_cast<std::ptrdiff_t>(i);
    const std::uint32_t from = tour[i - 1];
    std::iter_swap(here, std::min_element(here, tour.end(), [&](auto a, auto b) {
                     return std::pair(distances(from, a), a) < std::pair(distances(from, b), b);
                   }));
  }
  return tour;
}

Tour farthest_insertion(const Distances& distances) {
  const auto n = static_cast<std::uint32_t>(distances.size());
  Tour tour;
  if (n == 0) return tour;
  tour.push_back(0);
  std::vector<std::int64_t> away(n);  // from the nearest place of the tour; -1: in it
  for (std::uint32_t place = 0; place < n; ++place) away[place] = distances(0, place);
  away[0] = -1;
  while (tour.size() < n) {
    const auto next =
        static_cast<std::uint32_t>(std::max_element(away.begin(), away.end()) - away.begin());
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::size_t where = 0;
    for (std::size_t i = 0; i < tour.size(); ++i) {
      const std::uint32_t a = tour[i], b = after(tour, i);
      const std::int64_t cost = distances(a, next) + distances(next, b) - distances(a, b);
      if (cost < least) least = cost, where = i + 1;
    }
    tour.insert(tour.begin() + static_cast<std::ptrdiff_t>(where), next);
    for (std::uint32_t place = 0; place < n; ++place) {
      away[place] = std::min(away[place], distances(next, place));
    }
    away[next] = -1;
  }
  return tour;
}

bool two_opt(const Distances& distances, Tour& tour, const TimeIsUp& stop) {
  const std::size_t n = tour.size();
  bool shorter = false;
  for (bool again = true; again && !stop();) {
    again = false;
    for (std::size_t i = 0; i + 2 < n && !stop(); ++i) {
      for (std::size_t j = i + 2; j < n; ++j) {
        // The ways i to i + 1 and j to j + 1 become i to j and i + 1 to j + 1.
        if (i == 0 && j + 1 == n) continue;
        const std::uint32_t a = tour[i], b = tour[i + 1], c = tour[j], d = after(tour, j);
        if (distances(a, c) + distances(b, d) >= distances(a, b) + distances(c, d)) continue;
        std::reverse(tour.begin() + static_cast<std::ptrdiff_t>(i + 1),
                     tour.begin() + static_cast<std::ptrdiff_t>(j + 1));
        again = shorter = true;
      }
    }
  }
  return shorter;
}

bool or_opt(const Distances& distances, Tour& tour, const TimeIsUp& stop) {
  const std::size_t n = tour.size();
  bool shorter = false;
  for (std::size_t count = 1; count <= kLongestPart && count + 2 < n; ++count) {
    // Parts are named by their first place: moves change where it stands.
    for (std::uint32_t place = 0; place < n && !stop(); ++place) {
      const auto found = std::find(tour.begin(), tour.end(), place) - tour.begin();
      shorter |= move_part(distances, tour, static_cast<std::size_t>(found), count);
    }
  }
  return shorter;
}

Tour solve(Method method, const Distances& distances, std::uint64_t seed, const TimeIsUp& stop) {
  std::mt19937_64 random(seed);
  if (distances.size() < 4) return nearest_neighbour(distances, 0);
  if (method == Method::kInsertion) return farthest_insertion(distances);
  const auto start = static_cast<std::uint32_t>(random() % distances.size());
  Tour best = nearest_neighbour(distances, start);
  if (method == Method::kTwoOpt) two_opt(distances, best, stop);
  if (method != Method::kOrOpt) return best;
  improve(distances, best, stop);
  std::int64_t least = length_of(distances, best);
  while (distances.size() >= kShaken && !stop()) {
    Tour next = best;
    shake(next, random);
    improve(distances, next, stop);
    const std::int64_t length = length_of(distances, next);
    if (length < least) best = std::move(next), least = length;
  }
  return best;
}

std::vector<double> values_of(std::span<const std::optional<Timed>> answers, std::int64_t best) {
  std::vector<double> values(answers.size(), 0.0);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i] || answers[i]->length <= 0) continue;
    const Timed& own = *answers[i];
    const double share = static_cast<double>(best) / static_cast<double>(own.length);
    values[i] = std::pow(std::min(1.0, share), kSharpness);
    for (std::size_t j = 0; j < answers.size(); ++j) {
      if (j == i || !answers[j] || answers[j]->length != own.length) continue;
      if (std::pair(answers[j]->milliseconds, j) < std::pair(own.milliseconds, i)) values[i] /= 2;
    }
  }
  return values;
}

}  // namespace routes
