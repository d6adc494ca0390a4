// SPDX-License-Identifier: MIT
#pragma once

// Unix stream sockets: a path to listen on that only the right people can open, and a caller's end
// with deadlines.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/file_descriptor.hpp"
#include "yuma/identity/bytes.hpp"

namespace yuma {

/// A socket that listens, and the file that it is.
struct ListeningSocket {
  FileDescriptor fd;
  std::string path;
  dev_t device = 0;
  ino_t inode = 0;

  /// Removes the file, unless another socket has taken its place.
  void remove_file() const;
};

/// Binds and listens on `path` with mode 0600, or 0660 with the group `gid`. The mode is there
/// before the file is. FailedPrecondition where something listens there or another program is just
/// starting; a socket that nobody listens on is replaced, any other file is left alone.
absl::StatusOr<ListeningSocket> listen_on(const std::string& path, std::optional<gid_t> gid);

using Deadline = std::chrono::steady_clock::time_point;

/// Connects, writes and reads before a deadline. Unavailable where that fails.
absl::StatusOr<FileDescriptor> connect_to(const std::string& path, Deadline deadline);
absl::Status write_all(int fd, ByteView bytes, Deadline deadline);
absl::Status read_exactly(int fd, std::span<std::uint8_t> out, Deadline deadline);

}  // namespace yuma
