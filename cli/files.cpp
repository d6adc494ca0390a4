// SPDX-License-Identifier: MIT

#include "cli/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace yuma::cli {

namespace {

namespace fs = std::filesystem;

absl::Status error_about(const std::string& path, absl::string_view what, int error = errno) {
  return absl::Status(absl::ErrnoToStatusCode(error),
                      absl::StrCat(path, ": ", what, ": ", std::system_category().message(error)));
}

int open_folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// Writes and flushes a file beside `path`; `staged` becomes its name.
absl::Status stage(const std::string& path, ByteView contents, std::string& staged) {
  staged = path + ".XXXXXX";
  const int fd = ::mkostemp(staged.data(), O_CLOEXEC);
  if (fd < 0) return error_about(path, "cannot be written");
  constexpr mode_t kMode = 0644;  // what is in it is for all to see
  const bool written = write_all(fd, contents) && ::fchmod(fd, kMode) == 0 && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (written) return absl::OkStatus();
  ::unlink(staged.c_str());
  return error_about(path, "cannot be written", error);
}

absl::Status flush_folder_of(const std::string& path) {
  const int folder = open_folder_of(path);
  const bool flushed = folder >= 0 && ::fsync(folder) == 0;
  const int error = errno;
  if (folder >= 0) ::close(folder);
  return flushed ? absl::OkStatus() : error_about(path, "cannot be flushed", error);
}

}  // namespace

absl::StatusOr<Bytes> read_beginning(const std::string& path, std::size_t most) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status))
    return absl::NotFoundError(absl::StrCat(path, ": there is no such file"));
  if (fs::is_directory(status)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a folder"));
  }
  std::ifstream in(path, std::ios::binary);
  Bytes out;
  char block[1 << 16];
  while (in && out.size() < most) {
    in.read(block, static_cast<std::streamsize>(std::min(most - out.size(), sizeof block)));
    out.insert(out.end(), block, block + in.gcount());
  }
  if (in || in.eof()) return out;
  return absl::UnavailableError(absl::StrCat(path, ": cannot be read"));
}

absl::StatusOr<Bytes> read_file(const std::string& path, std::size_t most) {
  auto out = read_beginning(path, most + 1);
  if (!out.ok() || out->size() <= most) return out;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": has more than ", most, " bytes, the most that is read here"));
}

absl::Status create_file(const std::string& path, ByteView contents) {
  std::string staged;
  if (auto status = stage(path, contents, staged); !status.ok()) return status;
  const bool linked = ::link(staged.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(staged.c_str());
  if (linked) return flush_folder_of(path);
  if (error == EEXIST) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, ": there is such a file already; choose another name, or move it away"));
  }
  return error_about(path, "cannot be written", error);
}

absl::Status replace_file(const std::string& path, ByteView contents) {
  std::string staged;
  if (auto status = stage(path, contents, staged); !status.ok()) return status;
  if (::rename(staged.c_str(), path.c_str()) == 0) return flush_folder_of(path);
  const int error = errno;
  ::unlink(staged.c_str());
  return error_about(path, "cannot be replaced", error);
}

absl::StatusOr<FolderLock> FolderLock::of(const std::string& path) {
  const int folder = open_folder_of(path);
  if (folder < 0) return error_about(path, "its folder cannot be opened");
  FolderLock out(folder);
  while (::flock(folder, LOCK_EX) != 0) {
    if (errno != EINTR) return error_about(path, "its folder cannot be locked");
  }
  return out;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace yuma::cli
