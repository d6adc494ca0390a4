// SPDX-License-Identifier: MIT
#pragma once

// The caller's end of the isolated signer: a Signer whose key is in another process. It checks
// each signature against the key before it hands it out, so a signer that answers something else
// does no harm.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "yuma/identity/signer.hpp"
#include "yuma/net/signer_protocol.hpp"

namespace yuma {

struct RemoteSignerOptions {
  std::string path;                        ///< of the signer's socket
  std::chrono::milliseconds limit{5'000};  ///< for each call, connecting included
};

/// Asks a signer over its socket. It connects where needed, also after the signer was restarted: to
/// ask for a signature twice is harmless. Threads use connections of their own.
class RemoteSigner final : public Signer {
 public:
  /// Connects and asks for the public key, which stays the key that signatures have to fit.
  /// Unavailable where nobody answers, PermissionDenied where the signer does not take this user.
  static absl::StatusOr<std::unique_ptr<RemoteSigner>> connect(RemoteSignerOptions options);
  ~RemoteSigner() override;

  const PublicKey& public_key() const override;

  /// Beside the errors of Signer: ResourceExhausted where the signer is busy or its rate limit is
  /// reached, Internal where it failed or gave a signature that is not of its key,
  /// InvalidArgument for a message longer than any that it takes.
  absl::StatusOr<Signature> sign(ByteView message) override;

  /// What the signer says of itself.
  absl::StatusOr<SignerStatus> status();

 private:
  struct Impl;
  explicit RemoteSigner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The signer that a program was given: "unix:PATH", or where `where` is empty the key that
/// `open_hotkey` opens, held in this process. InvalidArgument for any other text.
absl::StatusOr<std::unique_ptr<Signer>> make_signer(
    std::string_view where, const std::function<absl::StatusOr<KeyPair>()>& open_hotkey);

/// The path of "unix:PATH". InvalidArgument for any other text.
absl::StatusOr<std::string> signer_path(std::string_view where);

}  // namespace yuma
