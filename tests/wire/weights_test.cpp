// SPDX-License-Identifier: MIT

#include "yuma/wire/weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/random.hpp"

namespace yuma {
namespace {

using nlohmann::json;
using test::Random;
using ::testing::HasSubstr;
using Uids = std::vector<std::int64_t>;
using Weights = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// JSON has no NaN and no infinity, so these are recorded as text, as are some plain numbers.
double number_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_string()) return std::stod(value.get<std::string>());
  return value.get<double>();
}

Weights weights_of(const json& list) {
  Weights out;
  for (const json& value : list) out.push_back(number_of(value));
  return out;
}

json recorded(const char* group) {
  return test::identity_vectors("sdk_live").at("weights").at(group);
}

void expect_like_the_sdk(const absl::StatusOr<UidWeights>& ours, const json& c) {
  SCOPED_TRACE(c.at("name").get<std::string>());
  const json& sdk = c.at("sdk");
  ASSERT_EQ(ours.ok(), sdk.at("ok").get<bool>()) << ours.status();
  if (!ours.ok()) {
    EXPECT_EQ(ours.status().code(), absl::StatusCode::kInvalidArgument);
    return;
  }
  EXPECT_EQ(ours->uids, sdk.at("uids").get<std::vector<std::uint16_t>>());
  EXPECT_EQ(ours->values, sdk.at("values").get<std::vector<std::uint16_t>>());
}

TEST(WeightVectors, Normalize) {
  for (const json& c : recorded("normalize")) {
    expect_like_the_sdk(normalize_weights(c.at("uids").get<Uids>(), weights_of(c.at("weights"))),
                        c);
  }
}

TEST(WeightVectors, ClipBitForBit) {
  for (const json& c : recorded("clip")) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    const auto ours = clip_to_max_weight(weights_of(c.at("weights")), c.at("limit"));
    ASSERT_EQ(ours.ok(), c.at("sdk").at("ok").get<bool>()) << ours.status();
    if (ours.ok()) {
      EXPECT_EQ(*ours, weights_of(c.at("sdk").at("weights")));
    }
  }
}

TEST(WeightVectors, Conform) {
  for (const json& c : recorded("conform")) {
    const WeightLimits limits{c.at("own_uid"), c.at("min_allowed_weights"),
                              c.at("max_weight_limit")};
    const auto uids = c.at("uids").get<Uids>();
    const Weights weights = weights_of(c.at("weights"));
    expect_like_the_sdk(c.at("raw_u16").get<bool>() ? conform_raw_weights(uids, weights, limits)
                                                    : conform_weights(uids, weights, limits),
                        c);
  }
}

/// The mapping or the two lists of a case; nothing where the SDK refuses the combination.
absl::StatusOr<UidScores> scores_of(const json& c) {
  const json& uids = c.at("uids");
  const json& weights = c.at("weights");
  if (weights.is_object() && uids.is_null()) {
    std::vector<std::pair<std::string_view, double>> entries;
    for (const auto& [key, value] : weights.items()) entries.emplace_back(key, number_of(value));
    return scores_of_map(entries);
  }
  if (!weights.is_array() || !uids.is_array()) return absl::InvalidArgumentError("one of both");
  UidScores out{uids.get<Uids>(), weights_of(weights)};
  const absl::Status status = check_distinct_uids(out.uids);
  if (!status.ok()) return status;
  return out;
}

TEST(WeightVectors, Pairs) {
  for (const json& c : recorded("pairs")) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    const auto ours = scores_of(c);
    ASSERT_EQ(ours.ok(), c.at("sdk").at("ok").get<bool>()) << ours.status();
    if (!ours.ok()) continue;
    EXPECT_EQ(ours->uids, c.at("sdk").at("uids").get<Uids>());
    EXPECT_EQ(ours->weights, weights_of(c.at("sdk").at("weights")));
  }
}

// What holds for all scores.

struct Scores {
  Uids uids;
  Weights weights;
};

/// Distinct uids in any order; weights of very different sizes, zeros, equal ones among them.
Scores random_scores(Random& random, std::size_t most = 300) {
  Scores out;
  const std::size_t n = 1 + random.below(most);
  for (std::size_t i = 0; i < n; ++i) {
    out.uids.push_back(static_cast<std::int64_t>(i * 7 % 65536));
    const double unit = static_cast<double>(random.next() >> 11) * 0x1p-53;
    out.weights.push_back(random.chance(20)   ? 0
                          : random.chance(10) ? 1
                                              : std::ldexp(unit, random.between(-40, 3)));
  }
  random.shuffle(out.uids);
  if (std::all_of(out.weights.begin(), out.weights.end(), [](double w) { return w == 0; })) {
    out.weights[random.below(n)] = 0.25;
  }
  return out;
}

