// SPDX-License-Identifier: MIT
#pragma once

// The memory of an isolated signer on disk: one SQLite file for one hotkey (its layout is in
// docs/signer.md). A record is on disk, synced, when keep() returns.
//
// The journal is a write-ahead log with synchronous = FULL. A rollback journal is undone by a file
// that is removed, and FULL does not sync the folder after that: a power failure could bring the
// journal back and undo a signature that has left. The log is synced by each commit.

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/net/signing_service.hpp"

namespace yuma {

class SigningState final : public SigningStore {
 public:
  /// Makes a new state for `key`, mode 0600, whole or not at all. AlreadyExists where there is a
  /// file: to replace a state is to forget what was signed.
  static absl::Status create(const std::string& path, const PublicKey& key,
                             const SigningFloor& floor);

  /// Opens the state of `key` and holds it alone until it is destroyed. NotFound where there is
  /// none, Unavailable where another process holds it, FailedPrecondition where it is another
  /// hotkey's, of another version, or open to other users, DataLoss where it is damaged: each body
  /// is read and each signature verified.
  static absl::StatusOr<std::unique_ptr<SigningState>> open(const std::string& path,
                                                            const PublicKey& key);
  ~SigningState() override;

  const SigningMemory& memory() const override;

  /// ResourceExhausted on a full disk, after which it may be tried again; after any other error of
  /// the file everything is refused until the state is opened again.
  absl::Status keep(SigningRecord record) override;

 private:
  struct Impl;
  explicit SigningState(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yuma
