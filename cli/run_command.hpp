// SPDX-License-Identifier: MIT
#pragma once

// `run` of yuma-miner and yuma-validator: from the command line to a running node and back.

#include "CLI/CLI.hpp"
#include "yuma/program/program.hpp"

namespace yuma::cli {

/// `program` has to outlive the command.
void add_run_miner(CLI::App& app, const program::MinerProgram& program, int& exit_code);
void add_run_validator(CLI::App& app, const program::ValidatorProgram& program, int& exit_code);

}  // namespace yuma::cli
