// SPDX-License-Identifier: MIT

#include "yuma/subnet/weight_choice.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "yuma/replica/check.hpp"
#include "yuma/wire/weights.hpp"

namespace yuma::subnet {

absl::StatusOr<ChosenWeights> weights_of_scores(const State& state, std::uint16_t own_uid,
                                                std::span<const UidScore> scores,
                                                std::uint64_t version_key) {
  std::vector<UidScore> sorted(scores.begin(), scores.end());
  std::erase_if(sorted, [&](const UidScore& score) {
    const bool held = score.uid < state.neurons.size() && state.neurons[score.uid].has_value();
    return !held || score.value == 0;
  });
  std::sort(sorted.begin(), sorted.end(),
            [](const UidScore& a, const UidScore& b) { return a.uid < b.uid; });
  if (sorted.empty()) {
    return absl::InvalidArgumentError("nobody has a score above 0, so there are no weights to set");
  }
  std::vector<std::int64_t> uids;
  std::vector<double> values;
  for (const UidScore& score : sorted) {
    uids.push_back(score.uid);
    values.push_back(score.value);
  }
  if (absl::Status distinct = check_distinct_uids(uids); !distinct.ok()) return distinct;
  const WeightLimits limits{own_uid, state.parameters.min_allowed_weights,
                            state.parameters.max_weight_limit};
  auto fitted = conform_weights(uids, values, limits);
  if (!fitted.ok()) return fitted.status();

  VectorBody body;
  body.version_key = version_key;
  body.uids = fitted->uids;
  body.values = fitted->values;
  if (const auto refused = check_weights(state, own_uid, body)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the subnet would not take these weights: ", refused->text));
  }
  return ChosenWeights{std::move(fitted->uids), std::move(fitted->values), version_key};
}

std::chrono::milliseconds choosing_lead(const State& state) {
  const std::uint64_t epoch_ms = state.block_ms * state.parameters.epoch.tempo;
  constexpr std::uint64_t kMost = 60'000;
  const std::uint64_t lead =
      std::clamp(epoch_ms / 10, state.block_ms, std::max(kMost, state.block_ms));
  return std::chrono::milliseconds(std::min(lead, epoch_ms / 2));
}

}  // namespace yuma::subnet
