// SPDX-License-Identifier: MIT
#include "lab/report/epoch_report.hpp"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/epoch_tables.hpp"

namespace yuma::lab {
namespace {

/// Adds charts to a page until gnuplot turns out to be missing.
class ChartWriter {
 public:
  explicit ChartWriter(HtmlPage& page) : page_(page) {}

  absl::Status add(const std::vector<std::optional<Chart>>& charts) {
    std::vector<Figure> figures;
    for (const std::optional<Chart>& chart : charts) {
      if (!chart || missing_) continue;
      absl::StatusOr<std::string> svg = draw_chart(*chart, ImageFormat::kSvg);
      if (is_gnuplot_missing(svg.status())) {
        missing_ = true;
        page_.add_warning(absl::StrCat("No charts: ", std::string(svg.status().message()),
                                       " and make the report again. The tables are complete."));
        return absl::OkStatus();
      }
      if (!svg.ok()) return svg.status();
      figures.push_back({*std::move(svg), chart->alt, chart->caption, chart->width});
    }
    return page_.add_figures(figures);
  }

 private:
  HtmlPage& page_;
  bool missing_ = false;
};

absl::Status add_part(HtmlPage& page, ChartWriter& charts, const ReportPart& part) {
  page.add_section(part.heading);
  for (const std::string& text : part.paragraphs) page.add_paragraph(text);
  if (absl::Status status = charts.add({part.charts.begin(), part.charts.end()}); !status.ok()) {
    return status;
  }
  for (const Table& table : part.tables) page.add_table(table);
  return absl::OkStatus();
}

absl::Status add_sequence(HtmlPage& page, ChartWriter& charts,
                          const std::vector<EpochView>& views) {
  page.add_section(absl::StrFormat("%d epochs", views.size()));
  if (absl::Status status =
          charts.add({incentive_history_chart(views), dividend_history_chart(views)});
      !status.ok()) {
    return status;
  }
  page.add_table(epoch_table(views));
  if (const Table notes = note_table(views); !notes.rows.empty()) page.add_table(notes);
  const std::uint64_t number = views.back().number.value_or(views.size() - 1);
  page.add_section(absl::StrCat("Epoch ", number, ": ", views.back().title));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> epoch_report_html(const std::vector<EpochView>& views,
                                              const std::vector<ReportPart>& parts) {
  if (views.empty()) {
    return absl::InvalidArgumentError("epoch_report_html: views: no epoch to report");
  }
  const EpochView& last = views.back();
  HtmlPage page(last.title.empty() ? "Epoch report" : last.title);
  ChartWriter charts(page);
  for (const ReportPart& part : parts) {
    if (absl::Status status = add_part(page, charts, part); !status.ok()) return status;
  }
  if (views.size() > 1) {
    if (absl::Status status = add_sequence(page, charts, views); !status.ok()) return status;
  }
  page.add_facts(summary_facts(last));
  for (const std::string& note : last.notes) page.add_note(note);

  page.add_section("Charts");
  if (absl::Status status = charts.add(
          {earnings_chart(last), validator_chart(last), incentive_chart(last), weight_chart(last)});
      !status.ok()) {
    return status;
  }
  if (std::none_of(last.weights.begin(), last.weights.end(), has_weight))
    page.add_paragraph("No weights are set.");
  page.add_section("Uids");
  page.add_table(uid_table(last));
  if (const Table clipped = clipping_table(last); !clipped.rows.empty()) {
    page.add_section("Clipped weights");
    page.add_table(clipped);
  }
  return page.html();
}

}  // namespace yuma::lab