/// The value of each input, 0 for those dropped.
std::vector<std::uint16_t> spread(const Scores& scores, const UidWeights& weights) {
  std::vector<std::uint16_t> out(scores.uids.size(), 0);
  std::size_t next = 0;
  for (std::size_t i = 0; i < scores.uids.size() && next < weights.uids.size(); ++i) {
    if (scores.uids[i] == weights.uids[next]) out[i] = weights.values[next++];
  }
  EXPECT_EQ(next, weights.uids.size()) << "the order of uids is kept";
  return out;
}

constexpr std::uint64_t kCases = 500;

TEST(NormalizeProperties, LargestIs65535ZerosAreDroppedOrderIsKept) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Scores scores = random_scores(random);
    const auto out = normalize_weights(scores.uids, scores.weights);
    ASSERT_TRUE(out.ok()) << out.status();
    ASSERT_FALSE(out->values.empty());
    EXPECT_EQ(*std::max_element(out->values.begin(), out->values.end()), 65535);
    EXPECT_EQ(std::count(out->values.begin(), out->values.end(), 0), 0);

    const auto values = spread(scores, *out);
    const double top = *std::max_element(scores.weights.begin(), scores.weights.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], scores.weights[i] / top * 65535, 0.5);
      for (std::size_t k = 0; k < i; ++k) {  // monotone
        if (scores.weights[i] <= scores.weights[k]) {
          EXPECT_LE(values[i], values[k]);
        } else {
          EXPECT_GE(values[i], values[k]);
        }
      }
    }
  }
}

TEST(NormalizeProperties, PowersOfTwoDoNotMatterAndTwiceIsOnce) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Scores scores = random_scores(random);
    const auto out = normalize_weights(scores.uids, scores.weights).value();

    Weights scaled = scores.weights;
    const int power = random.between(-800, 800);
    for (double& weight : scaled) weight = std::ldexp(weight, power);
    EXPECT_EQ(normalize_weights(scores.uids, scaled).value(), out);

    const Uids uids(out.uids.begin(), out.uids.end());
    const Weights values(out.values.begin(), out.values.end());
    EXPECT_EQ(normalize_weights(uids, values).value(), out);
    EXPECT_EQ(conform_weights(uids, values, {}).value(), out);
  }
}

TEST(NormalizeProperties, ABadWeightIsRefusedAndNamedWhereverItStands) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Scores scores = random_scores(random);
    const std::size_t at = random.below(scores.weights.size());
    scores.weights[at] = random.pick({kNan, -kNan, kInfinity, -kInfinity, -1.0, -5e-324, -1e308});
    const std::string index = "weights[" + std::to_string(at) + "]";
    const std::string uid = "uid " + std::to_string(scores.uids[at]);
    const WeightLimits cut{65535, 0, random.u16()};
    for (const auto& status : {normalize_weights(scores.uids, scores.weights).status(),
                               conform_weights(scores.uids, scores.weights, {}).status(),
                               conform_weights(scores.uids, scores.weights, cut).status(),
                               conform_raw_weights(scores.uids, scores.weights, {}).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(status.message()), HasSubstr(index));
      EXPECT_THAT(std::string(status.message()), HasSubstr(uid));
    }
    EXPECT_FALSE(clip_to_max_weight(scores.weights, 0.5).ok());
  }
}

TEST(NormalizeProperties, ABadUidIsRefusedAndNamedEvenWithWeightZero) {
  for (const std::int64_t uid :
       {std::int64_t{-1}, std::int64_t{65536}, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    for (std::size_t at = 0; at < 5; ++at) {
      Uids uids = {1, 2, 3, 4, 5};
      Weights weights(5, 1.0);
      uids[at] = uid;
      weights[at] = 0;
      const auto out = normalize_weights(uids, weights);
      ASSERT_FALSE(out.ok());
      EXPECT_THAT(std::string(out.status().message()),
                  HasSubstr("uids[" + std::to_string(at) + "] is " + std::to_string(uid)));
    }
  }
}

TEST(Conform, NothingPositiveIsAnErrorNeverUniform) {
  for (const std::size_t n : {0U, 1U, 2U, 64U}) {
    Uids uids(n);
    std::iota(uids.begin(), uids.end(), 0);
    for (const int limit : {0, 1, 6553, 65534, 65535}) {
      for (const double zero : {0.0, -0.0}) {
        const Weights weights(n, zero);
        const WeightLimits limits{0, 0, static_cast<std::uint16_t>(limit)};
        const auto out = conform_weights(uids, weights, limits);
        ASSERT_FALSE(out.ok()) << n << " zeros under " << limit;
        EXPECT_THAT(std::string(out.status().message()), HasSubstr("nothing to set"));
        EXPECT_FALSE(conform_raw_weights(uids, weights, limits).ok());
      }
    }
  }
}

TEST(Conform, RefusesAUidGivenTwice) {
  EXPECT_THAT(std::string(conform_weights(Uids{4, 9, 4}, Weights{1, 2, 3}, {}).status().message()),
              HasSubstr("uid 4"));
  EXPECT_FALSE(conform_raw_weights(Uids{9, 9}, Weights{1, 0}, {}).ok());
}

TEST(Conform, AllWeightsAboveTheMinimumPassAndOneFewerDoesNot) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Scores scores = random_scores(random);
    const auto all = conform_weights(scores.uids, scores.weights, {.own_uid = 65535}).value();
    const auto count = static_cast<std::uint16_t>(all.uids.size());
    WeightLimits limits{65535, count, 65535};
    EXPECT_EQ(conform_weights(scores.uids, scores.weights, limits).value(), all);
    limits.min_allowed_weights = static_cast<std::uint16_t>(count + 1);
    EXPECT_FALSE(conform_weights(scores.uids, scores.weights, limits).ok());
  }
}

