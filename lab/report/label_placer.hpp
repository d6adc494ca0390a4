// SPDX-License-Identifier: MIT
#pragma once

/// Finds room for short labels beside the markers of a chart: gnuplot draws a label where it is
/// told to, even on top of another.

#include <cstddef>
#include <optional>
#include <vector>

namespace yuma::lab {

/// A place for a label, in points from the lower left corner of the plot, and the side of the text
/// that it refers to ("left", "right" or "center").
struct LabelPlace {
  double x, y;
  const char* justify;
};

class LabelPlacer {
 public:
  /// For a plot of `width` x `height` points.
  LabelPlacer(double width, double height) : width_(width), height_(height) {}

  /// Keeps labels away from a marker at (x, y).
  void add_point(double x, double y);

  /// Room for `characters` digits beside the marker at (x, y), reserved by the call; nothing if
  /// every side is taken. Cost: the number of markers and labels so far.
  std::optional<LabelPlace> place(double x, double y, std::size_t characters);

 private:
  struct Box {
    double left, bottom, right, top;
  };
  bool is_free(const Box& box) const;

  double width_, height_;
  std::vector<Box> taken_;
};

}  // namespace yuma::lab
