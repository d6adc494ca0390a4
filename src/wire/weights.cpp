// SPDX-License-Identifier: MIT

#include "yuma/wire/weights.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

constexpr int kMaxU16 = 65535;
/// Keeps the search for the cut, and the cut, this far below the limit.
constexpr double kTolerance = 1e-7;

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("weights: ", parts...));
}

absl::Status nothing_to_set() {
  return wrong("none is positive, so there is nothing to set; score at least one uid above 0");
}

/// An optional sign and digits.
std::optional<std::int64_t> whole_number(std::string_view text) {
  const bool has_sign = text.starts_with('+') || text.starts_with('-');
  const std::string_view digits = text.substr(has_sign ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  if (text.front() == '+') text = digits;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

absl::Status check_lengths(std::span<const std::int64_t> uids, std::span<const double> weights) {
  if (uids.size() == weights.size()) return absl::OkStatus();
  return wrong(uids.size(), " uids but ", weights.size(), " weights");
}

absl::Status check_uids(std::span<const std::int64_t> uids) {
  for (std::size_t i = 0; i < uids.size(); ++i) {
    if (uids[i] < 0 || uids[i] > kMaxU16) {
      return wrong("uids[", i, "] is ", uids[i], ", not in 0..65535");
    }
  }
  return absl::OkStatus();
}

/// `uids` are named in the error where they are given.
absl::Status check_weights(std::span<const double> weights, std::span<const std::int64_t> uids) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isfinite(weights[i]) && weights[i] >= 0) continue;
    const std::string whose = i < uids.size() ? absl::StrCat(" (uid ", uids[i], ")") : "";
    return wrong("weights[", i, "]", whose, " is ", weights[i],
                 "; it must be finite and not negative");
  }
  return absl::OkStatus();
}

double sum_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

std::vector<double> divided(std::span<const double> values, double by) {
  std::vector<double> out(values.begin(), values.end());
  for (double& value : out) value /= by;
  return out;
}

/// The share of the sum at which to cut, for ascending shares of which the last is above the limit.
double cut_of(std::span<const double> shares, double limit) {
  const std::size_t n = shares.size();
  std::vector<double> running;
  double sum = 0;
  for (const double share : shares) running.push_back(sum += share);
  // With everything above it cut down to shares[i], would shares[i] be below the limit?
  std::size_t below = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double total = static_cast<double>(n - i - 1) * shares[i] + running[i] + kTolerance;
    if (shares[i] / total < limit) ++below;
  }
  const double rest = below == 0 ? running.back() : running[below - 1];
  return (limit * rest - kTolerance) / (1 - limit * static_cast<double>(n - below));
}

bool is_self_weight(std::span<const std::int64_t> uids, const WeightLimits& limits) {
  return uids.size() == 1 && uids[0] == limits.own_uid;
}

absl::Status check_count(const UidWeights& weights, bool self, const WeightLimits& limits) {
  if (weights.uids.empty()) return nothing_to_set();
  if (self || weights.uids.size() >= limits.min_allowed_weights) return absl::OkStatus();
  return wrong("only ", weights.uids.size(), " are not 0 as u16, the subnet asks for at least ",
               limits.min_allowed_weights);
}

absl::Status check_input(std::span<const std::int64_t> uids, std::span<const double> weights) {
  absl::Status status = check_lengths(uids, weights);
  status.Update(check_weights(weights, uids));
  status.Update(check_uids(uids));
  status.Update(check_distinct_uids(uids));
  return status;
}

}  // namespace

