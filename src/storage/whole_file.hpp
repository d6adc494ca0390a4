// SPDX-License-Identifier: MIT
#pragma once

// Files that are there whole or not at all, whenever the machine stops.

#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "yuma/identity/bytes.hpp"

namespace yuma {

/// What is done where there is a file of that name.
enum class Existing {
  kStays,     ///< AlreadyExists
  kReplaced,  ///< of a link, the file that it leads to
};

/// `fill` writes a file under another name in the same folder; then it is synced and gets its name.
/// ResourceExhausted where there is no room, FailedPrecondition on other failures: then nothing has
/// changed. Errors of `fill` are given back as they are.
absl::Status write_whole_file(const std::string& path, mode_t mode, Existing existing,
                              const std::function<absl::Status(const std::string& draft)>& fill);
/// The same with these contents.
absl::Status write_whole_file(const std::string& path, mode_t mode, Existing existing,
                              ByteView contents);

}  // namespace yuma
