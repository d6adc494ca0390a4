// SPDX-License-Identifier: MIT
#pragma once

// Who signs for a hotkey: a key in this process, or a process of its own that holds the key and
// decides what it signs (yuma/net/signer_client.hpp). Code that needs signatures takes a Signer and
// cannot tell which.

#include <utility>

#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"

namespace yuma {

class Signer {
 public:
  virtual ~Signer() = default;

  virtual const PublicKey& public_key() const = 0;

  /// A signature over exactly these bytes. PermissionDenied where the signer's policy refuses them,
  /// Unavailable where it cannot be reached. May be called from several threads.
  virtual absl::StatusOr<Signature> sign(ByteView message) = 0;
};

/// Signs whatever it is asked to, with a key in this process.
class LocalSigner final : public Signer {
 public:
  explicit LocalSigner(KeyPair key) : key_(std::move(key)) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  absl::StatusOr<Signature> sign(ByteView message) override { return key_.sign(message); }

 private:
  KeyPair key_;
};

}  // namespace yuma
