// SPDX-License-Identifier: MIT
#pragma once

// 128-bit integers as decimal text, which the standard library does not offer.

#include <optional>
#include <string>
#include <string_view>

#include "yuma/fixed/fixed.hpp"

namespace yuma {

/// v in decimal, with a minus sign where negative.
inline std::string to_decimal(int128 v) {
  uint128 rest = fixed_internal::magnitude(v);
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  if (v < 0) text.insert(text.begin(), '-');
  return text;
}

/// The number that `text` writes in decimal: an optional minus, then digits and nothing else.
/// Nothing where it is malformed or out of range.
inline std::optional<int128> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const uint128 limit =
      fixed_internal::magnitude(fixed_internal::kMin<int128>) - (negative ? 0 : 1);
  uint128 v = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<unsigned>(c - '0');
    if (v > (limit - digit) / 10) return std::nullopt;
    v = v * 10 + digit;
  }
  return static_cast<int128>(negative ? 0 - v : v);
}

}  // namespace yuma
