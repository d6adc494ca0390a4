// SPDX-License-Identifier: MIT
#pragma once

// Files that belong to one user and are there whole or not at all.

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace yuma {

/// Makes a new file, mode 0600: `fill` writes it under another name in the same folder, then it is
/// synced and gets its name. AlreadyExists "there is WHAT at 'PATH' already" where there is one:
/// nothing is ever replaced. Errors of `fill` are given back as they are.
absl::Status create_private_file(const std::string& path, std::string_view what,
                                 const std::function<absl::Status(const std::string& draft)>& fill);

/// NotFound "no WHAT at 'PATH'", FailedPrecondition where it is no file.
absl::Status check_file(const std::string& path, std::string_view what);
/// The same, and FailedPrecondition where other users may read or write it.
absl::Status check_private_file(const std::string& path, std::string_view what);

}  // namespace yuma
