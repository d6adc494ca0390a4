// SPDX-License-Identifier: MIT
#pragma once

// The commands that yuma-miner and yuma-validator share, one file each. A command adds itself to
// the command line; when it is chosen it runs and leaves its exit status: 0 done, 1 a failure or a
// signature that does not hold, 2 bad input.

#include "CLI/CLI.hpp"

namespace yuma::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;

/// `key new|import|list|show|sign|verify`: keys and wallet folders.
void add_key_command(CLI::App& app, int& exit_code);

/// What a program of ours says about itself, and how its help looks. Before any command is added.
void set_up(CLI::App& app, const char* version);

/// Parses the command line and runs the command that it names. The exit status of the program.
int run_commands(CLI::App& app, int argc, char** argv, const int& exit_code);

}  // namespace yuma::cli
