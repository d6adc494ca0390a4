// SPDX-License-Identifier: MIT

// Tours: what is one, how long it is, and solvers against every tour there is.

#include "examples/routes/tours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace routes {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

const TimeIsUp kNever = [] { return false; };

Map random_map(std::size_t places, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Map map{"random", Metric::kEuclid, {}};
  for (std::size_t i = 0; i < places; ++i) {
    map.places.push_back(
        {"", static_cast<double>(random() % 1000), static_cast<double>(random() % 1000)});
  }
  return map;
}

/// Of all tours.
std::int64_t shortest(const Distances& distances) {
  Tour tour(distances.size());
  std::iota(tour.begin(), tour.end(), 0U);
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  do {
    best = std::min(best, length_of(distances, tour));
  } while (std::next_permutation(tour.begin() + 1, tour.end()));
  return best;
}

/// Time is up after so many looks.
TimeIsUp after(int looks) {
  return [looks]() mutable { return looks-- <= 0; };
}

TEST(Tours, WhatIsOne) {
  const auto error = [](const Tour& tour) { return std::string(check_tour(tour, 4).message()); };
  EXPECT_TRUE(check_tour(Tour{2, 0, 3, 1}, 4).ok());
  EXPECT_EQ(error({0, 1, 2}), "skips 1 of 4 cities");
  EXPECT_EQ(error({}), "skips 4 of 4 cities");
  EXPECT_EQ(error({0, 1, 1, 2}), "names city 1 twice");
  EXPECT_EQ(error({0, 1, 2, 3, 0}), "names city 0 twice");
  EXPECT_THAT(error({0, 1, 2, 4}), HasSubstr("names city 4, and there are 4"));
}

TEST(Tours, LengthGoesBackToTheStart) {
  const Map map{"square", Metric::kEuclid, {{"", 0, 0}, {"", 0, 10}, {"", 10, 10}, {"", 10, 0}}};
  const Distances distances(map);
  EXPECT_EQ(length_of(distances, Tour{0, 1, 2, 3}), 40);
  EXPECT_EQ(length_of(distances, Tour{0, 2, 1, 3}), 48);
  EXPECT_EQ(length_of(distances, Tour{}), 0);
}

TEST(Tours, RestartsFindTheShortestOfAll) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Distances distances(random_map(5 + seed % 4, seed));
    const std::int64_t best = shortest(distances);
    for (const Method method : {Method::kNearest, Method::kInsertion, Method::kTwoOpt}) {
      const Tour tour = solve(method, distances, seed, kNever);
      ASSERT_TRUE(check_tour(tour, distances.size()).ok()) << name_of(method);
      EXPECT_GE(length_of(distances, tour), best);
    }
    const Tour tour = solve(Method::kOrOpt, distances, seed, after(5000));
    ASSERT_TRUE(check_tour(tour, distances.size()).ok());
    if (distances.size() >= 8) {
      EXPECT_EQ(length_of(distances, tour), best) << seed;
    }
  }
}

TEST(Tours, BetterMethodsAreBetter) {
  std::vector<double> sums(4, 0);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Distances distances(random_map(60, 100 + seed));
    std::size_t at = 0;
    for (const Method m : {Method::kNearest, Method::kInsertion, Method::kTwoOpt, Method::kOrOpt}) {
      const Tour tour = solve(m, distances, seed, after(20'000));
      ASSERT_TRUE(check_tour(tour, 60).ok());
      sums[at++] += static_cast<double>(length_of(distances, tour));
    }
  }
  EXPECT_GT(sums[0], 1.10 * sums[2]);
  EXPECT_GT(sums[1], 1.01 * sums[3]);
  EXPECT_GT(sums[2], 1.01 * sums[3]);
}

TEST(Tours, ImprovementsNeverMakeItLongerAndAlwaysKeepItWhole) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::size_t size = 1 + seed % 15;
    const Distances distances(random_map(size, seed));
    Tour tour(size);
    std::iota(tour.begin(), tour.end(), 0U);
    std::int64_t length = length_of(distances, tour);
    for (const auto improve : {two_opt, or_opt, two_opt, or_opt}) {
      const bool shorter = improve(distances, tour, kNever);
      ASSERT_TRUE(check_tour(tour, size).ok());
      const std::int64_t now = length_of(distances, tour);
      EXPECT_EQ(shorter, now < length) << "size " << size;
      length = now;
    }
  }
}

TEST(Tours, WhenTimeIsUpThereIsAWholeTour) {
  const Distances distances(random_map(80, 7));
  for (const int looks : {0, 1, 10, 200}) {
    for (const Method m : {Method::kNearest, Method::kInsertion, Method::kTwoOpt, Method::kOrOpt}) {
      EXPECT_TRUE(check_tour(solve(m, distances, 1, after(looks)), 80).ok());
    }
  }
}

TEST(Tours, EqualPlacesAndTinyMapsAreNoTrouble) {
  Map map{"one place", Metric::kEuclid, std::vector<Place>(12)};
  for (std::size_t size = 1; size <= 12; ++size) {
    map.places.resize(size);
    const Distances distances(map);
    for (const Method m : {Method::kNearest, Method::kInsertion, Method::kTwoOpt, Method::kOrOpt}) {
      EXPECT_TRUE(check_tour(solve(m, distances, 3, after(50)), size).ok()) << size;
    }
  }
}

TEST(Tours, TheSameSeedGivesTheSameTour) {
  const Distances distances(random_map(40, 9));
  EXPECT_EQ(solve(Method::kOrOpt, distances, 5, after(3000)),
            solve(Method::kOrOpt, distances, 5, after(3000)));
}

TEST(Tours, ValuesFallWithLengthAndTiesGoToTheEarlier) {
  const std::vector<std::optional<Timed>> answers = {Timed{100, 9}, Timed{110, 1}, std::nullopt,
                                                     Timed{100, 3}, Timed{100, 5}, Timed{0, 1}};
  const double ten = 0.38554328942953148;  // 1.1^-10
  EXPECT_THAT(values_of(answers, 100),
              ElementsAre(0.25, DoubleNear(ten, 1e-12), 0.0, 1.0, 0.5, 0.0));
  // Of the same time the first.
  EXPECT_THAT(values_of(std::vector<std::optional<Timed>>{Timed{50, 1}, Timed{50, 1}}, 50),
              ElementsAre(1.0, 0.5));
  EXPECT_TRUE(values_of({}, 0).empty());
}

TEST(Tours, NamesOfMethods) {
  for (const Method m : {Method::kNearest, Method::kInsertion, Method::kTwoOpt, Method::kOrOpt}) {
    EXPECT_EQ(*method_named(name_of(m)), m);
  }
  EXPECT_THAT(std::string(method_named("magic").status().message()), HasSubstr("'magic'"));
}

}  // namespace
}  // namespace routes
