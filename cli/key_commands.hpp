// SPDX-License-Identifier: MIT
#pragma once

// The commands below `key`, one file each.

#include "cli/commands.hpp"

namespace yuma::cli {

void add_key_new(CLI::App& key, int& exit_code);
void add_key_import(CLI::App& key, int& exit_code);
void add_key_list(CLI::App& key, int& exit_code);
void add_key_show(CLI::App& key, int& exit_code);
void add_key_sign(CLI::App& key, int& exit_code);
void add_key_verify(CLI::App& key, int& exit_code);

}  // namespace yuma::cli
