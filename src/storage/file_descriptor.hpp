// SPDX-License-Identifier: MIT
#pragma once

// File descriptors that close themselves, and errno as a Status.

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace yuma {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// The system's words for the present errno.
std::string errno_text();

/// FailedPrecondition "WHAT 'PATH': errno_text()".
absl::Status errno_error(std::string_view what, const std::string& path);

}  // namespace yuma
