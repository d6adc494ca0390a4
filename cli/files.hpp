// SPDX-License-Identifier: MIT
#pragma once

// Files that commands read and write whole. Errors name the path.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"

namespace yuma::cli {

/// Reads a file of at most `most` bytes. NotFound where there is none, InvalidArgument where it is
/// longer.
absl::StatusOr<Bytes> read_file(const std::string& path, std::size_t most);

/// Its first bytes, `most` or fewer.
absl::StatusOr<Bytes> read_beginning(const std::string& path, std::size_t most);

/// Writes a new file and flushes it; at any moment it is there whole or not at all. AlreadyExists
/// where there is one.
absl::Status create_file(const std::string& path, ByteView contents);

/// The same in place of the file that is there, also behind a link.
absl::Status replace_file(const std::string& path, ByteView contents);

/// While it lives no other one for a file of the same folder does, in any process.
class FolderLock {
 public:
  /// Waits until it has the folder of `path`.
  static absl::StatusOr<FolderLock> of(const std::string& path);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int folder) : folder_(folder) {}
  int folder_;
};

}  // namespace yuma::cli
