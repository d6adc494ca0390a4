// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/label_placer.hpp"
#include "lab/report/share_axis.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr int kHalfHeight = 500;
constexpr std::size_t kMaxMarkers = 1500;  // of one kind: more neither shows nor loads well
constexpr std::size_t kManyMarkers = 300;  // of both kinds: more are drawn smaller
constexpr int kDiagonalPoints = 80;
constexpr std::size_t kMaxLabels = 8;  // of one kind

/// Where markers sit on a canvas of kHalfChartWidth x kHalfHeight, roughly: what the fixed margins
/// leave.
constexpr double kPlotWidth = kHalfChartWidth - 105.0;
constexpr double kPlotHeight = kHalfHeight - 125.0;

/// A marker of the scatter chart.
struct Marker {
  std::size_t uid;
  double stake, earned;
};

/// Numbers in [-1, 1] for each uid, always the same; together they fill a square evenly (the R2
/// sequence).
double spread_of(std::size_t uid, double step) {
  const double turns = static_cast<double>(uid) * step;
  return 2.0 * (turns - std::floor(turns)) - 1.0;
}
double spread_x(std::size_t uid) { return spread_of(uid, 0.7548776662466927); }
double spread_y(std::size_t uid) { return spread_of(uid, 0.5698402909980532); }

/// Dividends of everybody who has some or who staked for them; stakers that mine are not expected
/// to have dividends.
std::vector<Marker> dividend_markers(const EpochView& view) {
  std::vector<Marker> markers;
  for (std::size_t uid = 0; uid < uid_count(view); ++uid) {
    const double stake = share_or_zero(view.stake, uid);
    const double dividends = share_or_zero(view.dividends, uid);
    const bool staked_for_it = stake > 0.0 && share_or_zero(view.incentive, uid) == 0.0;
    if (dividends > 0.0 || staked_for_it || flag_of(view.permit, uid)) {
      markers.push_back({uid, stake, dividends});
    }
  }
  return markers;
}

std::vector<Marker> incentive_markers(const EpochView& view) {
  std::vector<Marker> markers;
  for (std::size_t uid = 0; uid < uid_count(view); ++uid) {
    const double incentive = share_or_zero(view.incentive, uid);
    if (incentive > 0.0) markers.push_back({uid, share_or_zero(view.stake, uid), incentive});
  }
  return markers;
}

/// The markers in order of interest, at most kMaxMarkers.
template <typename Key>
std::vector<Marker> most_notable(std::vector<Marker> markers, Key key) {
  std::stable_sort(markers.begin(), markers.end(),
                   [&](const Marker& a, const Marker& b) { return key(a) > key(b); });
  if (markers.size() > kMaxMarkers) markers.resize(kMaxMarkers);
  return markers;
}

double gain(const Marker& marker) { return std::abs(marker.earned - marker.stake); }

/// Draws one kind of marker and labels those that come first, as far as there is room.
class Scatter {
 public:
  explicit Scatter(const ShareAxis& axis) : axis_(axis), placer_(kPlotWidth, kPlotHeight) {
    for (int i = 0; i <= kDiagonalPoints; ++i) {  // labels on the dashed line are hard to read
      const double part = 1.0 * i / kDiagonalPoints;
      placer_.add_point(part * kPlotWidth, part * kPlotHeight);
    }
  }

  void reserve(const std::vector<Marker>& markers) {
    for (const Marker& marker : markers) placer_.add_point(pixel_x(marker), pixel_y(marker));
  }

  std::string block(const std::string& name, const std::vector<Marker>& markers) const {
    std::string out = absl::StrCat("$", name, " << EOD\n");
    for (const Marker& marker : markers) {
      append_row(out, {axis_.spread(marker.stake, spread_x(marker.uid)),
                       axis_.spread(marker.earned, spread_y(marker.uid))});
    }
    return out + "EOD\n";
  }

  std::string labels(const std::vector<Marker>& markers, std::string_view color) {
    std::string out;
    for (std::size_t i = 0; i < std::min(markers.size(), kMaxLabels); ++i) {
      const std::string text = absl::StrCat(markers[i].uid);
      const std::optional<LabelPlace> place =
          placer_.place(pixel_x(markers[i]), pixel_y(markers[i]), text.size());
      if (!place) continue;
      absl::StrAppendFormat(
          &out, "set label %s at graph %.5f,%.5f %s font ',10' front textcolor rgb '%s'\n",
          gnuplot_quote(text), place->x / kPlotWidth, place->y / kPlotHeight, place->justify,
          color);
    }
    return out;
  }

