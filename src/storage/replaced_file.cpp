// SPDX-License-Identifier: MIT

#include "storage/replaced_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"

namespace yuma {

namespace {

/// The present errno, with a full disk told from other failures.
absl::Status write_error(const std::string& path) {
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot write '", path, "': ", errno_text(), "; make room on its disk"));
  }
  return errno_error("cannot write", path);
}

absl::Status write_and_sync(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return write_error(path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : write_error(path);
}

}  // namespace

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
  const std::string draft = path + ".new";
  absl::Status status;
  {
    const FileDescriptor fd(open(
        draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!fd.valid()) return write_error(path);
    status = write_and_sync(fd.get(), contents, path);
  }
  if (status.ok() && std::rename(draft.c_str(), path.c_str()) != 0) status = write_error(path);
  if (!status.ok()) {
    unlink(draft.c_str());
    return status;
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const FileDescriptor fd(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return errno_error("cannot sync the folder of", path);
  return absl::OkStatus();
}

}  // namespace yuma
