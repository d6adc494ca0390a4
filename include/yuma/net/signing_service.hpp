// SPDX-License-Identifier: MIT
#pragma once

// What the isolated signer does with a request, without socket: decide by the policy of
// yuma/wire/signing_policy.hpp, sign, keep, and only then answer.
//
// Why this order cannot sign twice, wherever the process is killed: before the record is kept
// nothing has left, so another body may still be signed; once it is kept, another body is refused
// and the same one is answered with the kept signature.

#include <cstdint>
#include <functional>

#include "yuma/identity/signer.hpp"
#include "yuma/net/signer_protocol.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace yuma {

/// What was signed so far, kept where a crash does not lose it.
class SigningStore {
 public:
  virtual ~SigningStore() = default;

  virtual const SigningMemory& memory() const = 0;

  /// Keeps a record that decide() allowed for this memory. When it returns OK the record is on disk
  /// and in memory(); otherwise it is not in memory().
  virtual absl::Status keep(SigningRecord record) = 0;
};

/// A store that forgets at the end of the process: for tests.
class VolatileSigningStore final : public SigningStore {
 public:
  explicit VolatileSigningStore(const SigningFloor& floor = {}) : memory_(floor) {}
  const SigningMemory& memory() const override { return memory_; }
  absl::Status keep(SigningRecord record) override { return memory_.remember(std::move(record)); }

 private:
  SigningMemory memory_;
};

/// Answers requests, one at a time. Not thread-safe.
class SigningService {
 public:
  /// Unix time in ns.
  using Clock = std::function<std::uint64_t()>;

  /// `key` signs, for `rules.own`, which is its public key. Both references have to live longer.
  SigningService(Signer& key, SigningStore& store, const SigningRules& rules, Clock clock);

  /// SignerStatus leaves `connections` at 0.
  SignerAnswer answer(const SignerRequest& request);

 private:
  SignerAnswer sign(ByteView message);
  SignerAnswer sign_and_keep(ByteView message, SigningRecord record);
  SignerAnswer failed(const absl::Status& status);

  Signer& key_;
  SigningStore& store_;
  SigningRules rules_;
  Clock clock_;
  std::uint64_t signed_ = 0, resent_ = 0, refused_ = 0, failed_ = 0;
};

}  // namespace yuma