absl::StatusOr<UidScores> scores_of_map(
    std::span<const std::pair<std::string_view, double>> entries) {
  std::vector<std::pair<std::int64_t, double>> items;
  for (const auto& [key, weight] : entries) {
    const auto uid = whole_number(key);
    if (!uid) {
      return wrong("the uid \"",
                   absl::string_view(key.data(), std::min<std::size_t>(key.size(), 32)),
                   "\" is no whole number");
    }
    items.emplace_back(*uid, weight);
  }
  std::sort(items.begin(), items.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  UidScores out;
  for (const auto& [uid, weight] : items) {
    out.uids.push_back(uid);
    out.weights.push_back(weight);
  }
  const absl::Status status = check_distinct_uids(out.uids);
  if (!status.ok()) return status;
  return out;
}

absl::Status check_distinct_uids(std::span<const std::int64_t> uids) {
  std::vector<std::int64_t> sorted(uids.begin(), uids.end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return absl::OkStatus();
  return wrong("uid ", *twice, " is given more than once");
}

absl::StatusOr<UidWeights> normalize_weights(std::span<const std::int64_t> uids,
                                             std::span<const double> weights) {
  absl::Status status = check_lengths(uids, weights);
  status.Update(check_weights(weights, uids));
  status.Update(check_uids(uids));
  if (!status.ok()) return status;

  UidWeights out;
  const double top = weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
  if (top == 0) return out;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double value = std::nearbyint(weights[i] / top * kMaxU16);  // half to even
    if (value == 0) continue;
    out.uids.push_back(static_cast<std::uint16_t>(uids[i]));
    out.values.push_back(static_cast<std::uint16_t>(value));
  }
  return out;
}

absl::StatusOr<std::vector<double>> clip_to_max_weight(std::span<const double> weights,
                                                       double limit) {
  const double total = sum_of(weights);
  if (weights.empty() || total <= 0) return nothing_to_set();
  const absl::Status status = check_weights(weights, {});
  if (!status.ok()) return status;
  if (std::isnan(limit)) return wrong("the limit is NaN");

  const auto n = static_cast<double>(weights.size());
  if (n * limit <= 1) return std::vector<double>(weights.size(), 1 / n);

  std::vector<double> shares = divided(weights, total);
  std::vector<double> ascending = shares;
  std::sort(ascending.begin(), ascending.end());
  if (ascending.back() <= limit) return shares;

  const double cut = cut_of(ascending, limit) * total;
  std::vector<double> clipped(weights.begin(), weights.end());
  for (double& weight : clipped) weight = std::min(weight, cut);
  const double clipped_total = sum_of(clipped);
  if (!std::isfinite(cut) || clipped_total == 0) {
    return wrong("no cut under the limit ", limit, " is defined for them");
  }
  return divided(clipped, clipped_total);
}

absl::StatusOr<UidWeights> conform_weights(std::span<const std::int64_t> uids,
                                           std::span<const double> weights,
                                           const WeightLimits& limits) {
  absl::Status status = check_input(uids, weights);
  if (!status.ok()) return status;
  const bool self = is_self_weight(uids, limits);
  std::vector<double> clipped;
  if (!self && limits.max_weight_limit < kMaxU16) {
    auto result =
        clip_to_max_weight(weights, static_cast<double>(limits.max_weight_limit) / kMaxU16);
    if (!result.ok()) return result.status();
    clipped = *std::move(result);
    weights = clipped;
  }
  auto out = normalize_weights(uids, weights);
  if (!out.ok()) return out;
  status = check_count(*out, self, limits);
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<UidWeights> conform_raw_weights(std::span<const std::int64_t> uids,
                                               std::span<const double> weights,
                                               const WeightLimits& limits) {
  absl::Status status = check_input(uids, weights);
  if (!status.ok()) return status;
  UidWeights out;
  std::uint64_t sum = 0;
  std::uint64_t top = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > kMaxU16 || std::trunc(weights[i]) != weights[i]) {
      return wrong("weights[", i, "] (uid ", uids[i], ") is ", weights[i],
                   "; raw ones are whole numbers in 0..65535");
    }
    if (weights[i] == 0) continue;
    out.uids.push_back(static_cast<std::uint16_t>(uids[i]));
    out.values.push_back(static_cast<std::uint16_t>(weights[i]));
    sum += out.values.back();
    top = std::max<std::uint64_t>(top, out.values.back());
  }
  const bool self = is_self_weight(uids, limits);
  if (!self && top * kMaxU16 > limits.max_weight_limit * sum) {
    return wrong("the largest, ", top, " of ", sum, ", is above the limit of ",
                 limits.max_weight_limit, " of 65535");
  }
  status = check_count(out, self, limits);
  if (!status.ok()) return status;
  return out;
}

}  // namespace yuma
