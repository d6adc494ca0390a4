// SPDX-License-Identifier: MIT

// yuma-miner: a miner's keys and, with them, its side of a subnet.

#include "cli/commands.hpp"
#include "cli/signer_command.hpp"
#include "yuma/identity/secret.hpp"

int main(int argc, char** argv) {
  yuma::forbid_core_dumps();
  CLI::App app{"yuma-miner keeps a miner's keys in the wallet folders of the ecosystem."};
  yuma::cli::set_up(app, YUMA_VERSION);
  int exit_code = 0;
  yuma::cli::add_key_command(app, exit_code);
  yuma::cli::add_signer_command(app, exit_code);
  return yuma::cli::run_commands(app, argc, argv, exit_code);
}
