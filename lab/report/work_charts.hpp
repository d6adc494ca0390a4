// SPDX-License-Identifier: MIT
#pragma once

/// Charts of what miners did: a measured number over epochs, and a closed tour on a map.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lab/report/chart.hpp"

namespace yuma::lab {

/// A number for each of several miners over epochs; NaN where there is none.
struct MeasureView {
  std::string title, unit;
  std::vector<double> epochs;
  struct Line {
    std::string name;
    std::vector<double> values;  // as many as epochs
  };
  std::vector<Line> lines;
};

/// Lines over epochs, at most eight; nothing where no line has two values.
std::optional<Chart> measure_chart(const MeasureView& view);

/// A closed tour. On Earth x is the longitude and y the latitude, in degrees.
struct RouteView {
  std::string title, caption;
  bool on_earth = false;
  std::vector<std::pair<double, double>> points;  // x, y
  std::vector<std::string> names;                 // one a point, or none
  std::vector<std::size_t> order;                 // of points
  std::vector<std::pair<double, double>> ground;  // other places, to be seen as a map
};

/// The map with the tour on it, on Earth along great circles; nothing for fewer than three points,
/// or where a number is not finite or the order names none of them.
std::optional<Chart> route_chart(const RouteView& view);

}  // namespace yuma::lab
