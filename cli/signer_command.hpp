// SPDX-License-Identifier: MIT
#pragma once

// `signer init|run|status`: the isolated signer, a process that holds the hotkey so that no other
// has to (docs/signer.md).

#include "CLI/CLI.hpp"

namespace yuma::cli {

/// Adds the command; `signer` without a word after it is `signer run`.
void add_signer_command(CLI::App& app, int& exit_code);

}  // namespace yuma::cli
