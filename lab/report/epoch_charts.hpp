// SPDX-License-Identifier: MIT
#pragma once

/// The charts of an epoch and of a sequence of epochs. A function returns nothing where there is
/// nothing to show (no stake, no weights, a single epoch), which is not an error.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/report/chart.hpp"
#include "lab/report/epoch_view.hpp"

namespace yuma::lab {

/// Every uid: its stake share against its share of dividends and of incentive, with the line where
/// the two are equal.
std::optional<Chart> earnings_chart(const EpochView& view);

/// The validators with the largest stakes: stake share and dividend share of each, joined.
std::optional<Chart> validator_chart(const EpochView& view);

/// The uids with the largest incentives in order, with the consensus weight of each.
std::optional<Chart> incentive_chart(const EpochView& view);

/// Weights as a heat map, validators by miners, with the part that clipping removed.
std::optional<Chart> weight_chart(const EpochView& view);

/// Incentive (or dividends) over epochs of the uids that have most of it on average.
std::optional<Chart> incentive_history_chart(const std::vector<EpochView>& views);
std::optional<Chart> dividend_history_chart(const std::vector<EpochView>& views);

/// All charts of one epoch in one image. Errors: see run_gnuplot().
absl::StatusOr<std::string> draw_epoch(const EpochView& view, ImageFormat format);

/// All charts of the last epoch of `views`, and those over epochs, in one image.
/// InvalidArgument if there is no epoch; otherwise see run_gnuplot().
absl::StatusOr<std::string> draw_epochs(const std::vector<EpochView>& views, ImageFormat format);

}  // namespace yuma::lab
