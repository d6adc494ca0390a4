// SPDX-License-Identifier: MIT

#include "cli/key_commands.hpp"

namespace yuma::cli {

void add_key_command(CLI::App& app, int& exit_code) {
  CLI::App* key = app.add_subcommand("key", "keys and the wallet folders that hold them");
  key->require_subcommand(1);
  add_key_new(*key, exit_code);
  add_key_import(*key, exit_code);
  add_key_list(*key, exit_code);
  add_key_show(*key, exit_code);
  add_key_sign(*key, exit_code);
  add_key_verify(*key, exit_code);
  key->footer(
      "Wallets are those of btcli and the official SDK. Secrets and passwords are never\n"
      "taken from the command line, which other users of the machine can read.");
}

}  // namespace yuma::cli
