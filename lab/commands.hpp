// SPDX-License-Identifier: MIT
#pragma once

// The commands of yuma-lab, one file each. A command adds itself to the command line; when it is
// chosen it runs and leaves its exit status: 0 done, 1 a difference or a failure, 2 bad input.

#include <memory>
#include <string>

#include "CLI/CLI.hpp"

namespace yuma::lab {

/// Writes a result to standard output. False, after a word on standard error, where that fails: a
/// full disk must not pass for a result.
bool print_result(const std::string& text);

/// For options that are numbers: digits, of at most 2^64 - 1, and nothing that is read otherwise
/// than it looks, as -5, 0x10 or 010.
CLI::Validator whole_number();

void add_epoch_command(CLI::App& app, int& exit_code);
void add_verify_command(CLI::App& app, int& exit_code);
void add_audit_command(CLI::App& app, int& exit_code);
void add_replay_command(CLI::App& app, int& exit_code);
void add_ledger_command(CLI::App& app, int& exit_code);
void add_table_command(CLI::App& app, int& exit_code);
void add_report_command(CLI::App& app, int& exit_code);

}  // namespace yuma::lab
