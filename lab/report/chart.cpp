// SPDX-License-Identifier: MIT
#include "lab/report/chart.hpp"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

constexpr int kTitleHeight = 44;  // points above the first row of a sheet
constexpr int kEmptyWidth = 640;  // of a sheet without charts
constexpr int kEmptyHeight = 160;

/// A chart and the place of its upper left corner on a sheet.
struct Placed {
  const Chart* chart;
  int left, top;
};

struct Layout {
  std::vector<Placed> places;
  int width = 0, height = 0;
};

/// Fills rows from left to right, top to bottom.
Layout arrange(const std::vector<Chart>& charts) {
  Layout layout;
  int left = 0;
  int top = kTitleHeight;
  int bottom = kTitleHeight;
  for (const Chart& chart : charts) {
    if (left != 0 && left + chart.width > kFullChartWidth) {
      left = 0;
      top = bottom;
    }
    layout.places.push_back({&chart, left, top});
    left += chart.width;
    bottom = std::max(bottom, top + chart.height);
    layout.width = std::max(layout.width, left);
  }
  layout.height = bottom;
  return layout;
}

/// Removes the titles gnuplot gives to an image and its parts, which browsers show as tooltips,
/// keeps the cells of heat maps from being blurred, and spells bold fonts as SVG does.
std::string tidy_svg(std::string svg) {
  for (std::size_t at = svg.find("<title>"); at != std::string::npos;
       at = svg.find("<title>", at)) {
    const std::size_t end = svg.find("</title>", at);
    if (end == std::string::npos) break;
    svg.erase(at, end + 8 - at);
  }
  return absl::StrReplaceAll(svg, {{"<image ", "<image style='image-rendering:pixelated' "},
                                   {"font-family=\"sans-serif:Bold\"",
                                    "font-family=\"sans-serif\" font-weight=\"bold\""}});
}

absl::StatusOr<std::string> finish(const std::string& script, ImageFormat format) {
  absl::StatusOr<std::string> image = run_gnuplot(script);
  if (!image.ok() || format != ImageFormat::kSvg) return image;
  return tidy_svg(*std::move(image));
}

}  // namespace

absl::StatusOr<std::string> draw_chart(const Chart& chart, ImageFormat format) {
  std::string script = terminal_command(format, chart.width, chart.height);
  script += chart_style();
  script += chart.script;
  return finish(script, format);
}

absl::StatusOr<std::string> draw_sheet(std::string_view title, const std::vector<Chart>& charts,
                                       ImageFormat format) {
  const Layout layout = arrange(charts);
  const int width = charts.empty() ? kEmptyWidth : layout.width;
  const int height = charts.empty() ? kEmptyHeight : layout.height;
  std::string script = terminal_command(format, width, height);
  script += "set encoding utf8\nset multiplot\n";
  const std::size_t characters = static_cast<std::size_t>(width / 9);
  absl::StrAppendFormat(&script,
                        "set label 1 %s at screen %.6f,%.6f left font 'sans-serif:Bold,15'\n",
                        gnuplot_quote(title, characters), 16.0 / width, 1.0 - 22.0 / height);
  if (charts.empty()) script += "set label 2 'Nothing to draw.' at screen 0.5,0.4 center\n";
  script += "unset border\nunset tics\nunset key\nplot [0:1] [0:1] -1\n";
  for (const Placed& placed : layout.places) {
    const Chart& chart = *placed.chart;
    script += "reset\n";
    script += chart_style();
    absl::StrAppendFormat(&script, "set size %.6f,%.6f\nset origin %.6f,%.6f\n",
                          1.0 * chart.width / width, 1.0 * chart.height / height,
                          1.0 * placed.left / width,
                          1.0 - 1.0 * (placed.top + chart.height) / height);
    script += chart.script;
  }
  script += "unset multiplot\n";
  return finish(script, format);
}

void append_row(std::string& block, std::initializer_list<double> values) {
  const char* separator = "";
  for (const double value : values) {
    absl::StrAppendFormat(&block, "%s%.9g", separator, value);
    separator = " ";
  }
  block += '\n';
}

}  // namespace yuma::lab
