// SPDX-License-Identifier: MIT

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "descriptor.hpp"
#include "secret_io.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma {

namespace {

namespace fs = std::filesystem;

/// The end of its name keeps the SDK from listing it, should it ever be left over in hotkeys/.
constexpr const char* kStagingName = ".yuma-new.lock";
constexpr mode_t kFileMode = 0600, kFolderMode = 0700;

absl::Status error_about(const std::string& path, absl::string_view what, int error = errno) {
  return absl::ErrnoToStatus(error, absl::StrCat(path, ": ", what));
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

Descriptor open_folder(const fs::path& folder) {
  return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

absl::Status flush_folder(const fs::path& folder) {
  const Descriptor flushed = open_folder(folder);
  if (flushed && ::fsync(flushed.get()) == 0) return absl::OkStatus();
  return error_about(folder.string(), "cannot be flushed");
}

/// Makes one folder and flushes the one that it is in.
absl::Status make_one_folder(const fs::path& folder, bool for_owner_alone) {
  constexpr mode_t kAsTheUmaskSays = 0777;
  if (::mkdir(folder.c_str(), for_owner_alone ? kFolderMode : kAsTheUmaskSays) != 0) {
    if (errno == EEXIST) return absl::OkStatus();
    return error_about(folder.string(), "cannot be created");
  }
  if (for_owner_alone && ::chmod(folder.c_str(), kFolderMode) != 0) {
    return error_about(folder.string(), "its mode cannot be set");
  }
  return flush_folder(folder.parent_path());
}

/// The innermost missing folder is for the owner alone, those above it as the umask says.
absl::Status make_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> missing;
  for (fs::path at = folder; !fs::is_directory(at, error) && at != at.parent_path();
       at = at.parent_path()) {
    missing.push_back(at);
  }
  while (!missing.empty()) {
    const bool innermost = missing.size() == 1;
    if (auto status = make_one_folder(missing.back(), innermost); !status.ok()) return status;
    missing.pop_back();
  }
  return absl::OkStatus();
}

/// Waits for a lock for some seconds: a writer needs it for milliseconds, so who holds it longer
/// hangs or is stopped. False where somebody holds it still.
bool lock_for_writing(int folder) {
  constexpr int kTries = 100;
  constexpr auto kPause = std::chrono::milliseconds(50);
  for (int i = 0; i < kTries; ++i) {
    if (::flock(folder, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return true;  // a file system without locks
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

/// A file that is written before it gets its name. It has none at all until then where the system
/// can do that, so that nothing is left of a writer that is killed; else kStagingName.
class NewFile {
 public:
  NewFile(const fs::path& staging, std::string path) : path_(std::move(path)) {
    folder_ = open_folder(staging);
    error_ = errno;
    if (!folder_) return;
    // Writers take turns, so a file of this name is left over. Where the file system has no locks
    // the second of two writers fails to create it.
    locked_out_ = !lock_for_writing(folder_.get());
    if (locked_out_) return;
    ::unlinkat(folder_.get(), kStagingName, 0);
    if (::access("/proc/self/fd", X_OK) == 0) {
      file_ = Descriptor(::openat(folder_.get(), ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, kFileMode));
    }
    if (file_) return;
    file_ = Descriptor(::openat(folder_.get(), kStagingName,
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
    error_ = errno;
    staged_ = static_cast<bool>(file_);
  }
  ~NewFile() {
    if (staged_) ::unlinkat(folder_.get(), kStagingName, 0);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status write(ByteView contents) {
    if (locked_out_) {
      return absl::DeadlineExceededError(absl::StrCat(
          path_,
          ": another program has been writing to this wallet for seconds. If none should be "
          "at work, find it with `fuser` or `lsof` on the folder of the wallet and end it"));
    }
    if (!file_) {
      try_elsewhere_ = error_ == EACCES || error_ == EPERM || error_ == EROFS;
      return error_about(path_, "no file can be created in its folder", error_);
    }
    if (::fchmod(file_.get(), kFileMode) != 0 || !write_all(file_.get(), contents) ||
        ::fsync(file_.get()) != 0) {
      return error_about(path_, "cannot be written");
    }
    return absl::OkStatus();
  }

  /// Gives it its name, where nothing has that name.
  absl::Status name() {
    if (link_to(AT_FDCWD, path_.c_str())) return absl::OkStatus();
    // File systems without links, FAT for one, can still rename.
    if (staged_ && (errno == EPERM || errno == EOPNOTSUPP) &&
        ::renameat2(folder_.get(), kStagingName, AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
      staged_ = false;
      return absl::OkStatus();
    }
    try_elsewhere_ = errno == EXDEV;
    return error_about(path_, errno == EEXIST ? "there is such a file already"
                                              : "the new file cannot be given its name");
  }

  /// Puts it in the place of what has that name.
  absl::Status replace() {
    if (!staged_) staged_ = link_to(folder_.get(), kStagingName);
    if (!staged_ || ::renameat(folder_.get(), kStagingName, AT_FDCWD, path_.c_str()) != 0) {
      try_elsewhere_ = errno == EXDEV;
      return error_about(path_, "cannot be replaced");
    }
    staged_ = false;
    return absl::OkStatus();
  }

  /// Whether it failed because of where the file was staged: on another file system than its name
  /// is on, or where nothing may be written.
  bool try_elsewhere() const { return try_elsewhere_; }

 private:
  bool link_to(int folder, const char* name) const {
    if (staged_) return ::linkat(folder_.get(), kStagingName, folder, name, 0) == 0;
    const std::string self = absl::StrCat("/proc/self/fd/", file_.get());
    return ::linkat(AT_FDCWD, self.c_str(), folder, name, AT_SYMLINK_FOLLOW) == 0;
  }

  std::string path_;
  Descriptor folder_, file_;
  int error_ = 0;  ///< why there is no file
  bool staged_ = false, locked_out_ = false, try_elsewhere_ = false;
};

/// The file is staged in the folder of the wallet rather than in its hotkeys/, every file of which
/// counts as a hotkey.
absl::Status write_beside(const fs::path& folder, const std::string& path, ByteView contents,
                          IfThere if_there) {
  absl::Status status;
  for (const fs::path& staging :
       {folder.filename() == "hotkeys" ? folder.parent_path() : folder, folder}) {
    NewFile file(staging, path);
    status = file.write(contents);
    if (status.ok()) status = if_there == IfThere::kReplace ? file.replace() : file.name();
    if (!file.try_elsewhere()) break;
  }
  return status;
}

/// Editors end a file with a line end.
std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

absl::StatusOr<StoredKeyFile> read_key_file(const std::string& path) {
  // Not to hang on a pipe that nobody writes to.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return error_about(path, "cannot be opened");
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return error_about(path, "cannot be read");
  if (!S_ISREG(about.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is no regular file"));
  }
  auto contents = read_secret(file.get(), kMostKeyFileBytes);
  if (!contents.ok()) {
    return absl::Status(contents.status().code(),
                        absl::StrCat(path, ": ", contents.status().message()));
  }
  if (key_file_format(contents->bytes()) == KeyFileFormat::kFernet) {
    contents = Secret::copy_of(without_line_end(contents->text()));
  }
  return StoredKeyFile{*std::move(contents), about.st_mode & 07777U};
}

absl::Status write_key_file(const std::string& path, ByteView contents, IfThere if_there) {
  std::error_code error;
  const fs::path folder = fs::absolute(path, error).parent_path();
  if (error) return error_about(path, "its folder cannot be found", error.value());
  if (auto status = make_folder(folder); !status.ok()) return status;
  struct stat there {};
  const bool is_there = ::lstat(path.c_str(), &there) == 0;
  if (is_there && if_there == IfThere::kRefuse) {
    return error_about(path, "there is such a file already", EEXIST);
  }
  if (is_there && !S_ISREG(there.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is no regular file"));
  }
  if (auto status = write_beside(folder, path, contents, if_there); !status.ok()) return status;
  return flush_folder(folder);
}

}  // namespace yuma
