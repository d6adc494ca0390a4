// SPDX-License-Identifier: MIT
#include "lab/report/share_axis.hpp"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace yuma::lab {
namespace {

constexpr double kFloor = 1e-4;         // percent; anything below is drawn as zero
constexpr double kLinearSpread = 30.0;  // largest over smallest that a linear axis still shows well
constexpr double kBandPart = 0.16;      // of a logarithmic axis: the zero band
constexpr double kLinearMargin = 0.035;  // room below zero on a linear axis, for whole markers

/// The least of 1, 2 and 5 times a power of ten that is not below `value` > 0.
double next_round(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= value * (1.0 - 1e-9)) return step * power;
  }
  return 10.0 * power;
}

}  // namespace

ShareAxis::ShareAxis(const std::vector<double>& shares) {
  double smallest = INFINITY;
  double largest = 0.0;
  for (const double share : shares) {
    if (!std::isfinite(share)) continue;
    const double percent = 100.0 * share;
    if (percent < kFloor) {
      has_zeros_ = true;
      if (percent > 0.0) has_traces_ = true;
      continue;
    }
    smallest = std::min(smallest, percent);
    largest = std::max(largest, percent);
  }
  if (largest == 0.0) largest = smallest = 1.0;
  logarithmic_ = largest > kLinearSpread * smallest;
  if (!logarithmic_) {
    high_ = 1.1 * largest;
    low_ = has_zeros_ ? -kLinearMargin * high_ : 0.0;
    band_ = low_;
    return;
  }
  high_ = next_round(1.5 * largest);
  band_ = std::pow(10.0, std::floor(std::log10(smallest) + 1e-9));
  low_ = has_zeros_ ? band_ * std::pow(band_ / high_, kBandPart / (1.0 - kBandPart)) : band_;
}

bool ShareAxis::in_band(double share) const { return !(100.0 * share >= kFloor); }

double ShareAxis::place(double share) const { return spread(share, 0.0); }

double ShareAxis::spread(double share, double shift) const {
  if (!in_band(share)) return 100.0 * share;
  if (!logarithmic_) return 0.0;
  const double width = std::log10(band_ / low_);
  return low_ * std::pow(10.0, width * (0.5 + 0.35 * shift));
}

double ShareAxis::fraction(double position) const {
  if (logarithmic_) return std::log(position / low_) / std::log(high_ / low_);
  return (position - low_) / (high_ - low_);
}

std::string ShareAxis::commands(const std::string& axis) const {
  std::string out = absl::StrFormat("set %srange [%.9g:%.9g]\n", axis, low_, high_);
  if (!logarithmic_) return out + absl::StrFormat("set format %s '%%g%%%%'\n", axis);
  absl::StrAppendFormat(&out, "set logscale %s\nset %stics (", axis, axis);
  // Tic labels are number formats, hence the doubled per cent signs.
  if (has_zeros_) {
    absl::StrAppendFormat(&out, "'%s' %.9g, ", has_traces_ ? "~0" : "0", place(0.0));
  }
  const int first = static_cast<int>(std::lround(std::log10(band_)));
  for (int power = first; std::pow(10.0, power) <= high_ * 1.001; ++power) {
    absl::StrAppendFormat(&out, "%s'%g%%%%' %.9g", power == first ? "" : ", ",
                          std::pow(10.0, power), std::pow(10.0, power));
  }
  return out + ")\n";
}

}  // namespace yuma::lab
