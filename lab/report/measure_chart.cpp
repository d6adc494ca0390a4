// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"
#include "lab/report/work_charts.hpp"

namespace yuma::lab {
namespace {

constexpr std::size_t kNameLength = 16;

/// How many values a line has.
std::size_t known(const MeasureView::Line& line) {
  return static_cast<std::size_t>(std::count_if(line.values.begin(), line.values.end(),
                                                [](double v) { return std::isfinite(v); }));
}

}  // namespace

std::optional<Chart> measure_chart(const MeasureView& view) {
  Chart chart;
  chart.width = kHalfChartWidth;
  chart.height = 380;
  std::string plot;
  std::size_t drawn = 0;
  std::size_t left_out = 0;
  bool moves = false;
  for (const MeasureView::Line& line : view.lines) {
    if (known(line) == 0) continue;
    moves = moves || known(line) > 1;
    if (drawn == kLineLooks.size()) {
      ++left_out;
      continue;
    }
    absl::StrAppendFormat(&chart.script, "$line%d << EOD\n", drawn);
    for (std::size_t i = 0; i < view.epochs.size() && i < line.values.size(); ++i) {
      append_row(chart.script, {view.epochs[i], line.values[i]});
    }
    chart.script += "EOD\n";
    const LineLook& look = kLineLooks[drawn];
    absl::StrAppendFormat(&plot,
                          "%s$line%d with linespoints pointtype %d pointsize 0.7 linewidth 1.8 "
                          "linecolor rgb '%s' title %s",
                          drawn == 0 ? "plot " : ", ", drawn, look.point_type, look.color,
                          gnuplot_quote(line.name, kNameLength));
    ++drawn;
  }
  if (!moves) return std::nullopt;
  absl::StrAppendFormat(
      &chart.script,
      "set title %s\nset xlabel 'epoch'\nset ylabel %s\nset format y '%%.6g'\n"
      "set xrange [%.9g:%.9g]\nset yrange [*:*]\nset offsets 0,0,graph 0.06,graph 0.06\n"
      "set key outside right top vertical maxrows auto\nset tmargin 3\n"
      "set title offset 0,0.3\n",
      gnuplot_quote(view.title), gnuplot_quote(view.unit), view.epochs.front(),
      view.epochs.back() + (view.epochs.back() > view.epochs.front() ? 0 : 1));
  if (view.epochs.size() <= 20) chart.script += "set xtics 1\n";
  chart.script += plot + "\n";
  chart.alt = absl::StrFormat("Line chart over %d epochs: %s of %d miners.", view.epochs.size(),
                              view.title, drawn);
  chart.caption =
      absl::StrCat(view.title, ", the mean of each epoch's rounds.",
                   left_out == 0 ? "" : absl::StrCat(" ", left_out, " more miners are left out."));
  return chart;
}

}  // namespace yuma::lab
