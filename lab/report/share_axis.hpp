// SPDX-License-Identifier: MIT
#pragma once

/// An axis for shares. Stakes differ by factors of thousands and many uids have none at all: where
/// the spread is large the axis is logarithmic, with a band for zeros of its own at the low end.
/// All positions are percentages.

#include <string>
#include <vector>

namespace yuma::lab {

class ShareAxis {
 public:
  /// An axis that shows all of `shares` (in [0, 1]; values that are not finite are ignored).
  explicit ShareAxis(const std::vector<double>& shares);

  /// Where a share is drawn, in percent; shares of zero, or too small to show, in the zero band.
  double place(double share) const;

  /// place() moved within the zero band by `shift` in [-1, 1], so that many zeros do not hide each
  /// other. Shares outside the band stay.
  double spread(double share, double shift) const;

  /// Where along the axis a position is, 0 to 1; for finding room for labels.
  double fraction(double position) const;

  bool is_logarithmic() const { return logarithmic_; }

  /// The highest position in percent, the lowest, and the upper edge of the zero band, which is
  /// `low()` if there is no band.
  double high() const { return high_; }
  double low() const { return low_; }
  double band() const { return band_; }

  /// gnuplot commands for `axis` ("x" or "y"): scale, range and tics.
  std::string commands(const std::string& axis) const;

 private:
  bool in_band(double share) const;

  bool logarithmic_ = false;
  bool has_zeros_ = false;
  bool has_traces_ = false;  // some are not zero, only too small
  double low_ = 0.0;
  double high_ = 1.0;
  double band_ = 0.0;
};

}  // namespace yuma::lab
