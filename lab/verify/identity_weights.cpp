// SPDX-License-Identifier: MIT

// Recorded conversions of scores to u16 weights, to the last bit of every double.

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "lab/verify/identity.hpp"
#include "yuma/wire/weights.hpp"

namespace yuma::lab {

namespace {

/// A number, "NaN", "Infinity", "-Infinity", or a number as text; true and false count as 1 and 0.
double weight(Case& c, const Json& value, const std::string& field) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number()) return value.get<double>();
  double number = 0;
  if (value.is_string() && absl::SimpleAtod(value.get_ref<const std::string&>(), &number)) {
    return number;
  }
  c.fail(field, absl::StrCat(shortened(value), " is not a number"));
  return 0;
}

std::vector<double> weights_of(Case& c) {
  std::vector<double> out;
  Case list = c.part("weights");
  for (std::size_t i = 0; i < list.size() && c.ok(); ++i) {
    out.push_back(weight(c, list.field("")[i], "weights"));
  }
  return out;
}

std::vector<std::int64_t> uids_of(Case& c) {
  std::vector<std::int64_t> out;
  Case list = c.part("uids");
  for (std::size_t i = 0; i < list.size() && c.ok(); ++i) {
    const Json& uid = list.field("")[i];
    const bool fits = uid.is_number_unsigned()
                          ? uid.get<std::uint64_t>() <= std::uint64_t{INT64_MAX}
                          : uid.is_number_integer();
    if (!fits) c.fail("uids", absl::StrCat(shortened(uid), " is not a uid"));
    out.push_back(fits ? uid.get<std::int64_t>() : 0);
  }
  return out;
}

/// The texts of refusals are ours.
template <class Result, class Expect>
void expect_result(Case& c, const absl::StatusOr<Result>& result, Expect expect) {
  Case sdk = c.part("sdk");
  sdk.expect("ok", result.ok());
  if (result.ok()) expect(sdk, *result);
}

void expect_weights(Case& c, const absl::StatusOr<UidWeights>& result) {
  expect_result(c, result, [](Case& sdk, const UidWeights& weights) {
    sdk.expect("uids", weights.uids);
    sdk.expect("values", weights.values);
  });
}

/// A mapping or parallel lists, as the SDK takes them; anything else is refused.
absl::StatusOr<UidScores> scores_of(Case& c) {
  const Json& weights = c.field("weights");
  if (weights.is_object() == c.has("uids")) {
    return absl::InvalidArgumentError("either a mapping or two lists");
  }
  if (!weights.is_object()) {
    UidScores scores{uids_of(c), weights_of(c)};
    if (const auto status = check_distinct_uids(scores.uids); !status.ok()) return status;
    return scores;
  }
  std::vector<std::pair<std::string_view, double>> entries;
  for (const auto& item : weights.items()) {
    entries.emplace_back(item.key(), weight(c, item.value(), "weights"));
  }
  return scores_of_map(entries);
}

}  // namespace

void verify_normalize(Case& c) {
  const auto uids = uids_of(c);
  const auto weights = weights_of(c);
  if (c.ok()) expect_weights(c, normalize_weights(uids, weights));
}

void verify_clip(Case& c) {
  const auto weights = weights_of(c);
  const double limit = c.real("limit");
  if (!c.ok()) return;
  expect_result(
      c, clip_to_max_weight(weights, limit),
      [](Case& sdk, const std::vector<double>& clipped) { sdk.expect("weights", clipped); });
}

void verify_conform(Case& c) {
  const auto uids = uids_of(c);
  const auto weights = weights_of(c);
  const auto u16 = [&](const char* key) {
    return static_cast<std::uint16_t>(c.number(key, UINT16_MAX));
  };
  const WeightLimits limits{u16("own_uid"), u16("min_allowed_weights"), u16("max_weight_limit")};
  const bool raw = c.flag("raw_u16");
  if (!c.ok()) return;
  expect_weights(
      c, raw ? conform_raw_weights(uids, weights, limits) : conform_weights(uids, weights, limits));
}

void verify_pairs(Case& c) {
  const auto scores = scores_of(c);
  if (!c.ok()) return;
  expect_result(c, scores, [](Case& sdk, const UidScores& given) {
    sdk.expect("uids", given.uids);
    sdk.expect("weights", given.weights);
  });
}

}  // namespace yuma::lab