 private:
  double pixel_x(const Marker& marker) const {
    return axis_.fraction(axis_.spread(marker.stake, spread_x(marker.uid))) * kPlotWidth;
  }
  double pixel_y(const Marker& marker) const {
    return axis_.fraction(axis_.spread(marker.earned, spread_y(marker.uid))) * kPlotHeight;
  }

  const ShareAxis& axis_;
  LabelPlacer placer_;
};

/// Faint lines that set off the bands of zeros.
std::string band_lines(const ShareAxis& axis) {
  if (!axis.is_logarithmic() || axis.band() == axis.low()) return "";
  const std::string look =
      absl::StrFormat("nohead dashtype 3 linecolor rgb '%s' back\n", kFaintColor);
  return absl::StrFormat(
      "set arrow from %.9g,graph 0 to %.9g,graph 1 %sset arrow from graph 0,first %.9g to graph "
      "1,first %.9g %s",
      axis.band(), axis.band(), look, axis.band(), axis.band(), look);
}

/// Titles, ranges, tics, and the datablock of the line where a share earned equals the stake.
std::string axes(const ShareAxis& axis) {
  const char* scale = axis.is_logarithmic() ? ", log scale" : "";
  std::string out = axis.commands("x") + axis.commands("y") + band_lines(axis);
  absl::StrAppendFormat(&out,
                        "set title 'Share earned against share of stake'\n"
                        "set xlabel 'share of all stake%s'\nset ylabel 'share earned%s'\n"
                        "set lmargin 11\nset rmargin 3\nset bmargin 4\n",
                        scale, scale);
  absl::StrAppendFormat(
      &out,
      "set label 'earns more' at graph 0.5,0.97 center font ',10' textcolor rgb '%s'\n"
      "set label 'earns less' at graph 0.985,0.45 right font ',10' textcolor rgb '%s'\n",
      kFaintColor, kFaintColor);
  const double start = axis.is_logarithmic() ? axis.band() : std::max(axis.low(), 0.0);
  absl::StrAppendFormat(&out, "$equal << EOD\n%.9g %.9g\n%.9g %.9g\nEOD\n", start, start,
                        axis.high(), axis.high());
  return out;
}

}  // namespace

std::optional<Chart> earnings_chart(const EpochView& view) {
  const std::vector<Marker> all_dividends = dividend_markers(view);
  const std::vector<Marker> all_incentives = incentive_markers(view);
  const std::vector<Marker> dividends = most_notable(all_dividends, gain);
  const std::vector<Marker> incentives =
      most_notable(all_incentives, [](const Marker& marker) { return marker.earned; });
  if (dividends.empty() && incentives.empty()) return std::nullopt;

  std::vector<double> shares;
  for (const std::vector<Marker>* markers : {&dividends, &incentives}) {
    for (const Marker& marker : *markers) {
      shares.push_back(marker.stake);
      shares.push_back(marker.earned);
    }
  }
  const ShareAxis axis(shares);
  Scatter scatter(axis);
  scatter.reserve(dividends);
  scatter.reserve(incentives);

  Chart chart;
  chart.width = kHalfChartWidth;
  chart.height = kHalfHeight;
  chart.script = scatter.block("dividends", dividends) + scatter.block("incentives", incentives) +
                 axes(axis) + scatter.labels(dividends, kDividendColor) +
                 scatter.labels(incentives, kIncentiveColor);
  const double size = dividends.size() + incentives.size() > kManyMarkers ? 0.5 : 0.8;
  absl::StrAppendFormat(
      &chart.script,
      "plot $equal with lines dashtype 2 linewidth 1.5 linecolor rgb '%s' title 'earned = stake', "
      "$incentives with points pointtype 9 pointsize %.2f linecolor rgb '%s' title 'incentive', "
      "$dividends with points pointtype 7 pointsize %.2f linecolor rgb '%s' title 'dividends'\n",
      kStakeColor, size, kIncentiveColor, size, kDividendColor);

  chart.alt = absl::StrFormat(
      "Scatter chart of the share earned against the share of stake: dividends of %d uids, "
      "incentive of %d uids.",
      all_dividends.size(), all_incentives.size());
  chart.caption =
      "One marker a uid and kind of income. Above the dashed line a uid earns a larger share than "
      "it staked, below it a smaller one. Labels are uids: the largest differences between "
      "dividends and stake, and the largest incentives.";
  if (axis.is_logarithmic() && axis.band() != axis.low()) {
    chart.caption +=
        " Shares of zero are in the bands at the lower and left edge, spread out a little.";
  }
  if (all_dividends.size() > kMaxMarkers || all_incentives.size() > kMaxMarkers) {
    absl::StrAppendFormat(&chart.caption,
                          " At most %s markers of a kind are drawn, the most notable.",
                          format_count(kMaxMarkers));
  }
  return chart;
}

}  // namespace yuma::lab
