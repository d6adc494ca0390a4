// SPDX-License-Identifier: MIT
#pragma once

// Signs requests (btauth/1) for a hotkey, whose key may be in this process or in a signer of its
// own. Sign each attempt anew, also a retry of the same body: a request sent twice is a replay and
// is refused.

#include <functional>
#include <mutex>

#include "absl/status/statusor.h"
#include "yuma/identity/signer.hpp"
#include "yuma/wire/btauth.hpp"

namespace yuma {

/// Nonces: the time in nanoseconds, each higher than the one before however fast they are asked
/// for. Where the clock is set back by more than a second they follow it, since servers refuse
/// times that are ahead of theirs. May be used from several threads.
class NonceSource {
 public:
  using Clock = std::function<std::uint64_t()>;
  explicit NonceSource(Clock clock = unix_time_ns) : clock_(std::move(clock)) {}

  std::uint64_t next();

  /// The one of this process, so that no two parts of it give a hotkey the same nonce.
  static NonceSource& of_process();

 private:
  Clock clock_;
  std::mutex mutex_;
  std::optional<std::uint64_t> last_;
};

struct OutgoingRequest {
  std::string_view method = "POST";
  std::string_view target;  ///< as it will stand on the request line
  Bytes32 body_sha256{};    ///< BodyHash::of(body); of nothing where there is no body
  /// The hotkey that is to answer. Without one, any server may pass the request on as its own
  /// caller's; it must then be said that this is meant.
  std::optional<AccountId> receiver;
  bool unbound = false;
  /// Ask for a signed response (signed_response.hpp).
  bool wants_signature = false;
};

struct SignedRequest {
  std::vector<Header> headers;  ///< add them to the request as they are
  std::uint64_t nonce = 0;
  std::string sender;   ///< SS58
  std::string payload;  ///< what was signed; a signed response refers to it
};

class RequestSigner {
 public:
  /// Neither is owned.
  explicit RequestSigner(Signer& signer, NonceSource& nonces = NonceSource::of_process());

  /// A signed request with a nonce of its own. InvalidArgument for a method or a target that
  /// check_method() or check_target() refuses, and where not exactly one of `receiver` and
  /// `unbound` is set; else the signer's error.
  absl::StatusOr<SignedRequest> sign(const OutgoingRequest& request) const;

  const std::string& address() const { return address_; }

 private:
  Signer& signer_;
  NonceSource& nonces_;
  std::string address_;
};

}  // namespace yuma
