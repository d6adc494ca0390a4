// SPDX-License-Identifier: MIT
#pragma once

// What `genesis new` and `genesis from-seal` do with the genesis that they made.

#include <string>
#include <vector>

#include "yuma/replica/genesis.hpp"

namespace yuma::cli {

/// Writes it to a new file; prints `before`, what it says, `warnings` of its maker, and what to do
/// next. The exit status.
int write_genesis(const char* about, const std::string& path, const Genesis& genesis,
                  const std::string& before, const std::vector<std::string>& warnings);

}  // namespace yuma::cli
