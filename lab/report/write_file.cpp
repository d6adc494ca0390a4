// SPDX-License-Identifier: MIT
#include "lab/report/write_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace yuma::lab {
namespace {

absl::Status error_about(const std::string& path, const char* what, int error) {
  return absl::ErrnoToStatus(error, absl::StrCat("cannot write '", path, "': ", what));
}

/// Creates a file beside `path` that nobody else has; its name is left in `name`. A mode of 0666
/// lets the umask decide, as for any file a program creates.
int create_beside(const std::string& path, std::string& name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    name = absl::StrCat(path, ".", ::getpid(), "-", attempt, ".tmp");
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Makes the new name itself durable; a file system that cannot do so is no reason to fail.
void flush_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  std::string folder = ".";
  if (slash != std::string::npos) folder = slash == 0 ? "/" : path.substr(0, slash);
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

absl::Status write_file_atomically(std::string_view path, std::string_view bytes) {
  std::string target(path);
  struct stat there {};
  if (::stat(target.c_str(), &there) == 0) {
    if (!S_ISREG(there.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat(target, ": is not a regular file"));
    }
    std::error_code error;
    const auto behind_links = std::filesystem::canonical(target, error);
    if (!error) target = behind_links.string();
  }
  std::string temporary;
  const int fd = create_beside(target, temporary);
  if (fd < 0) return error_about(target, "cannot create a file in its folder", errno);
  const char* failed = nullptr;
  int error = 0;
  const auto fail = [&](const char* what) {
    if (failed == nullptr) {
      failed = what;
      error = errno;
    }
  };
  if (!write_all(fd, bytes)) fail("write");
  if (failed == nullptr && ::fsync(fd) != 0) fail("flush");
  if (::close(fd) != 0) fail("close");
  if (failed == nullptr && std::rename(temporary.c_str(), target.c_str()) != 0) fail("rename");
  if (failed != nullptr) {
    ::unlink(temporary.c_str());
    return error_about(target, failed, error);
  }
  flush_folder_of(target);
  return absl::OkStatus();
}

}  // namespace yuma::lab
