// SPDX-License-Identifier: MIT
#pragma once

// A sealed epoch that was computed again, as what the tables and charts of yuma-lab show.

#include "absl/status/statusor.h"
#include "lab/epoch_run.hpp"
#include "lab/open_ledger.hpp"

namespace yuma::lab {

/// An epoch that was replayed, with the state that it began with.
struct Replayed {
  State before;
  LedgerWalk::Step step;
};

/// The stages that people look at, for an outcome that is known. Stakes, permits, roles and hotkeys
/// are those that the epoch began with.
absl::StatusOr<EpochRun> run_of(const Replayed& replayed, bool raw);

}  // namespace yuma::lab
