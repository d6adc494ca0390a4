// SPDX-License-Identifier: MIT
#pragma once

// What the commands that run epochs print and draw.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lab/epoch_run.hpp"
#include "lab/report/chart.hpp"

namespace yuma::lab {

/// Title and facts above a table; of several epochs also which one it is.
std::string epoch_heading(const EpochRun& run, std::size_t index, std::size_t count);

/// The results as JSON: a list where the input was a sequence.
std::string epochs_json(const std::vector<EpochRun>& runs, bool sequence);

/// Files to write; empty: none.
struct DrawOptions {
  std::string plot, report;
  ImageFormat format = ImageFormat::kSvg;  ///< of `plot`
};

/// Sets the format by the name of the plot. InvalidArgument for a name without one.
absl::Status choose_format(DrawOptions& options);

/// Writes the charts and the page that were asked for and says so on standard error, also where
/// that fails. The exit status.
int draw_epochs_to_files(const DrawOptions& options, const std::vector<EpochView>& views);

/// A line on standard error; gives `exit_code` back.
int complain(int exit_code, const std::string& about, const absl::Status& status);

}  // namespace yuma::lab
