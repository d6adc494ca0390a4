// SPDX-License-Identifier: MIT

#include "storage/replaced_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"
#include "storage/whole_file.hpp"

namespace yuma {

absl::StatusOr<Bytes> read_whole_file(const std::string& path, std::size_t most) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) {
    if (errno == ENOENT) return absl::NotFoundError(absl::StrCat("no file '", path, "'"));
    return errno_error("cannot read", path);
  }
  struct stat found {};
  if (fstat(fd.get(), &found) != 0) return errno_error("cannot read", path);
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("'", path, "' is no file"));
  }
  Bytes out;
  constexpr std::size_t kBlock = std::size_t{64} << 10;
  for (;;) {
    const std::size_t before = out.size();
    out.resize(before + kBlock);
    const ssize_t count = ::read(fd.get(), out.data() + before, kBlock);
    if (count < 0 && errno != EINTR) return errno_error("cannot read", path);
    out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (out.size() > most) {
      return absl::FailedPreconditionError(
          absl::StrCat("'", path, "' has more than ", most, " bytes"));
    }
    if (count == 0) return out;
  }
}

absl::Status replace_private_file(const std::string& path, ByteView contents) {
  return write_whole_file(path, S_IRUSR | S_IWUSR, Existing::kReplaced, contents);
}

}  // namespace yuma
