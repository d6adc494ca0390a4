// SPDX-License-Identifier: MIT
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/share_axis.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr std::size_t kMaxRows = 24;
constexpr char kRing[] = "pointtype 6 pointsize 0.75 linewidth 1.5 linecolor rgb '#4B5563'";

/// Who may set weights, does set some, or earns dividends.
std::vector<std::size_t> validators_of(const EpochView& view) {
  std::set<std::size_t> with_weights;
  for (const EpochView::Cell& cell : view.weights) {
    if (has_weight(cell)) with_weights.insert(cell.validator);
  }
  std::vector<std::size_t> validators;
  for (std::size_t uid = 0; uid < uid_count(view); ++uid) {
    if (flag_of(view.permit, uid) || share_or_zero(view.dividends, uid) > 0.0 ||
        with_weights.count(uid) != 0) {
      validators.push_back(uid);
    }
  }
  return validators;
}

/// The rows of the chart, from top to bottom, as gnuplot reads them.
struct Rows {
  std::string gains, losses;  // lines "stake row (dividends - stake)", in percent
  std::string tics;           // uids
  std::string ratios;         // labels
};

Rows rows_of(const EpochView& view, const std::vector<std::size_t>& shown, const ShareAxis& axis) {
  Rows rows;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double y = static_cast<double>(shown.size() - i);
    const double dividends = share_or_zero(view.dividends, shown[i]);
    const double stake = share_or_zero(view.stake, shown[i]);
    const bool gain = dividends >= stake;
    append_row(gain ? rows.gains : rows.losses,
               {axis.place(stake), y, axis.place(dividends) - axis.place(stake)});
    absl::StrAppendFormat(&rows.tics, "%s'%d' %.0f", i == 0 ? "" : ", ", shown[i], y);
    if (stake == 0.0) continue;
    absl::StrAppendFormat(&rows.ratios,
                          "set label '%s' at graph 1.03, first %.0f left font ',10' "
                          "textcolor rgb '%s'\n",
                          format_ratio(dividends / stake), y, gain ? kDividendColor : kLossColor);
  }
  return rows;
}

/// The parts of a plot command that draw one datablock: lines, dots, and rings with a white inside.
std::string plot_parts(const char* block, std::string_view color, const char* title) {
  return absl::StrFormat(
      "$%s using 1:2:3:(0) with vectors nohead linewidth 2.5 linecolor rgb '%s' notitle, "
      "$%s using ($1+$3):2 with points pointtype 7 pointsize 0.9 linecolor rgb '%s' title '%s', "
      "$%s using 1:2 with points pointtype 7 pointsize 0.75 linecolor rgb '#ffffff' notitle, "
      "$%s using 1:2 with points %s notitle, ",
      block, color, block, color, title, block, block, kRing);
}

}  // namespace

std::optional<Chart> validator_chart(const EpochView& view) {
  const std::vector<std::size_t> validators = validators_of(view);
  const std::vector<std::size_t> shown = largest(
      validators, kMaxRows, [&](std::size_t uid) { return share_or_zero(view.stake, uid); });
  if (shown.empty()) return std::nullopt;
  std::vector<double> shares;
  for (const std::size_t uid : shown) {
    shares.push_back(share_or_zero(view.stake, uid));
    shares.push_back(share_or_zero(view.dividends, uid));
  }
  const ShareAxis axis(shares);
  const Rows rows = rows_of(view, shown, axis);
  const std::string count =
      shown.size() < validators.size()
          ? absl::StrFormat("top %d of %d validators by stake", shown.size(), validators.size())
          : absl::StrFormat("all %d validators", shown.size());

  Chart chart;
  chart.width = kHalfChartWidth;
  chart.height = 500;
  chart.script = absl::StrCat("$gains << EOD\n", rows.gains, "EOD\n$losses << EOD\n", rows.losses,
                              "EOD\n", axis.commands("x"), rows.ratios);
  absl::StrAppendFormat(
      &chart.script,
      "set yrange [0.3:%.1f]\nset ytics (%s)\nset ytics font ',10' scale 0\n"
      "set title 'Dividends against stake, %s'\n"
      "set xlabel 'share of all stake, share of all dividends%s'\n"
      "set ylabel 'validator uid, by stake'\n"
      "set label 'dividends / stake' at graph 1.14,0.5 center rotate by 90 font ',10' "
      "textcolor rgb '%s'\n"
      "set key samplen 0.8 width -3\nset lmargin 8\nset rmargin 11\nset bmargin 4\n",
      static_cast<double>(shown.size()) + 0.7, rows.tics, count,
      axis.is_logarithmic() ? " (log scale)" : "", kInkColor);
  chart.script += "plot ";
  if (!rows.gains.empty()) {
    chart.script += plot_parts("gains", kDividendColor, "dividends (above)");
  }
  if (!rows.losses.empty()) {
    chart.script += plot_parts("losses", kLossColor, "dividends (below)");
  }
  absl::StrAppendFormat(&chart.script, "NaN with points %s title 'stake'\n", kRing);
  chart.alt = absl::StrFormat("Dividend share against stake share of %s.", count);
  chart.caption =
      "Ring: share of all stake; dot: share of all dividends. The number on the right is dividends "
      "divided by stake: above 1 a validator earns more than its stake alone would give.";
  return chart;
}

}  // namespace yuma::lab
