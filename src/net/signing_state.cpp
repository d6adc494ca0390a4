// SPDX-License-Identifier: MIT

#include "yuma/net/signing_state.hpp"

#include <utility>

#include "absl/strings/str_cat.h"
#include "net/signing_file.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlite_file.hpp"

namespace yuma {

namespace {

absl::Status of_file(const std::string& path, const absl::Status& status) {
  constexpr const char* kReplaceIt =
      ". It is damaged: move it away and make a new one with `signer init --above EPOCH`, where "
      "EPOCH is one beyond which this hotkey has certainly signed nothing";
  return {status.code(), absl::StrCat("the signer's state '", path, "': ", status.message(),
                                      absl::IsDataLoss(status) ? kReplaceIt : "")};
}

constexpr std::string_view kWhat = "signer's state";

absl::Status with(const absl::Status& status, const char* what) {
  return {status.code(), absl::StrCat(status.message(), what)};
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
  const absl::Status status = create_sqlite_file(path, kWhat, [&](const std::string& draft) {
    const absl::Status written = write_signing_file(draft, key, floor);
    return written.ok() ? written : of_file(path, written);
  });
  return absl::IsAlreadyExists(status)
             ? with(status, ": to replace it would be to forget what was signed")
             : status;
}

absl::StatusOr<std::unique_ptr<SigningState>> SigningState::open(const std::string& path,
                                                                 const PublicKey& key) {
  if (absl::Status s = check_private_file(path, kWhat); !s.ok()) {
    return absl::IsNotFound(s) ? with(s,
                                      ": make one with `signer init`, or with `signer init --above "
                                      "EPOCH` where this hotkey has signed before")
                               : s;
  }
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
  absl::Status status = has_moved(impl.db.get())
                            ? absl::FailedPreconditionError(
                                  "it was moved or removed while in use: put it back, with "
                                  "the file of the same name and -wal, and start again")
                            : write_signing_record(impl.db.get(), impl.memory, record);
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
