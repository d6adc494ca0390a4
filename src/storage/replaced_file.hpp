// SPDX-License-Identifier: MIT
#pragma once

// Small files that are replaced as a whole: after a crash the old one is there or the new one.

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"

namespace yuma {

/// The file's bytes. NotFound where there is none, FailedPrecondition where it cannot be read or is
/// longer than `most`.
absl::StatusOr<Bytes> read_whole_file(const std::string& path, std::size_t most);

/// Puts `contents` in place of the file or makes it, mode 0600, synced with its folder.
/// ResourceExhausted where the disk is full,
/// FailedPrecondition on other failures; the old file stays in both cases.
absl::Status replace_private_file(const std::string& path, ByteView contents);

}  // namespace yuma
