// SPDX-License-Identifier: MIT

#include "yuma/program/program.hpp"

#include <utility>

#include "cli/commands.hpp"
#include "cli/run_command.hpp"
#include "cli/signer_command.hpp"
#include "cli/subnet_commands.hpp"
#include "yuma/identity/secret.hpp"

namespace yuma::program {

int miner_main(int argc, char** argv, MinerProgram program) {
  forbid_core_dumps();
  if (program.version.empty()) program.version = YUMA_VERSION;
  if (program.about.empty()) {
    program.about =
        "yuma-miner answers the validators of a private subnet, and keeps a miner's keys in the\n"
        "wallet folders of the ecosystem.";
  }
  CLI::App app{program.about};
  cli::set_up(app, program.version.c_str());
  int exit_code = 0;
  cli::add_run_miner(app, program, exit_code);
  cli::add_key_command(app, exit_code);
  cli::add_signer_command(app, exit_code);
  return cli::run_commands(app, argc, argv, exit_code);
}

int validator_main(int argc, char** argv, ValidatorProgram program) {
  forbid_core_dumps();
  if (program.version.empty()) program.version = YUMA_VERSION;
  if (program.about.empty()) {
    program.about =
        "yuma-validator takes part in a private subnet, sets one up and changes it, and keeps a\n"
        "validator's keys in the wallet folders of the ecosystem.";
  }
  CLI::App app{program.about};
  cli::set_up(app, program.version.c_str());
  int exit_code = 0;
  cli::add_run_validator(app, program, exit_code);
  cli::add_key_command(app, exit_code);
  cli::add_signer_command(app, exit_code);
  cli::add_genesis_command(app, exit_code);
  cli::add_amend_command(app, exit_code);
  return cli::run_commands(app, argc, argv, exit_code);
}

}  // namespace yuma::program
