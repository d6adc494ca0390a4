// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr std::size_t kMaxRows = 64;
constexpr std::size_t kMaxColumns = 128;
constexpr double kBarLength = 0.86;    // of a cell: the mark of a weight that is removed entirely
constexpr double kSmallCell = 14.0;    // points; in cells this narrow only large marks show
constexpr double kUprightTics = 30.0;  // in cells this narrow uids are written upwards,
constexpr double kLineHeight = 12.0;   // and each needs a line
constexpr double kComfortableWidth = 24.0;  // points of a cell
constexpr double kSides = 190.0;            // points beside the cells: labels and colour bar
constexpr double kTopAndBottom = 125.0;
constexpr double kLogSpread = 50.0;  // largest over smallest weight that needs a logarithmic scale
constexpr double kScaleDepth = 1e4;  // and the most that such a scale covers

/// Which uids are the rows and columns, in order, and how many there are in all.
struct Selection {
  std::vector<std::size_t> rows, columns;
  std::size_t all_rows, all_columns;
};

Selection select(const EpochView& view) {
  std::map<std::size_t, double> given;  // sum of weights of a validator
  std::map<std::size_t, double> received;
  for (const EpochView::Cell& cell : view.weights) {
    if (!has_weight(cell)) continue;
    given[cell.validator] += cell.weight;
    received[cell.miner] += cell.weight;
  }
  std::vector<std::size_t> validators;
  std::vector<std::size_t> miners;
  for (const auto& [uid, weight] : given) validators.push_back(uid);
  for (const auto& [uid, weight] : received) miners.push_back(uid);

  Selection chosen;
  chosen.all_rows = validators.size();
  chosen.all_columns = miners.size();
  chosen.rows = largest(std::move(validators), kMaxRows,
                        [&](std::size_t uid) { return share_or_zero(view.stake, uid); });
  chosen.columns =
      largest(std::move(miners), kMaxColumns, [&](std::size_t uid) { return received.at(uid); });
  const auto rank = [&](std::size_t uid) {
    return std::tuple(share_or_zero(view.incentive, uid), share_or_zero(view.consensus, uid),
                      received.at(uid));
  };
  std::stable_sort(chosen.columns.begin(), chosen.columns.end(),
                   [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
  return chosen;
}

/// How the part removed from a weight is marked: nothing below `least`, a bar of `height` cells.
struct MarkLook {
  double least, height;
};

/// The cells shown, addressed by row and column, as a gnuplot matrix and as clipping marks.
struct Cells {
  std::string image;  // lines "column row percent", NaN where there is no weight
  std::string marks;  // lines "x y left right bottom top", a rectangle each
  double smallest = INFINITY, largest = 0.0;  // percent
  std::size_t clipped = 0;
};

Cells collect(const EpochView& view, const Selection& chosen, const MarkLook& look) {
  std::map<std::size_t, std::size_t> row_of;
  std::map<std::size_t, std::size_t> column_of;
  for (std::size_t i = 0; i < chosen.rows.size(); ++i) row_of[chosen.rows[i]] = i;
  for (std::size_t i = 0; i < chosen.columns.size(); ++i) column_of[chosen.columns[i]] = i;
  std::vector<std::vector<double>> percent(
      chosen.rows.size(), std::vector<double>(chosen.columns.size(), std::nan("")));

  Cells cells;
  for (const EpochView::Cell& cell : view.weights) {
    const auto row = row_of.find(cell.validator);
    const auto column = column_of.find(cell.miner);
    if (!has_weight(cell) || row == row_of.end() || column == column_of.end()) continue;
    const double value = 100.0 * std::min(cell.weight, 1.0);
    percent[row->second][column->second] = value;
    cells.smallest = std::min(cells.smallest, value);
    cells.largest = std::max(cells.largest, value);
    const double fraction = clipped_fraction(cell);
    if (fraction == 0.0) continue;
    ++cells.clipped;
    if (fraction < look.least) continue;
    // Row 0 is the top one. The bar lies along the bottom of the cell.
    const double x = static_cast<double>(column->second);
    const double y = static_cast<double>(chosen.rows.size() - row->second) - 1.0;
    const double left = x - 0.5 * kBarLength;
    append_row(cells.marks,
               {x, y, left, left + kBarLength * fraction, y - 0.44, y - 0.44 + look.height});
  }
  for (std::size_t i = chosen.rows.size(); i-- > 0;) {
    for (std::size_t j = 0; j < chosen.columns.size(); ++j) {
      append_row(cells.image, {static_cast<double>(j),
                               static_cast<double>(chosen.rows.size() - i) - 1.0, percent[i][j]});
    }
  }
  return cells;
}

/// Tics for `uids` at 0, 1, ... (or downwards from the last), each `step`-th one.
std::string uid_tics(const std::vector<std::size_t>& uids, std::size_t step, bool downwards) {
  std::string out;
  for (std::size_t i = 0; i < uids.size(); i += step) {
    const std::size_t at = downwards ? uids.size() - 1 - i : i;
    absl::StrAppendFormat(&out, "%s'%d' %d", i == 0 ? "" : ", ", uids[i], at);
  }
  return out;
}

std::string shown_of(std::size_t shown, std::size_t all, const char* what, const char* by) {
  if (shown == all) return absl::StrFormat("%s %s", format_count(all), what);
  return absl::StrFormat("top %d of %s %s by %s", shown, format_count(all), what, by);
}

/// Titles, ranges, tics and colours.
std::string axes(const Selection& chosen, const Cells& cells, const std::string& what, int width,
                 double cell_width) {
  const bool logarithmic = cells.largest > kLogSpread * cells.smallest;
  const double low = logarithmic ? std::max(cells.smallest, cells.largest / kScaleDepth) : 0.0;
  const bool upright = cell_width < kUprightTics;
  const double step = upright ? std::ceil(kLineHeight / cell_width) : 1.0;
  std::string out(heat_palette());
  if (logarithmic) out += "set logscale cb\n";
  absl::StrAppendFormat(
      &out,
      "set title 'Weights: %s'\nset xrange [-0.5:%.1f]\nset yrange [-0.5:%.1f]\n"
      "set cbrange [%.9g:%.9g]\nset format cb '%%g%%%%'\n"
      "set cblabel 'weight, share of row%s' offset 1.5,0\nunset grid\nset border 15\n",
      what, static_cast<double>(chosen.columns.size()) - 0.5,
      static_cast<double>(chosen.rows.size()) - 0.5, low, cells.largest,
      logarithmic ? " (log scale)" : "");
  absl::StrAppendFormat(
      &out,
      "set xtics (%s)\nset xtics font ',9' scale 0 %s\nset ytics (%s)\n"
      "set ytics font ',9' scale 0\nset xlabel 'miner uid, largest incentive first'\n"
      "set ylabel 'validator uid, by stake'\nset bmargin 5\nset lmargin 9\nset rmargin %d\n",
      uid_tics(chosen.columns, static_cast<std::size_t>(step), false),
      upright ? "rotate by 90 right" : "", uid_tics(chosen.rows, 1, true),
      width == kFullChartWidth ? 13 : 16);
  return out;
}

std::string caption_of(const Cells& cells, const std::string& what, const MarkLook& look) {
  std::string caption = absl::StrCat(
      "Shown: ", what, ". Colour: the weight as a share of its row; white: no weight. ");
  if (cells.clipped == 0) return caption + "Clipping removed nothing.";
  absl::StrAppendFormat(
      &caption,
      "Orange bars: the part of a weight that clipping to the consensus removed, the whole weight "
      "if the bar reaches across (%s cells are clipped; parts below %.0f%% have no bar).",
      format_count(cells.clipped), 100.0 * look.least);
  return caption;
}

}  // namespace

std::optional<Chart> weight_chart(const EpochView& view) {
  const Selection chosen = select(view);
  if (chosen.rows.empty()) return std::nullopt;
  const double rows = static_cast<double>(chosen.rows.size());
  const double columns = static_cast<double>(chosen.columns.size());
  const double cell_height = std::clamp(480.0 / rows, 11.0, std::max(40.0, 220.0 / rows));
  const int width = fit_width(columns * kComfortableWidth + kSides);
  const double cell_width = (width - kSides) / columns;
  const MarkLook look = cell_width < kSmallCell ? MarkLook{0.1, 0.45} : MarkLook{0.02, 0.26};
  const Cells cells = collect(view, chosen, look);
  const std::string what =
      absl::StrCat(shown_of(chosen.rows.size(), chosen.all_rows, "validators", "stake"), ", ",
                   shown_of(chosen.columns.size(), chosen.all_columns, "miners", "weight"));

  Chart chart;
  chart.width = width;
  chart.height = static_cast<int>(rows * cell_height + kTopAndBottom);
  chart.script = absl::StrCat("$cells << EOD\n", cells.image, "EOD\n$clipped << EOD\n", cells.marks,
                              "EOD\n", axes(chosen, cells, what, width, cell_width));
  chart.script += "plot $cells using 1:2:3 with image notitle";
  if (!cells.marks.empty()) {
    absl::StrAppendFormat(&chart.script,
                          ", $clipped using 1:2:3:4:5:6 with boxxyerror linecolor rgb '%s' title "
                          "'removed by clipping (a bar across the cell: all of the weight)'",
                          kLossColor);
  }
  chart.script += '\n';
  chart.alt =
      absl::StrFormat("Heat map of weights: %s. %d cells are clipped.", what, cells.clipped);
  chart.caption = caption_of(cells, what, look);
  return chart;
}

}  // namespace yuma::lab
