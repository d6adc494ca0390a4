// SPDX-License-Identifier: MIT

#include "storage/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
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

absl::Status write_all(const std::string& draft, ByteView bytes, const std::string& path) {
  const FileDescriptor fd(open(draft.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return write_error(path);
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return write_error(path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status sync_file(const std::string& draft, const std::string& path) {
  const FileDescriptor fd(open(draft.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return write_error(path);
  return absl::OkStatus();
}

/// Some file systems have folders that cannot be synced: there is nothing more to be done there.
absl::Status sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const FileDescriptor fd(
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool synced = fd.valid() && (fsync(fd.get()) == 0 || errno == EINVAL || errno == ENOTSUP);
  return synced ? absl::OkStatus() : errno_error("cannot sync the folder of", path);
}

/// Gives the draft its name where no file has it. A link says so on most file systems; those that
/// have none, as of memory cards, can rename in the same way.
bool name_new(const std::string& draft, const std::string& path) {
  if (link(draft.c_str(), path.c_str()) == 0) {
    unlink(draft.c_str());
    return true;
  }
  const bool has_links = errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS;
  if (has_links) return false;
  return renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
}

/// Where a file that is to be replaced lies.
std::string behind_links(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

}  // namespace

absl::Status write_whole_file(const std::string& path, mode_t mode, Existing existing,
                              const std::function<absl::Status(const std::string& draft)>& fill) {
  const bool replace = existing == Existing::kReplaced;
  const std::string target = replace ? behind_links(path) : path;
  std::string draft = target + ".XXXXXX";
  {
    const FileDescriptor made(mkostemp(draft.data(), O_CLOEXEC));
    if (!made.valid()) return write_error(path);
    if (fchmod(made.get(), mode) != 0 && errno != EPERM) {
      const absl::Status status = write_error(path);
      unlink(draft.c_str());
      return status;
    }
  }
  absl::Status status = fill(draft);
  if (status.ok()) status = sync_file(draft, path);
  if (status.ok()) {
    const bool named =
        replace ? std::rename(draft.c_str(), target.c_str()) == 0 : name_new(draft, target);
    if (named) return sync_folder_of(target);
    status = errno == EEXIST
                 ? absl::AlreadyExistsError(absl::StrCat("there is a file '", path, "' already"))
                 : write_error(path);
  }
  unlink(draft.c_str());
  return status;
}

absl::Status write_whole_file(const std::string& path, mode_t mode, Existing existing,
                              ByteView contents) {
  return write_whole_file(path, mode, existing, [&](const std::string& draft) {
    return write_all(draft, contents, path);
  });
}

}  // namespace yuma
