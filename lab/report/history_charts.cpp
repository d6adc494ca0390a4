// SPDX-License-Identifier: MIT
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr std::size_t kMarkedEpochs = 60;  // with more, markers on every epoch hide the lines

using Shares = std::vector<double> EpochView::*;

/// The uids with the largest sums over all epochs, as many as there are line styles.
std::vector<std::size_t> top_uids(const std::vector<EpochView>& views, Shares shares) {
  std::vector<double> sums;
  for (const EpochView& view : views) {
    if (sums.size() < uid_count(view)) sums.resize(uid_count(view), 0.0);
    for (std::size_t uid = 0; uid < uid_count(view); ++uid) {
      sums[uid] += share_or_zero(view.*shares, uid);
    }
  }
  std::vector<std::size_t> uids;
  for (std::size_t uid = 0; uid < sums.size(); ++uid) {
    if (sums[uid] > 0.0) uids.push_back(uid);
  }
  return largest(std::move(uids), kLineLooks.size(), [&](std::size_t uid) { return sums[uid]; });
}

/// What the key calls a uid.
std::string label_of(const std::vector<EpochView>& views, std::size_t uid) {
  const std::vector<std::string>& names = views.back().names;
  const bool named = uid < names.size() && !names[uid].empty();
  return named ? absl::StrCat(uid, " ", names[uid]) : absl::StrCat(uid);
}

/// Epochs by their own numbers, where all have one and they ascend; else by their place.
std::vector<double> numbers_of(const std::vector<EpochView>& views) {
  std::vector<double> own, places;
  for (const EpochView& view : views) {
    places.push_back(static_cast<double>(places.size()));
    if (!view.number) continue;
    const auto number = static_cast<double>(*view.number);
    if (own.empty() || number > own.back()) own.push_back(number);
  }
  return own.size() == views.size() ? own : places;
}

std::optional<Chart> history_chart(const std::vector<EpochView>& views, Shares shares,
                                   const std::string& name, const std::string& title) {
  if (views.size() < 2) return std::nullopt;
  const std::vector<std::size_t> uids = top_uids(views, shares);
  if (uids.empty()) return std::nullopt;

  Chart chart;
  chart.width = kHalfChartWidth;
  chart.height = 380;
  const std::vector<double> numbers = numbers_of(views);
  std::string plot = "plot ";
  const std::size_t every = (views.size() + kMarkedEpochs - 1) / kMarkedEpochs;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    absl::StrAppendFormat(&chart.script, "$uid%d << EOD\n", i);
    for (std::size_t epoch = 0; epoch < views.size(); ++epoch) {
      append_row(chart.script, {numbers[epoch], 100.0 * share_of(views[epoch].*shares, uids[i])});
    }
    chart.script += "EOD\n";
    const LineLook& look = kLineLooks[i];
    absl::StrAppendFormat(&plot,
                          "%s$uid%d with linespoints pointtype %d pointinterval %d pointsize 0.7 "
                          "linewidth 1.8 linecolor rgb '%s' title %s",
                          i == 0 ? "" : ", ", i, look.point_type, every, look.color,
                          gnuplot_quote(label_of(views, uids[i]), 20));
  }
  absl::StrAppendFormat(
      &chart.script,
      "set title '%s'\nset xlabel '%s'\nset ylabel 'share of "
      "all %s'\nset xrange [%.0f:%.0f]\nset yrange [0:*]\nset format y '%%g%%%%'\n"
      "set key outside right top vertical maxrows auto title 'uid'\nset tmargin "
      "3\nset title offset 0,0.3\n",
      title, views.back().number ? "epoch" : "epoch of this report", name, numbers.front(),
      numbers.back() + 1);
  if (views.size() <= 20) chart.script += "set xtics 1\n";
  chart.script += plot + "\n";
  chart.alt =
      absl::StrFormat("Line chart over %d epochs: %s of %d uids.", views.size(), name, uids.size());
  chart.caption =
      absl::StrFormat("The %d uids with the most %s over all epochs.", uids.size(), name);
  return chart;
}

}  // namespace

std::optional<Chart> incentive_history_chart(const std::vector<EpochView>& views) {
  return history_chart(views, &EpochView::incentive, "incentive", "Incentive over epochs");
}

std::optional<Chart> dividend_history_chart(const std::vector<EpochView>& views) {
  return history_chart(views, &EpochView::dividends, "dividends", "Dividends over epochs");
}

}  // namespace yuma::lab
