// SPDX-License-Identifier: MIT

#include "storage/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"

namespace yuma {

namespace {

absl::string_view words(std::string_view text) { return {text.data(), text.size()}; }

absl::Status sync_path(const std::string& path) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return errno_error("cannot sync", path);
  return absl::OkStatus();
}

absl::Status look_at(const std::string& path, std::string_view what, mode_t refused,
                     std::string_view why) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return errno_error("cannot look at", path);
    return absl::NotFoundError(absl::StrCat("no ", words(what), " at '", path, "'"));
  }
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("'", path, "' is no file"));
  }
  if ((found.st_mode & refused) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the ", words(what), " '", path, "' ", words(why)));
}

}  // namespace

absl::Status create_private_file(
    const std::string& path, std::string_view what,
    const std::function<absl::Status(const std::string& draft)>& fill) {
  // Written under another name, then linked: there is never half a file, nor one replaced.
  std::string draft = path + ".XXXXXX";
  const FileDescriptor made(mkostemp(draft.data(), O_CLOEXEC));
  if (!made.valid()) return errno_error(absl::StrCat("cannot make the ", words(what)), path);
  absl::Status status = fill(draft);
  if (status.ok()) status = sync_path(draft);
  if (status.ok() && link(draft.c_str(), path.c_str()) != 0) {
    status = errno == EEXIST ? absl::AlreadyExistsError(absl::StrCat("there is a ", words(what),
                                                                     " at '", path, "' already"))
                             : errno_error(absl::StrCat("cannot make the ", words(what)), path);
  }
  unlink(draft.c_str());
  if (!status.ok()) return status;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return sync_path(folder.empty() ? "." : folder);
}

absl::Status check_file(const std::string& path, std::string_view what) {
  return look_at(path, what, 0, "");
}

absl::Status check_private_file(const std::string& path, std::string_view what) {
  return look_at(path, what, S_IRWXG | S_IRWXO, "is open to other users: chmod 600 it");
}

}  // namespace yuma
