// SPDX-License-Identifier: MIT
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr std::size_t kMaxBars = 40;
constexpr std::size_t kMinBars = 12;  // room is left for these, lest a few bars become blocks
constexpr double kBarWidth = 28.0;    // points, with the gap
constexpr double kSides = 120.0;      // points beside the bars
constexpr double kDigitWidth = 6.5;   // of the font of 10

}  // namespace

std::optional<Chart> incentive_chart(const EpochView& view) {
  std::vector<std::size_t> earning;
  double total = 0.0;
  for (std::size_t uid = 0; uid < uid_count(view); ++uid) {
    const double incentive = share_or_zero(view.incentive, uid);
    total += incentive;
    if (incentive > 0.0) earning.push_back(uid);
  }
  const auto incentive = [&](std::size_t uid) { return share_or_zero(view.incentive, uid); };
  const std::vector<std::size_t> shown = largest(earning, kMaxBars, incentive);
  if (shown.empty()) return std::nullopt;

  Chart chart;
  const double bars = static_cast<double>(std::max<std::size_t>(shown.size(), kMinBars));
  chart.width = fit_width(bars * kBarWidth + kSides);
  chart.height = 380;
  chart.script = "$bars << EOD\n";
  std::string tics;
  std::size_t digits = 1;
  double sum = 0.0;
  double highest = 0.0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    sum += incentive(shown[i]);
    highest = std::max({highest, incentive(shown[i]), share_or_zero(view.consensus, shown[i])});
    append_row(chart.script, {static_cast<double>(i), 100.0 * incentive(shown[i]),
                              100.0 * share_or_zero(view.consensus, shown[i])});
    digits = std::max(digits, absl::StrCat(shown[i]).size());
    absl::StrAppendFormat(&tics, "%s'%d' %d", i == 0 ? "" : ", ", shown[i], i);
  }
  const std::string count =
      shown.size() < earning.size()
          ? absl::StrFormat("the top %d of %s uids have %s of it", shown.size(),
                            format_count(earning.size()), format_percent(sum / total))
          : absl::StrFormat("all %d uids that have some", shown.size());
  const double slot = (chart.width - kSides) / bars;
  const bool upright = kDigitWidth * static_cast<double>(digits + 1) > slot;
  absl::StrAppendFormat(
      &chart.script,
      "EOD\nset title 'Incentive: %s'\nset xtics (%s)\nset xtics font ',10' scale 0 %s\n"
      "set xrange [-0.6:%.1f]\nset yrange [0:%.9g]\nset format y '%%g%%%%'\nset boxwidth 0.7\n"
      "set grid noxtics ytics\nset xlabel 'uid, largest incentive first'\n"
      "set ylabel 'share of all incentive'\nset lmargin 10\nset rmargin 3\nset bmargin %s\n",
      count, tics, upright ? "rotate by 90 right" : "", bars - 0.4, 107.0 * highest,
      upright ? "5" : "3.5");
  absl::StrAppendFormat(
      &chart.script,
      "plot $bars using 1:2 with boxes linecolor rgb '%s' title 'incentive', $bars using 1:3 with "
      "points pointtype 12 pointsize 1.1 linewidth 1.5 linecolor rgb '%s' title 'consensus'\n",
      kIncentiveColor, kInkColor);
  chart.alt = absl::StrCat("Bar chart of incentive, largest first; ", count, ".");
  chart.caption =
      "Bars: share of all incentive. Diamonds: the consensus, the largest weight that enough stake "
      "supports; what a validator sets above it is clipped.";
  return chart;
}

}  // namespace yuma::lab
