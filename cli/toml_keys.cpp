// SPDX-License-Identifier: MIT

#include "cli/toml_keys.hpp"

#include <algorithm>
#include <string>

namespace yuma::cli {

namespace {

/// Where the string that begins at `at` has ended. One without an end, for the library to refuse,
/// ends with its line or with the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool lines = text.substr(at, three.size()) == three;
  for (at += lines ? three.size() : 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (!lines && text[at] == '\n') {
      return at;
    } else if (!lines && text[at] == quote) {
      return at + 1;
    } else if (lines && text.substr(at, three.size()) == three) {
      // Two more may belong to what is in it.
      return std::min(text.find_first_not_of(quote, at), text.size());
    }
  }
  return text.size();
}

}  // namespace

std::optional<std::size_t> line_of_deep_key(std::string_view text) {
  constexpr std::size_t kMostDots = 8;
  constexpr std::string_view kBetweenKeys = "=,[]{}\n";
  std::size_t dots = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = end_of_string(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (kBetweenKeys.find(c) != std::string_view::npos) dots = 0;
    if (c == '.' && ++dots > kMostDots) {
      const std::string_view before = text.substr(0, at);
      return static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace yuma::cli
