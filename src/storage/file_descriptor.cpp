// SPDX-License-Identifier: MIT

#include "storage/file_descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace yuma {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

std::string errno_text() { return std::system_category().message(errno); }

absl::Status errno_error(std::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat(absl::string_view(what.data(), what.size()), " '", path, "': ", errno_text()));
}

}  // namespace yuma
