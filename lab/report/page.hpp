// SPDX-License-Identifier: MIT
#pragma once

/// A report as one HTML file that needs nothing else: no script, no file, font or picture from
/// anywhere, and a content security policy in its head that forbids them. Every string given to
/// HtmlPage is text and is escaped here; only chart images are taken as markup.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace yuma::lab {

/// A table of text cells.
struct Table {
  enum class Align {
    kLeft,    // short text, never wrapped
    kNumber,  // flush right, zeros faint
    kKey,     // flush right, bold; stays in sight when the first column of a wide table
    kText,    // long text, wrapped
  };
  struct Column {
    std::string title;
    Align align = Align::kNumber;
  };
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // missing cells are empty, surplus ones ignored
};

/// A chart on a page.
struct Figure {
  std::string svg;  // as draw_chart() returns it
  std::string alt;
  std::string caption;
  int width = 0;  // points; up to kHalfChartWidth two to a row where the screen is wide enough
};

/// Builds a page from top to bottom.
class HtmlPage {
 public:
  explicit HtmlPage(std::string_view title);

  /// A grid of key and value; nothing for an empty list.
  void add_facts(const std::vector<std::pair<std::string, std::string>>& facts);
  void add_section(std::string_view heading);
  void add_paragraph(std::string_view text);
  /// A paragraph that stands out; line feeds in it are kept.
  void add_note(std::string_view text);
  void add_warning(std::string_view text);
  void add_table(const Table& table);

  /// Figures side by side or below each other. InvalidArgument, and no change to the page, if one
  /// of them is not SVG or could run a script.
  absl::Status add_figures(const std::vector<Figure>& figures);

  /// The whole file. The page can be added to afterwards and finished again.
  std::string html() const;

 private:
  std::string title_;
  std::string body_;
  int charts_ = 0;
};

}  // namespace yuma::lab
