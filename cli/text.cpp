// SPDX-License-Identifier: MIT

#include "cli/text.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace yuma::cli {

namespace {

constexpr std::size_t kGap = 2, kNarrowGap = 1;

using Row = std::vector<std::string>;

struct Layout {
  std::size_t gap = kGap;  ///< between columns
  bool below = false;      ///< whether cells that may go to lines of their own
};

std::vector<std::size_t> widths_of(const std::vector<TableColumn>& columns,
                                   const std::vector<Row>& rows) {
  std::vector<std::size_t> out;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    out.push_back(columns[c].name.size());
    for (const Row& row : rows) out[c] = std::max(out[c], row[c].size());
  }
  return out;
}

std::string line_of(const std::vector<TableColumn>& columns, const std::vector<std::size_t>& widths,
                    const Row& cells, const Layout& layout) {
  std::string out, below;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (layout.below && columns[c].may_go_below) {
      absl::StrAppend(&below, std::string(widths[0] + layout.gap, ' '), cells[c], "\n");
      continue;
    }
    if (!out.empty()) out.append(layout.gap, ' ');
    out += columns[c].right ? right_aligned(cells[c], widths[c]) : padded(cells[c], widths[c]);
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return absl::StrCat(out, "\n", below);
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out, line;
  const std::string margin(indent, ' ');
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      absl::StrAppend(&out, margin, line, "\n");
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  return absl::StrCat(out, margin, line, "\n");
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(std::max(width, text.size()) - text.size(), ' ') + text;
}

std::string labelled(std::string_view name, const std::string& value, std::size_t width) {
  std::string out = wrapped(value, kLabel, width);
  const std::string label = padded(std::string(name), kLabel);
  return out.replace(0, kLabel, label);
}

std::string text_table(const std::vector<TableColumn>& columns, const std::vector<Row>& rows,
                       std::size_t width) {
  const std::vector<std::size_t> widths = widths_of(columns, rows);
  std::size_t filled = 0;
  for (const std::size_t w : widths) filled += w;
  const auto fits = [&](std::size_t gap) { return filled + gap * (columns.size() - 1) <= width; };
  Layout layout;
  if (!fits(kGap)) layout = fits(kNarrowGap) ? Layout{kNarrowGap, false} : Layout{kGap, true};
  Row heading;
  for (const TableColumn& column : columns) heading.push_back(column.name);
  std::string out = line_of(columns, widths, heading, layout);
  for (const Row& row : rows) out += line_of(columns, widths, row, layout);
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "" : i + 1 == words.size() ? " and " : ", ", words[i]);
  }
  return out;
}

}  // namespace yuma::cli
