// SPDX-License-Identifier: MIT

// Who repeats others, and above all who is not said to.

#include "yuma/subnet/copiers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/history.hpp"

namespace yuma::subnet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kValidators = 5;
constexpr std::size_t kMiners = 6;

PublicKey key(std::uint8_t number) {
  PublicKey out;
  out.bytes.fill(number);
  return out;
}

using Weights = std::vector<double>;

/// Rows of validators over epochs: each sees the miners' worth, which wanders, with errors of its
/// own; `set` may replace what a validator sets, knowing all rows so far.
class Rows {
 public:
  using Set = std::function<std::optional<Weights>(const std::vector<std::vector<Weights>>& past,
                                                   std::size_t validator)>;

  explicit Rows(std::uint64_t seed) : random_(seed) {}

  double wander = 0.10;  // of the miners' worth, each epoch
  double error = 0.05;   // of each validator

  std::vector<SealedRows> run(std::size_t epochs, const Set& set) {
    Weights worth(kMiners, 0.5);
    std::vector<std::vector<Weights>> past;
    std::vector<SealedRows> out;
    for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
      for (double& value : worth) value = std::max(0.02, value + wander * normal());
      std::vector<Weights> now;
      for (std::size_t v = 0; v < kValidators; ++v) {
        Weights own = worth;
        for (double& value : own) value = std::max(0.001, value + error * normal());
        now.push_back(set(past, v).value_or(own));
      }
      past.push_back(now);
      out.push_back(sealed(epoch, now));
    }
    return out;
  }

 private:
  double normal() { return std::normal_distribution<>()(random_); }

  static SealedRows sealed(std::uint64_t epoch, const std::vector<Weights>& now) {
    SealedRows out{epoch, {}, std::vector<std::uint16_t>(kValidators + kMiners, 0)};
    for (std::size_t v = 0; v < now.size(); ++v) {
      SealedRow row{static_cast<std::uint16_t>(v),
                    key(static_cast<std::uint8_t>(v)),
                    1000 + 100 * v,
                    true,
                    {},
                    {}};
      const double most = *std::max_element(now[v].begin(), now[v].end());
      for (std::size_t m = 0; m < kMiners; ++m) {
        row.uids.push_back(static_cast<std::uint16_t>(kValidators + m));
        row.weights.push_back(static_cast<std::uint16_t>(now[v][m] / most * 65535));
      }
      out.rows.push_back(std::move(row));
    }
    return out;
  }

  std::mt19937_64 random_;
};

std::optional<Weights> honest(const std::vector<std::vector<Weights>>& /*past*/,
                              std::size_t /*v*/) {
  return std::nullopt;
}

/// Validator 4 sets what another one had `lag` epochs before.
Rows::Set repeats(std::size_t of, std::size_t lag) {
  return [=](const auto& past, std::size_t v) -> std::optional<Weights> {
    if (v != 4 || past.size() < lag) return std::nullopt;
    return past[past.size() - lag][of];
  };
}

TEST(Copiers, HonestValidatorsAreNotListed) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Rows rows(seed);
    rows.wander = seed % 2 == 0 ? 0.15 : 0.01;
    rows.error = seed % 3 == 0 ? 0.01 : 0.08;
    EXPECT_THAT(find_copiers(rows.run(30, honest)), IsEmpty()) << seed;
  }
}

TEST(Copiers, AgreementIsNoCopying) {
  // All see the same, and it never changes; or it changes, and all see the same at once.
  Rows still(1);
  still.wander = still.error = 0;
  EXPECT_THAT(find_copiers(still.run(20, honest)), IsEmpty());
  Rows together(2);
  together.error = 0;
  EXPECT_THAT(find_copiers(together.run(20, honest)), IsEmpty());
}

TEST(Copiers, AStubbornValidatorIsNoCopier) {
  Rows rows(3);
  const auto set = [](const auto& past, std::size_t v) -> std::optional<Weights> {
    if (v != 4 || past.empty()) return std::nullopt;
    return past.front()[4];
  };
  EXPECT_THAT(find_copiers(rows.run(20, set)), IsEmpty());
}

