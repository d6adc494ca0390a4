// SPDX-License-Identifier: MIT
#include "lab/report/epoch_charts.hpp"

namespace yuma::lab {

absl::StatusOr<std::string> draw_epochs(const std::vector<EpochView>& views, ImageFormat format) {
  if (views.empty()) return absl::InvalidArgumentError("draw_epochs: views: no epoch to draw");
  const EpochView& last = views.back();
  std::vector<Chart> charts;
  for (const std::optional<Chart>& chart :
       {incentive_history_chart(views), dividend_history_chart(views), earnings_chart(last),
        validator_chart(last), incentive_chart(last), weight_chart(last)}) {
    if (chart) charts.push_back(*chart);
  }
  return draw_sheet(last.title, charts, format);
}

absl::StatusOr<std::string> draw_epoch(const EpochView& view, ImageFormat format) {
  return draw_epochs({view}, format);
}

}  // namespace yuma::lab
