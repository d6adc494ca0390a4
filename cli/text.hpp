// SPDX-License-Identifier: MIT
#pragma once

// Paragraphs, labelled lines and tables for a terminal.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace yuma::cli {

/// A paragraph in lines of at most `width`, each after `indent`. A word that is longer stays whole.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

/// Filled up with blanks on the right, or on the left.
std::string padded(std::string text, std::size_t width);
std::string right_aligned(const std::string& text, std::size_t width);

/// "name        value", where the value goes on below itself if it is too long for one line.
std::string labelled(std::string_view name, const std::string& value, std::size_t width);
/// What stands before the value.
inline constexpr std::size_t kLabel = 12;

struct TableColumn {
  std::string name;
  bool right = true;  ///< numbers are aligned to the right
  /// Where the table is too wide for the terminal, its cells go to lines of their own below the
  /// others: addresses, which nobody may cut.
  bool may_go_below = false;
};

/// A heading and a row a line, the columns closer together where they would not fit. Every row has
/// a cell for each column.
std::string text_table(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, std::size_t width);

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words);

}  // namespace yuma::cli
