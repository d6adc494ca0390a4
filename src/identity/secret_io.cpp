// SPDX-License-Identifier: MIT

#include "secret_io.hpp"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace yuma {

absl::StatusOr<Secret> read_secret(int descriptor, std::size_t most) {
  Secret buffer(most + 1);
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(descriptor, buffer.bytes().data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "cannot be read");
    if (got == 0) return Secret::copy_of(buffer.bytes().first(size));
    size += static_cast<std::size_t>(got);
  }
  return absl::InvalidArgumentError(absl::StrCat("has more than ", most, " bytes"));
}

}  // namespace yuma
