// SPDX-License-Identifier: MIT

#include "cli/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/whole_file.hpp"

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

constexpr mode_t kMode = 0644;  // what is in it is for all to see

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
  const auto status = write_whole_file(path, kMode, Existing::kStays, contents);
  if (!absl::IsAlreadyExists(status)) return status;
  return absl::AlreadyExistsError(
      absl::StrCat(path, ": there is such a file already; choose another name, or move it away"));
}

absl::Status replace_file(const std::string& path, ByteView contents) {
  return write_whole_file(path, kMode, Existing::kReplaced, contents);
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
