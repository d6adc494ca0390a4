// SPDX-License-Identifier: MIT
#pragma once

// `genesis` and `amend`: how a private subnet is set up and changed (docs/subnet.md). For
// yuma-validator only.

#include "cli/commands.hpp"

namespace yuma::cli {

/// `genesis new|show|from-seal`.
void add_genesis_command(CLI::App& app, int& exit_code);
/// `amend propose|sign|merge|show`.
void add_amend_command(CLI::App& app, int& exit_code);

// The commands below them, one file each.
void add_genesis_new(CLI::App& genesis, int& exit_code);
void add_genesis_show(CLI::App& genesis, int& exit_code);
void add_genesis_from_seal(CLI::App& genesis, int& exit_code);
void add_amend_propose(CLI::App& amend, int& exit_code);
void add_amend_sign(CLI::App& amend, int& exit_code);
void add_amend_merge(CLI::App& amend, int& exit_code);
void add_amend_show(CLI::App& amend, int& exit_code);

}  // namespace yuma::cli
