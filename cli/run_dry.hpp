// SPDX-License-Identifier: MIT
#pragma once

// --dry-run: what a node would do with these settings, and whether it would count. Reads only, and
// may be asked while the node runs.

#include <string>
#include <vector>

#include "cli/run_start.hpp"

namespace yuma::cli {

/// What is found out, as lines for a person, and whether anything stands in the way.
class DryRun {
 public:
  DryRun(const RunOptions& options, const RunStart& start);

  /// Network, hotkey, ledger, epoch, addresses.
  void add_node();
  /// A line of the caller's. `good` false: it stands in the way.
  void add(std::string_view name, const std::string& text, bool good = true);
  /// The weights that the scores of now would make.
  void add_weights(std::uint64_t version_key);
  /// Who is asked by a miner, or may ask one.
  const State* state() const { return sealed_.ok() ? &sealed_->state : nullptr; }
  std::optional<std::uint16_t> uid() const;

  /// Prints it. kFailed where something stands in the way.
  int finish() const;

 private:
  void add_listener(std::string_view name, const std::string& flag, const std::string& text);

  const RunOptions& options_;
  const RunStart& start_;
  PublicKey own_;
  absl::StatusOr<SealedState> sealed_;
  std::string text_;
  std::vector<std::string> troubles_;
};

}  // namespace yuma::cli
