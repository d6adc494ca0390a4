// SPDX-License-Identifier: MIT
#pragma once

/// The report of one epoch or of a sequence of epochs: one HTML file with a summary, charts and
/// tables, to be opened in any browser, mailed, or printed.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/report/chart.hpp"
#include "lab/report/epoch_view.hpp"
#include "lab/report/page.hpp"

namespace yuma::lab {

/// A section of its own, above the epochs.
struct ReportPart {
  std::string heading;
  std::vector<std::string> paragraphs;
  std::vector<Chart> charts;
  std::vector<Table> tables;
};

/// The report of `views`, oldest first, and `parts` before them. The last epoch is shown in full;
/// of a sequence also a table of all epochs, charts over them, and the notes of each. Without
/// gnuplot the report says so and has everything but the charts. InvalidArgument if there is no
/// epoch; otherwise the errors of run_gnuplot(). Cost: a gnuplot process a chart, at most six
/// besides those of `parts`.
absl::StatusOr<std::string> epoch_report_html(const std::vector<EpochView>& views,
                                              const std::vector<ReportPart>& parts = {});

}  // namespace yuma::lab