TEST(ClipProperties, SumsToOneKeepsOrderAndTheLimit) {
  std::size_t cut = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Weights weights(2 + random.below(200));
    for (double& weight : weights) {
      weight = 0.01 + static_cast<double>(random.next() >> 11) * 0x1p-53 * 5;
    }
    weights[random.below(weights.size())] *= random.pick({1.0, 20.0, 500.0});
    const double limit = 1.0 / static_cast<double>(weights.size()) +
                         static_cast<double>(random.next() >> 11) * 0x1p-53 * 0.3 + 1e-4;
    const auto out = clip_to_max_weight(weights, limit);
    ASSERT_TRUE(out.ok()) << out.status();
    const double before = std::accumulate(weights.begin(), weights.end(), 0.0);
    const double largest = *std::max_element(weights.begin(), weights.end()) / before;
    EXPECT_NEAR(std::accumulate(out->begin(), out->end(), 0.0), 1, 1e-12);
    EXPECT_LE(*std::max_element(out->begin(), out->end()), limit + 1e-12);
    for (std::size_t i = 1; i < weights.size(); ++i) {
      if (weights[i - 1] <= weights[i]) {
        EXPECT_LE((*out)[i - 1], (*out)[i]);
      }
    }
    if (largest > limit) {
      ++cut;
      // What is cut lands on the limit, short of the tolerance.
      EXPECT_GT(*std::max_element(out->begin(), out->end()), limit - 1e-3);
    } else {
      for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ((*out)[i], weights[i] / before);
    }
  }
  EXPECT_GT(cut, kCases / 10);
}

TEST(Clip, TheTrapOfTheTolerance) {
  // Below the cut there is less than the tolerance: uniform, as in the SDK.
  const auto pair = clip_to_max_weight(Weights{1, 1e-12}, 65534.0 / 65535);
  EXPECT_EQ(*pair, (Weights{0.5, 0.5}));
  Weights one_hot(5, 0);
  one_hot[3] = 1;
  const auto uniform = clip_to_max_weight(one_hot, 0.9).value();
  for (const double share : uniform) EXPECT_NEAR(share, 0.2, 1e-15);
  // With more than that below the cut it is as one expects.
  const auto fair = clip_to_max_weight(Weights{1, 1e-3}, 0.9);
  EXPECT_NEAR((*fair)[0], 0.9, 1e-3);
}

TEST(Clip, RefusesALimitThatIsNoNumber) {
  EXPECT_FALSE(clip_to_max_weight(Weights{1, 2}, kNan).ok());
}

TEST(ScoresOfMap, KeysAreWholeNumbersAsText) {
  using Entries = std::vector<std::pair<std::string_view, double>>;
  EXPECT_EQ(scores_of_map(Entries{{"12", 1}, {"+3", 2}, {"007", 3}})->uids, (Uids{3, 7, 12}));
  EXPECT_EQ(scores_of_map(Entries{{"-1", 1}})->uids, (Uids{-1})) << "refused when normalised";
  EXPECT_TRUE(scores_of_map(Entries{})->uids.empty());
  for (const char* key : {"", "-", "+", "1.0", "0x1", "one", "1 ", " 1", "--1", "+-1", "-+1", "1-",
                          "99999999999999999999"}) {
    const auto out = scores_of_map(Entries{{key, 1}});
    ASSERT_FALSE(out.ok()) << key;
    EXPECT_THAT(std::string(out.status().message()), HasSubstr(std::string("\"") + key + "\""));
  }
  EXPECT_FALSE(scores_of_map(Entries{{"1", 1}, {"+1", 2}}).ok());
}

}  // namespace
}  // namespace yuma
