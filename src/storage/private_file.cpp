// SPDX-License-Identifier: MIT

#include "storage/private_file.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"
#include "storage/whole_file.hpp"

namespace yuma {

namespace {

absl::string_view words(std::string_view text) { return {text.data(), text.size()}; }

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
  const absl::Status status = write_whole_file(path, S_IRUSR | S_IWUSR, Existing::kStays, fill);
  if (!absl::IsAlreadyExists(status)) return status;
  return absl::AlreadyExistsError(
      absl::StrCat("there is a ", words(what), " at '", path, "' already"));
}

absl::Status check_file(const std::string& path, std::string_view what) {
  return look_at(path, what, 0, "");
}

absl::Status check_private_file(const std::string& path, std::string_view what) {
  return look_at(path, what, S_IRWXG | S_IRWXO, "is open to other users: chmod 600 it");
}

}  // namespace yuma
