// SPDX-License-Identifier: MIT
#pragma once

/// Charts: a piece of gnuplot script with a size and words to go with it. A chart can be drawn
/// alone (for a page) or with others on one sheet (for an image file). The script of a chart must
/// not set the terminal, the output, or a place on the canvas, and must name its datablocks so that
/// two charts on a sheet may define the same name (the later one wins, after the earlier is drawn).

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/report/gnuplot.hpp"

namespace yuma::lab {

/// Widths of charts, in points: one to a row of a page, and two.
inline constexpr int kFullChartWidth = 1240;
inline constexpr int kHalfChartWidth = 620;

/// The least of the two that has room for `points`, or the full width.
inline int fit_width(double points) {
  return points <= kHalfChartWidth ? kHalfChartWidth : kFullChartWidth;
}

/// One chart. The script assumes the state chart_style() leaves.
struct Chart {
  std::string script;
  int width = 0;        // points
  int height = 0;       // points
  std::string alt;      // what it shows, for readers who do not see it
  std::string caption;  // how to read it, and what was left out
};

/// `chart` alone, as the bytes of an image. Errors: see run_gnuplot().
absl::StatusOr<std::string> draw_chart(const Chart& chart, ImageFormat format);

/// Charts on one sheet under `title`, in order, side by side as far as kFullChartWidth allows. A
/// sheet without any chart says that there is nothing to draw. Errors: see run_gnuplot().
absl::StatusOr<std::string> draw_sheet(std::string_view title, const std::vector<Chart>& charts,
                                       ImageFormat format);

/// Appends one line of a datablock: the values with nine significant digits, separated by spaces.
void append_row(std::string& block, std::initializer_list<double> values);

}  // namespace yuma::lab