TEST(Copiers, WhoRepeatsOneIsListedAfterTwoEpochs) {
  for (const std::size_t lag : {1U, 2U}) {
    Rows rows(7);
    const std::vector<SealedRows> all = rows.run(8, repeats(2, lag));
    const auto found = find_copiers(all);
    ASSERT_EQ(found.size(), 1U) << lag;
    EXPECT_EQ(found[0].uid, 4);
    EXPECT_EQ(found[0].hotkey, key(4));
    EXPECT_EQ(found[0].of, 2);
    EXPECT_EQ(found[0].lag, lag);
    EXPECT_EQ(found[0].repeated, 8 - lag);
    EXPECT_EQ(found[0].compared, 8 - lag);
    const auto early = [&](std::size_t epochs) {
      return find_copiers({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(epochs)});
    };
    EXPECT_THAT(early(lag + 1), IsEmpty());
    EXPECT_EQ(early(lag + 2).size(), 1U);
  }
}

TEST(Copiers, SoIsWhoRepeatsTheAverage) {
  Rows rows(9);
  const auto set = [](const auto& past, std::size_t v) -> std::optional<Weights> {
    if (v != 4 || past.empty()) return std::nullopt;
    Weights out(kMiners, 0);
    for (std::size_t other = 0; other < 4; ++other) {
      double sum = 0;
      for (const double w : past.back()[other]) sum += w;
      for (std::size_t m = 0; m < kMiners; ++m) {
        out[m] += static_cast<double>(1000 + 100 * other) * past.back()[other][m] / sum;
      }
    }
    return out;
  };
  const auto found = find_copiers(rows.run(8, set));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].uid, 4);
  EXPECT_EQ(found[0].of, Copier::kOfAverage);
  EXPECT_EQ(describe(found[0]), "repeats the others, 1 epoch late (7 of 7 epochs)");
}

TEST(Copiers, ALittleNoiseDoesNotHideIt) {
  Rows rows(11);
  std::mt19937_64 random(5);
  const auto set = [&](const auto& past, std::size_t v) -> std::optional<Weights> {
    if (v != 4 || past.empty()) return std::nullopt;
    Weights out = past.back()[1];
    for (double& w : out) w *= 1 + 0.005 * std::normal_distribution<>()(random);
    return out;
  };
  const auto found = find_copiers(rows.run(12, set));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].of, 1);
}

TEST(Copiers, WhoStopsIsTakenOffTheList) {
  Rows rows(13);
  const auto set = [](const auto& past, std::size_t v) -> std::optional<Weights> {
    if (v != 4 || past.empty() || past.size() > 6) return std::nullopt;
    return past.back()[0];
  };
  const std::vector<SealedRows> all = rows.run(30, set);
  EXPECT_EQ(find_copiers({all.begin(), all.begin() + 7}).size(), 1U);
  EXPECT_THAT(find_copiers(all), IsEmpty());
}

TEST(Copiers, ANewHolderOfAUidIsNotBlamed) {
  Rows rows(15);
  std::vector<SealedRows> all = rows.run(8, repeats(2, 1));
  all.back().rows[4].hotkey = key(99);
  EXPECT_THAT(find_copiers(all), IsEmpty());
}

TEST(Copiers, EmptyAndOddHistories) {
  EXPECT_THAT(find_copiers({}), IsEmpty());
  SealedRows none{1, {}, {}};
  EXPECT_THAT(find_copiers({none, none, none}), IsEmpty());
  SealedRow empty{0, key(0), 0, true, {}, {}};
  SealedRow zeros{1, key(1), 0, true, {5}, {0}};
  SealedRows odd{1, {empty, zeros}, {}};
  EXPECT_THAT(find_copiers({odd, odd, odd}), IsEmpty());
}

TEST(Copiers, RowsComeFromStates) {
  test::History history;
  const State first = history.sealed().state;
  history.step();
  const State second = history.sealed().state;
  history.step();
  const State third = history.sealed().state;
  const SealedRows none = sealed_rows(first, second), rows = sealed_rows(second, third);
  ASSERT_EQ(none.rows.size(), 4U);
  EXPECT_TRUE(none.rows[0].uids.empty());
  EXPECT_FALSE(none.rows[0].renewed);
  EXPECT_EQ(rows.epoch, 2U);
  EXPECT_EQ(rows.rows[1].uids.size(), 4U);
  EXPECT_TRUE(rows.rows[1].renewed);
  EXPECT_EQ(rows.rows[3].stake, third.neurons[3]->stake);
  EXPECT_EQ(rows.consensus, third.consensus);
}

}  // namespace
}  // namespace yuma::subnet
