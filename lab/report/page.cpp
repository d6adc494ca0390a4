// SPDX-License-Identifier: MIT
#include "lab/report/page.hpp"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lab/report/chart.hpp"
#include "lab/report/style.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

/// An SVG file as an element of a page: without its prolog and namespaces (HTML implies them), with
/// identifiers of its own, since every chart of gnuplot uses the same, and with words.
absl::StatusOr<std::string> inline_svg(const std::string& svg, int number, const std::string& alt) {
  const std::size_t begin = svg.find("<svg");
  const std::size_t end = svg.rfind("</svg>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return absl::InvalidArgumentError("HtmlPage::add_figures: a figure is not an SVG image");
  }
  // gnuplot escapes what it writes; should that ever fail, the page must not carry it.
  const std::size_t script = absl::AsciiStrToLower(svg).find("<script");
  if (script != std::string::npos) {
    return absl::InvalidArgumentError("HtmlPage::add_figures: a figure contains a script");
  }
  const std::string prefix = absl::StrCat("c", number, "-");
  std::string body = absl::StrReplaceAll(svg.substr(begin + 4, end + 6 - begin - 4),
                                         {{"xmlns=\"http://www.w3.org/2000/svg\"", ""},
                                          {"xmlns:xlink=\"http://www.w3.org/1999/xlink\"", ""},
                                          {" id='", absl::StrCat(" id='", prefix)},
                                          {" id=\"", absl::StrCat(" id=\"", prefix)},
                                          {"href='#", absl::StrCat("href='#", prefix)},
                                          {"url(#", absl::StrCat("url(#", prefix)}});
  return absl::StrCat("<svg role=\"img\" aria-label=\"", html_escape(alt), "\"", body);
}

std::string_view cell_class(Table::Align align, bool zero) {
  switch (align) {
    case Table::Align::kNumber:
      return zero ? " class=\"num zero\"" : " class=\"num\"";
    case Table::Align::kKey:
      return " class=\"key\"";
    case Table::Align::kText:
      return " class=\"text\"";
    case Table::Align::kLeft:
      break;
  }
  return "";
}

void append_cell(std::string& out, std::string_view tag, const std::string& text,
                 Table::Align align) {
  out += '<';
  out += tag;
  out += cell_class(align, text == "0");
  out += '>';
  out += html_escape(text);
}

}  // namespace

HtmlPage::HtmlPage(std::string_view title) : title_(html_escape(title)) {}

void HtmlPage::add_facts(const std::vector<std::pair<std::string, std::string>>& facts) {
  if (facts.empty()) return;
  body_ += "<dl class=\"facts\">\n";
  for (const auto& [key, value] : facts) {
    absl::StrAppend(&body_, "<div><dt>", html_escape(key), "</dt><dd>", html_escape(value),
                    "</dd></div>\n");
  }
  body_ += "</dl>\n";
}

void HtmlPage::add_section(std::string_view heading) {
  absl::StrAppend(&body_, "<h2>", html_escape(heading), "</h2>\n");
}

void HtmlPage::add_paragraph(std::string_view text) {
  absl::StrAppend(&body_, "<p>", html_escape(text), "</p>\n");
}

void HtmlPage::add_note(std::string_view text) {
  absl::StrAppend(&body_, "<p class=\"note\">", html_escape(text), "</p>\n");
}

void HtmlPage::add_warning(std::string_view text) {
  absl::StrAppend(&body_, "<p class=\"warning\" role=\"alert\">", html_escape(text), "</p>\n");
}

void HtmlPage::add_table(const Table& table) {
  body_ += "<div class=\"table\">\n";
  if (!table.caption.empty()) {
    absl::StrAppend(&body_, "<p>", html_escape(table.caption), "</p>\n");
  }
  body_ += "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr>";
  for (const Table::Column& column : table.columns) {
    append_cell(body_, "th scope=\"col\"", column.title, column.align);
    body_ += "</th>";
  }
  body_ += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    body_ += "<tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      append_cell(body_, "td", i < row.size() ? row[i] : std::string(), table.columns[i].align);
      body_ += "</td>";
    }
    body_ += "</tr>\n";
  }
  body_ += "</tbody>\n</table>\n</div>\n</div>\n";
}

absl::Status HtmlPage::add_figures(const std::vector<Figure>& figures) {
  if (figures.empty()) return absl::OkStatus();
  std::string out = "<div class=\"charts\">\n";
  int number = charts_;
  for (const Figure& figure : figures) {
    const absl::StatusOr<std::string> svg = inline_svg(figure.svg, ++number, figure.alt);
    if (!svg.ok()) return svg.status();
    const bool half = figure.width <= kHalfChartWidth;
    absl::StrAppend(&out, half ? "<figure class=\"half\">" : "<figure>", "<div class=\"canvas\">",
                    *svg, "</div>");
    if (!figure.caption.empty()) {
      absl::StrAppend(&out, "<figcaption>", html_escape(figure.caption), "</figcaption>");
    }
    out += "</figure>\n";
  }
  body_ += out;
  body_ += "</div>\n";
  charts_ = number;
  return absl::OkStatus();
}

std::string HtmlPage::html() const {
  std::string out = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)";
  out += title_;
  out += "</title>\n<style>\n";
  out += page_style();
  absl::StrAppend(&out, "</style>\n</head>\n<body>\n<main>\n<h1>", title_, "</h1>\n", body_,
                  "</main>\n</body>\n</html>\n");
  return out;
}

}  // namespace yuma::lab
