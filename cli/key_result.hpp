// SPDX-License-Identifier: MIT
#pragma once

// What `key new` and `key import` say when they are done.

#include "cli/key_options.hpp"

namespace yuma::cli {

/// The address, and where the key is. With `phrase` the secret phrase, too. The exit status.
int print_written_key(const KeyPlace& place, const KeyFile& file, bool json, bool phrase = false);

}  // namespace yuma::cli
