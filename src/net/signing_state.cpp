// SPDX-License-Identifier: MIT

#include "yuma/net/signing_state.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "net/file_descriptor.hpp"
#include "net/signing_file.hpp"
#include "net/sqlite.hpp"

namespace yuma {

namespace {

absl::Status of_file(const std::string& path, const absl::Status& status) {
  constexpr const char* kReplaceIt =
      ". It is damaged: move it away and make a new one with `signer init --above EPOCH`, where "
      "EPOCH is one beyond which this hotkey has certainly signed nothing";
  return {status.code(), absl::StrCat("the signer's state '", path, "': ", status.message(),
                                      absl::IsDataLoss(status) ? kReplaceIt : "")};
}

absl::Status check_file(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return errno_error("cannot look at", path);
    return absl::NotFoundError(absl::StrCat(
        "no signer's state at '", path,
        "': make one with `signer init`, or with `signer init --above EPOCH` where this hotkey "
        "has signed before"));
  }
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("'", path, "' is no file"));
  }
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the signer's state '", path, "' is open to other users: chmod 600 it"));
  }
  return absl::OkStatus();
}

absl::Status sync_path(const std::string& path) {
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return errno_error("cannot sync", path);
  return absl::OkStatus();
}

}  // namespace

struct SigningState::Impl {
  std::string path;
  SqliteDb db;
  SigningMemory memory;
  absl::Status broken;  ///< set by an error after which the file is not trusted
};

SigningState::SigningState(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningState::~SigningState() = default;

const SigningMemory& SigningState::memory() const { return impl_->memory; }

absl::Status SigningState::create(const std::string& path, const PublicKey& key,
                                  const SigningFloor& floor) {
  // Written under another name, then linked: there is never half a state, nor one replaced.
  std::string draft = path + ".XXXXXX";
  const FileDescriptor made(mkostemp(draft.data(), O_CLOEXEC));
  if (!made.valid()) return errno_error("cannot make the signer's state", path);
  absl::Status status = write_signing_file(draft, key, floor);
  if (!status.ok()) status = of_file(path, status);
  if (status.ok()) status = sync_path(draft);
  if (status.ok() && link(draft.c_str(), path.c_str()) != 0) {
    status = errno == EEXIST ? absl::AlreadyExistsError(absl::StrCat(
                                   "there is a signer's state at '", path,
                                   "' already: to replace it would be to forget what was signed"))
                             : errno_error("cannot make the signer's state", path);
  }
  unlink(draft.c_str());
  if (!status.ok()) return status;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return sync_path(folder.empty() ? "." : folder);
}

absl::StatusOr<std::unique_ptr<SigningState>> SigningState::open(const std::string& path,
                                                                 const PublicKey& key) {
  if (absl::Status s = check_file(path); !s.ok()) return s;
  auto db = open_sqlite(path);
  if (!db.ok()) return db.status();
  auto memory = open_signing_file(db->get(), key);
  if (absl::IsUnavailable(memory.status())) {
    return absl::UnavailableError(absl::StrCat("another signer holds the state '", path,
                                               "': two signers with one hotkey need no state "
                                               "of their own but one signer"));
  }
  if (!memory.ok()) return of_file(path, memory.status());
  return std::unique_ptr<SigningState>(new SigningState(
      std::make_unique<Impl>(Impl{path, *std::move(db), *std::move(memory), absl::OkStatus()})));
}

absl::Status SigningState::keep(SigningRecord record) {
  Impl& impl = *impl_;
  if (!impl.broken.ok()) return impl.broken;
  // A file that was moved away or replaced would be found empty by the next signer.
  int moved = 0;
  sqlite3_file_control(impl.db.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  absl::Status status = moved == 0 ? write_signing_record(impl.db.get(), impl.memory, record)
                                   : absl::FailedPreconditionError(
                                         "it was moved or removed while in use: put it back, with "
                                         "the file of the same name and -wal, and start again");
  if (status.ok()) status = impl.memory.remember(std::move(record));
  if (status.ok()) return status;
  status = of_file(impl.path, status);
  if (!absl::IsResourceExhausted(status)) {
    impl.broken = absl::Status(
        status.code(), absl::StrCat(status.message(), "; nothing is signed until a restart"));
  }
  return status;
}

}  // namespace yuma
