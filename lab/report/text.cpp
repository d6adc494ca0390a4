// SPDX-License-Identifier: MIT
#include "lab/report/text.hpp"

#include <cmath>

#include "absl/strings/str_format.h"

namespace yuma::lab {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// Length of the well-formed sequence at `i` (Unicode 15, table 3-7), 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() - i < length) return 0;
  if (byte_at(text, i + 1) < low || byte_at(text, i + 1) > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(text, i + k) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

/// C0 and C1 controls, DEL, and the two non-characters that XML forbids.
bool is_forbidden(std::string_view sequence) {
  const unsigned first = byte_at(sequence, 0);
  if (sequence.size() == 1)
    return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
  if (sequence.size() == 2) return first == 0xC2 && byte_at(sequence, 1) < 0xA0;
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

}  // namespace

std::string printable_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) {
      out += kReplacement;
      ++i;
      continue;
    }
    const std::string_view sequence = text.substr(i, length);
    if (is_forbidden(sequence)) {
      out += ' ';
    } else {
      out += sequence;
    }
    i += length;
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out = printable_utf8(text);
  for (char& c : out) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t max_characters) {
  std::size_t characters = 0;
  std::size_t cut = 0;  // where the text ends if an ellipsis has to follow
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((byte_at(text, i) & 0xC0U) == 0x80U) continue;  // inside a sequence
    if (characters + 1 == max_characters) cut = i;
    if (++characters > max_characters) {
      return std::string(text.substr(0, cut)).append(kEllipsis);
    }
  }
  return std::string(text);
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : printable_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string gnuplot_quote(std::string_view text, std::size_t max_characters) {
  std::string out = "'";
  for (const char c : shorten(printable_utf8(text), max_characters)) {
    if (c == '\'') {
      out += "''";
    } else if (c == '\n' || c == '\t') {
      out += ' ';
    } else {
      out += c;
    }
  }
  out += '\'';
  return out;
}

std::string format_share(double share) {
  if (!std::isfinite(share)) return "n/a";
  if (share == 0.0) return "0";
  if (std::abs(share) < 5e-7) return absl::StrFormat("%.1e", share);
  return absl::StrFormat("%.6f", share);
}

std::string format_percent(double share) {
  if (!std::isfinite(share)) return "n/a";
  return absl::StrFormat("%.3g%%", 100.0 * share);
}

std::string format_ratio(double ratio) {
  if (!std::isfinite(ratio)) return "n/a";
  for (const char* unit : {"", "k", "M", "G"}) {
    if (ratio < 9.995) return absl::StrFormat("%.2f%s", ratio, unit);
    if (ratio < 99.95) return absl::StrFormat("%.1f%s", ratio, unit);
    if (ratio < 999.5) return absl::StrFormat("%.0f%s", ratio, unit);
    ratio /= 1000.0;
  }
  return absl::StrFormat("%.0e", ratio * 1e12);
}

std::string format_count(std::uint64_t count) {
  const std::string digits = absl::StrFormat("%d", count);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

}  // namespace yuma::lab
