// SPDX-License-Identifier: MIT
#pragma once

// Ledgers as the commands of yuma-lab read them, and the past epochs in them.

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::lab {

/// Whether the file begins as an exported ledger does, and not as a SQLite file.
bool is_exported(const std::string& path);

/// Opens a ledger to read it as it is at this moment, or reads an exported one into memory.
absl::StatusOr<std::unique_ptr<Ledger>> open_ledger(const std::string& path);

/// One line for people: what comes from a file may hold anything.
std::string printable(const absl::Status& status);

/// Past epochs one after the other, each recomputed from signed bytes alone.
class LedgerWalk {
 public:
  struct Step {
    AuditedEpoch epoch;
    BlockBody block;
    std::size_t objects = 0;  ///< that the block names and the ledger holds
    bool all_held = false;    ///< all that the block names
  };

  /// Starts behind the newest kept state of `epoch` or before.
  static absl::StatusOr<LedgerWalk> from(const Ledger& ledger, std::uint64_t epoch);

  /// What was reached, as it was computed.
  const SealedState& sealed() const { return sealed_; }

  /// Recomputes the epoch after it. DataLoss, saying what is missing or differs.
  absl::StatusOr<Step> next();

 private:
  LedgerWalk(const Ledger& ledger, SealedState start)
      : ledger_(ledger), sealed_(std::move(start)) {}

  const Ledger& ledger_;
  SealedState sealed_;
  EpochWorkspace workspace_;
};

}  // namespace yuma::lab
