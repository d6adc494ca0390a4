// SPDX-License-Identifier: MIT
#pragma once

/// Text on its way into a report. Titles, file names and notes come from outside and may hold
/// anything, so every one of them passes through one of these functions: html_escape() for the
/// page, gnuplot_quote() for a chart. The number formats of tables and charts are here as well.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace yuma::lab {

/// `text` as well-formed UTF-8 that is legal in XML: bytes that are not UTF-8 become U+FFFD,
/// control characters (line feed and tab excepted) a space.
std::string printable_utf8(std::string_view text);

/// The same on one line, for a terminal: line feeds and tabs become spaces too.
std::string one_line(std::string_view text);

/// `text` (well-formed UTF-8) cut to at most `max_characters` code points, the last one an ellipsis
/// if anything was cut.
std::string shorten(std::string_view text, std::size_t max_characters);

/// `text` for HTML content or for an attribute value in double quotes; made printable first.
std::string html_escape(std::string_view text);

/// `text` as a single-quoted gnuplot string, quotes included, for titles, labels and key entries:
/// one line, made printable, at most `max_characters` long. Nothing in it is interpreted by a
/// terminal set to `noenhanced`. Not for tic labels: gnuplot reads those as number formats.
std::string gnuplot_quote(std::string_view text, std::size_t max_characters = 120);

/// A share in [0, 1] for a table: six decimals, "0" for exactly zero, "n/a" if not finite.
std::string format_share(double share);

/// A share as a percentage with three significant digits ("12.3%"), "n/a" if not finite.
std::string format_percent(double share);

/// How many times as large, in at most six characters: "0.13", "1.45", "214", "13.8k", "245M".
/// "n/a" if not finite.
std::string format_ratio(double ratio);

/// A whole number with thousands separators ("1,234,567").
std::string format_count(std::uint64_t count);

}  // namespace yuma::lab
