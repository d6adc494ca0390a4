// SPDX-License-Identifier: MIT
#include "lab/report/label_placer.hpp"

#include <algorithm>
#include <array>

namespace yuma::lab {
namespace {

// Points; sizes of a label in the font of 10 that charts use for it, and of a marker.
constexpr double kDigitWidth = 6.5;
constexpr double kHalfHeight = 6.0;
constexpr double kHalfMarker = 4.0;
constexpr double kGap = 7.0;  // from the middle of a marker to its label

}  // namespace

void LabelPlacer::add_point(double x, double y) {
  taken_.push_back({x - kHalfMarker, y - kHalfMarker, x + kHalfMarker, y + kHalfMarker});
}

std::optional<LabelPlace> LabelPlacer::place(double x, double y, std::size_t characters) {
  const double length = kDigitWidth * static_cast<double>(characters);
  const double up = kGap + kHalfHeight;
  const double aside = 0.7 * kGap;
  const std::array<LabelPlace, 8> candidates = {{{x + kGap, y, "left"},
                                                 {x - aside, y + 0.7 * up, "right"},
                                                 {x + aside, y - 0.7 * up, "left"},
                                                 {x - kGap, y, "right"},
                                                 {x, y + up, "center"},
                                                 {x, y - up, "center"},
                                                 {x + aside, y + 0.7 * up, "left"},
                                                 {x - aside, y - 0.7 * up, "right"}}};
  for (const LabelPlace& candidate : candidates) {
    double left = candidate.x;
    if (candidate.justify[0] == 'r') left -= length;
    if (candidate.justify[0] == 'c') left -= 0.5 * length;
    const Box box{left, candidate.y - kHalfHeight, left + length, candidate.y + kHalfHeight};
    if (!is_free(box)) continue;
    taken_.push_back(box);
    return candidate;
  }
  return std::nullopt;
}

bool LabelPlacer::is_free(const Box& box) const {
  if (box.left < 0.0 || box.bottom < 0.0 || box.right > width_ || box.top > height_) return false;
  return std::none_of(taken_.begin(), taken_.end(), [&](const Box& other) {
    return box.left < other.right && other.left < box.right && box.bottom < other.top &&
           other.bottom < box.top;
  });
}

}  // namespace yuma::lab
