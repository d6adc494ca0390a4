// SPDX-License-Identifier: MIT
#pragma once

// Running an epoch file: one epoch or a sequence, exactly or in the real-valued model, with what
// people look at and what they compare.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/report/epoch_view.hpp"
#include "lab/verify/report.hpp"
#include "yuma/consensus/result.hpp"
#include "yuma/snapshot/epoch_file.hpp"

namespace yuma::lab {

struct RunOptions {
  ChainRules rules;
  bool real = false;      ///< the real-valued model instead of the chain's arithmetic
  bool keep_raw = false;  ///< all stages, as JSON
  Json overrides;         ///< fields that replace those of every epoch
  std::string title;      ///< of the views
  /// Facts that stand before those of the epoch and take the place of those of the same name.
  std::vector<std::pair<std::string, std::string>> facts;
};

/// One epoch that was run.
struct EpochRun {
  EpochSnapshot input;
  EpochResult terms;
  std::optional<Json> raw;
  EpochView view;
  /// Compared with the recorded result: fields that it has, and what differs. No fields where none
  /// was recorded.
  std::size_t recorded_fields = 0, equal_fields = 0;
  bool as_recorded = true;  ///< input, rules and arithmetic are those of the recording
  std::vector<Difference> differences;
};

/// Runs one epoch; nothing is compared.
absl::StatusOr<EpochRun> run_epoch(EpochSnapshot input, const RunOptions& options);

/// Runs all epochs of a file, each from the bonds and permits of the one before. Errors name the
/// field.
absl::StatusOr<std::vector<EpochRun>> run_epochs(const EpochFile& file, const RunOptions& options);

}  // namespace yuma::lab
