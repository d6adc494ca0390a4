// SPDX-License-Identifier: MIT

#include "cli/subnet_commands.hpp"

namespace yuma::cli {

void add_genesis_command(CLI::App& app, int& exit_code) {
  CLI::App* genesis = app.add_subcommand("genesis", "what a private subnet starts with");
  genesis->require_subcommand(1);
  add_genesis_new(*genesis, exit_code);
  add_genesis_show(*genesis, exit_code);
  add_genesis_from_seal(*genesis, exit_code);
  genesis->footer(
      "The id of a genesis is the network: every signed object names it. All validators\n"
      "start with the same file.");
}

}  // namespace yuma::cli
