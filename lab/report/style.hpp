// SPDX-License-Identifier: MIT
#pragma once

/// The look of every chart and report: one set of colours that colour-blind readers can tell apart
/// (Okabe and Ito), the same meaning for a colour in all charts, one grid, one font.

#include <array>
#include <string_view>

namespace yuma::lab {

// What a colour means, in every chart.
inline constexpr std::string_view kDividendColor = "#0072B2";   // blue: dividends, gains
inline constexpr std::string_view kIncentiveColor = "#009E73";  // bluish green: incentive
inline constexpr std::string_view kLossColor = "#D55E00";       // vermillion: losses, clipping
inline constexpr std::string_view kStakeColor = "#4B5563";      // grey: stake
inline constexpr std::string_view kInkColor = "#1F2937";        // text and everything else
inline constexpr std::string_view kFaintColor = "#9CA3AF";      // reading aids

/// For lines of one kind (one a uid, one a run): colour and gnuplot point type, both different, so
/// that a print without colours can be read as well.
struct LineLook {
  std::string_view color;
  int point_type;
};
inline constexpr std::array<LineLook, 8> kLineLooks = {{{"#0072B2", 7},
                                                        {"#D55E00", 5},
                                                        {"#009E73", 9},
                                                        {"#CC79A7", 11},
                                                        {"#E69F00", 13},
                                                        {"#56B4E9", 6},
                                                        {"#000000", 4},
                                                        {"#8C6D1F", 8}}};

/// gnuplot commands that every chart starts with: encoding, border, tics, grid, key.
std::string_view chart_style();

/// `set palette` for heat maps: even steps of lightness from pale to dark blue. White stays free
/// for "no value" and kLossColor for marks: blue and orange are apart in every kind of colour
/// vision.
std::string_view heat_palette();

/// The style sheet of a report: light and dark, narrow screens, print.
std::string_view page_style();

}  // namespace yuma::lab
