// SPDX-License-Identifier: MIT

#include "cli/subnet_commands.hpp"

namespace yuma::cli {

void add_amend_command(CLI::App& app, int& exit_code) {
  CLI::App* amend = app.add_subcommand("amend", "changes of a private subnet, signed by a quorum");
  amend->require_subcommand(1);
  add_amend_propose(*amend, exit_code);
  add_amend_sign(*amend, exit_code);
  add_amend_merge(*amend, exit_code);
  add_amend_show(*amend, exit_code);
  amend->footer(
      "One proposes, each validator signs a copy or the file itself, the copies are\n"
      "merged; with a quorum of signatures a node takes the file to the others.");
}

}  // namespace yuma::cli
