// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/label_placer.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"
#include "lab/report/work_charts.hpp"

namespace yuma::lab {
namespace {

using Point = std::pair<double, double>;

constexpr double kSides = 40, kTopAndBottom = 62;  // points around the map
constexpr double kStep = 2.0;                      // degrees along a great circle
constexpr std::size_t kNameLength = 18;

double radians(double degrees) { return degrees * std::numbers::pi / 180; }
double degrees(double radians) { return radians * 180 / std::numbers::pi; }

bool is_sound(const RouteView& view) {
  const auto finite = [](const Point& p) {
    return std::isfinite(p.first) && std::isfinite(p.second);
  };
  return view.order.size() >= 3 && std::all_of(view.points.begin(), view.points.end(), finite) &&
         std::all_of(view.ground.begin(), view.ground.end(), finite) &&
         std::all_of(view.order.begin(), view.order.end(),
                     [&](std::size_t i) { return i < view.points.size(); });
}

/// Points of the great circle from a to b, both included.
std::vector<Point> great_circle(const Point& a, const Point& b) {
  const auto vector = [](const Point& p) {
    const double x = radians(p.first), y = radians(p.second);
    return std::array{std::cos(y) * std::cos(x), std::cos(y) * std::sin(x), std::sin(y)};
  };
  const auto u = vector(a), v = vector(b);
  const double cosine = std::clamp(u[0] * v[0] + u[1] * v[1] + u[2] * v[2], -1.0, 1.0);
  const double angle = std::acos(cosine);
  const int parts = std::max(1, static_cast<int>(std::ceil(degrees(angle) / kStep)));
  if (std::sin(angle) < 1e-9) return {a, b};  // the same place, or opposite ones: any way will do
  std::vector<Point> out;
  for (int i = 0; i <= parts; ++i) {
    const double t = static_cast<double>(i) / parts;
    const double from = std::sin((1 - t) * angle) / std::sin(angle);
    const double to = std::sin(t * angle) / std::sin(angle);
    const double x = from * u[0] + to * v[0];
    const double y = from * u[1] + to * v[1];
    const double z = from * u[2] + to * v[2];
    out.emplace_back(degrees(std::atan2(y, x)), degrees(std::atan2(z, std::hypot(x, y))));
  }
  return out;
}

/// The way as a datablock; an empty line lifts the pen, where it leaves the map at 180 degrees.
std::string way(const RouteView& view) {
  std::string out = "$way << EOD\n";
  std::optional<Point> last;
  const auto go = [&](const Point& next) {
    if (last && view.on_earth && std::abs(next.first - last->first) > 180) {
      const double edge = last->first > 0 ? 180 : -180;
      const double gap = 360 - std::abs(next.first - last->first);
      const double part = gap > 0 ? std::abs(edge - last->first) / gap : 0;
      const double y = last->second + part * (next.second - last->second);
      append_row(out, {edge, y});
      out += "\n";
      append_row(out, {-edge, y});
    }
    append_row(out, {next.first, next.second});
    last = next;
  };
  for (std::size_t i = 0; i < view.order.size(); ++i) {
    const Point& from = view.points[view.order[i]];
    const Point& to = view.points[view.order[(i + 1) % view.order.size()]];
    if (!view.on_earth) {
      if (i == 0) go(from);
      go(to);
    } else {
      for (const Point& point : great_circle(from, to)) go(point);
    }
  }
  return out + "EOD\n";
}

std::string dots(const char* name, const std::vector<Point>& points) {
  std::string out = absl::StrCat("$", name, " << EOD\n");
  for (const Point& point : points) append_row(out, {point.first, point.second});
  return out + "EOD\n";
}

struct Frame {
  double left, right, low, high;
  double width() const { return right - left; }
  double height() const { return high - low; }
};

Frame frame_of(const RouteView& view) {
  Frame out{INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (const auto* list : {&view.points, &view.ground}) {
    for (const auto& [x, y] : *list) {
      out = {std::min(out.left, x), std::max(out.right, x), std::min(out.low, y),
             std::max(out.high, y)};
    }
  }
  if (view.on_earth) {
    return {-180, 180, std::max(-90.0, std::min(-60.0, out.low - 4)),
            std::min(90.0, std::max(80.0, out.high + 4))};
  }
  const double margin = 0.04 * std::max({out.width(), out.height(), 1e-9});
  return {out.left - margin, out.right + margin, out.low - margin, out.high + margin};
}

/// Names beside their points, as far as there is room.
std::string labels(const RouteView& view, const Frame& frame, double width, double height) {
  LabelPlacer placer(width, height);
  const auto x_of = [&](const Point& p) { return (p.first - frame.left) / frame.width() * width; };
  const auto y_of = [&](const Point& p) {
    return (p.second - frame.low) / frame.height() * height;
  };
  for (const Point& point : view.points) placer.add_point(x_of(point), y_of(point));
  std::string out;
  for (std::size_t i = 0; i < std::min(view.names.size(), view.points.size()); ++i) {
    const std::string name = shorten(printable_utf8(view.names[i]), kNameLength);
    const auto place = placer.place(x_of(view.points[i]), y_of(view.points[i]), name.size());
    if (!place) continue;
    absl::StrAppendFormat(&out,
                          "set label %s at graph %.5f,%.5f %s font ',9' front textcolor rgb '%s'\n",
                          gnuplot_quote(name, kNameLength), place->x / width, place->y / height,
                          place->justify, kInkColor);
  }
  return out;
}

}  // namespace

std::optional<Chart> route_chart(const RouteView& view) {
  if (!is_sound(view)) return std::nullopt;
  const Frame frame = frame_of(view);
  Chart chart;
  chart.width = kFullChartWidth;
  const double width = chart.width - kSides;
  const double height = std::clamp(width * frame.height() / frame.width(), 300.0, 900.0);
  chart.height = static_cast<int>(height + kTopAndBottom);
  chart.script = way(view) + dots("stops", view.points) + dots("ground", view.ground) +
                 labels(view, frame, width, height);
  absl::StrAppendFormat(&chart.script,
                        "set title %s\nset xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n"
                        "set format ''\nset tics scale 0\nset border 15 linecolor rgb '%s'\n"
                        "set lmargin 2\nset rmargin 2\nset bmargin 1\nset tmargin 3\n"
                        "set title offset 0,0.2\nunset key\n",
                        gnuplot_quote(view.title), frame.left, frame.right, frame.low, frame.high,
                        kFaintColor);
  if (view.on_earth) chart.script += "set xtics 30\nset ytics 20\n";
  const char* ground = view.ground.empty() ? ""
                                           : "$ground with points pointtype 7 pointsize 0.35 "
                                             "linecolor rgb '#B6BEC9' notitle, ";
  absl::StrAppendFormat(&chart.script,
                        "plot %s$way with lines linewidth 2 linecolor rgb '%s' notitle, "
                        "$stops with points pointtype 7 pointsize 0.8 linecolor rgb '%s' notitle\n",
                        ground, kDividendColor, kLossColor);
  chart.alt = absl::StrFormat("Map with a closed tour of %d places.", view.order.size());
  chart.caption = view.caption;
  return chart;
}

}  // namespace yuma::lab
