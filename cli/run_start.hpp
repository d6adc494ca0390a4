// SPDX-License-Identifier: MIT
#pragma once

// How both commands begin: settings from all their sources, the log, the signer, the place.

#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "cli/run_options.hpp"
#include "yuma/subnet/log.hpp"

namespace yuma::cli {

/// What a command has before it does anything.
struct RunStart {
  RunSigner signer;
  RunPlace place;
  subnet::LogSink log;
};

/// Reads the settings. Nothing where the command goes on; otherwise its exit status: problems were
/// told, or --print-config was done.
std::optional<int> settle(CLI::App& command, const RunOptions& options);

/// Sets up log and signals, opens the signer, finds the place. On a dry run no folder is made.
absl::StatusOr<RunStart> begin_run(const RunOptions& options);

}  // namespace yuma::cli
