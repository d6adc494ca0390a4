// SPDX-License-Identifier: MIT

// yuma-validator: a validator's keys and, with them, its side of a subnet; how a private subnet is
// set up and changed.

#include "cli/commands.hpp"
#include "cli/signer_command.hpp"
#include "cli/subnet_commands.hpp"
#include "yuma/identity/secret.hpp"

int main(int argc, char** argv) {
  yuma::forbid_core_dumps();
  CLI::App app{
      "yuma-validator keeps a validator's keys in the wallet folders of the ecosystem, and sets\n"
      "up and changes private subnets."};
  yuma::cli::set_up(app, YUMA_VERSION);
  int exit_code = 0;
  yuma::cli::add_key_command(app, exit_code);
  yuma::cli::add_signer_command(app, exit_code);
  yuma::cli::add_genesis_command(app, exit_code);
  yuma::cli::add_amend_command(app, exit_code);
  return yuma::cli::run_commands(app, argc, argv, exit_code);
}
