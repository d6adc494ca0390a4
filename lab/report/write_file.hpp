// SPDX-License-Identifier: MIT
#pragma once

/// Writing results: a reader of the file, and a crash in the middle, see the old bytes or the new
/// ones, never a part.

#include <string_view>

#include "absl/status/status.h"

namespace yuma::lab {

/// Replaces the file `path` by `bytes`: written to a new file in the same folder, flushed to the
/// disk, renamed. A symbolic link is followed; what is no regular file is refused. On failure the
/// message holds the path and the reason, the old file stays, and no other file is left behind.
absl::Status write_file_atomically(std::string_view path, std::string_view bytes);

}  // namespace yuma::lab
