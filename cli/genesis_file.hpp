// SPDX-License-Identifier: MIT
#pragma once

// The TOML file that a genesis can be made from (docs/subnet.md).

#include <string>
#include <string_view>

#include "cli/genesis_draft.hpp"

namespace yuma::cli {

/// Reads all that the file says into `draft`. What is wrong with it becomes a problem that names
/// `path`, line, column and field: what is no TOML, unknown fields, values of another type. Numbers
/// with a point are refused, for they are not exact: amounts are texts.
void read_genesis_toml(const std::string& path, std::string_view text, GenesisDraft& draft);

}  // namespace yuma::cli
