// SPDX-License-Identifier: MIT
#pragma once

// Judges signed requests (btauth/1): headers and body in, verdict out. For an HTTP server of any
// kind; it keeps nothing but the replay window, reads no clock once
// it is made, and may be used by several threads.
//
//   begin()   shape, receiver, freshness, address, the application's admission: from the headers
//             alone, before the body is read
//   finish()  signature, replay, the application's policy: with the body's hash
//
// The checks come in the SDK's order and refuse with its reasons. Where it is lenient this is
// strict: no header twice, nonces without sign or leading zeros, addresses of prefix 42 only, no
// signature over payloads wrapped in <Bytes>, no key for which anybody can sign.
//
// Which scheme a hotkey has is the server's to know, not the caller's to say: sr25519, unless the
// hotkey is listed as ed25519.

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "yuma/wire/auth_refusal.hpp"
#include "yuma/wire/btauth.hpp"
#include "yuma/wire/replay_window.hpp"

namespace yuma {

struct PolicyRefusal {
  int status = 403;
  std::string detail = "this hotkey is not admitted";
};

/// The application's word on a hotkey: nothing, or why not. Called by any thread.
using HotkeyPolicy = std::function<std::optional<PolicyRefusal>(const AccountId& hotkey)>;

struct VerifierOptions {
  AccountId hotkey{};  ///< of this server
  std::chrono::nanoseconds max_age = std::chrono::seconds(10);
  std::chrono::nanoseconds allowed_skew = std::chrono::seconds(2);
  /// False: requests bound to no receiver are taken too, which anyone may pass on to others.
  bool require_receiver = true;
  std::vector<AccountId> ed25519_hotkeys;
  /// Asked first where it is set, for hotkeys whose scheme is known elsewhere and may change.
  /// Called by any thread.
  std::function<std::optional<Scheme>(const AccountId& hotkey)> scheme_of;
  /// When this process began to take requests. The window is empty after a restart, so nonces up to
  /// this time plus the skew are refused as stale: the process before may have taken them, from a
  /// caller whose clock is ahead. Unset: the time at which the verifier is made. 0 where there was
  /// no process before, or the window outlives it. Where the clock may be set back across a
  /// restart, give the latest time that the process before has seen, if that is later.
  std::optional<std::uint64_t> started_ns;
  /// Asked before the body is read and the signature checked, so about a hotkey that is only
  /// claimed: is it known, has it asked too often?
  HotkeyPolicy admit;
  /// Asked about the proven hotkey of a new request: may it do this?
  HotkeyPolicy authorise;
};

/// A request whose headers passed; it owns what finish() needs.
class PendingRequest {
 public:
  /// Not proven yet.
  const AccountId& claimed_hotkey() const { return key_.bytes; }
  std::uint64_t nonce() const { return nonce_; }
  /// Whether the caller asks for a signed response (signed_response.hpp).
  bool wants_signature() const { return wants_signature_; }

 private:
  friend class RequestVerifier;
  PendingRequest() = default;
  void set_digest(const Bytes32& body_sha256);

  std::string payload_;  // with room for the digest
  std::size_t digest_at_ = 0;
  PublicKey key_;
  Signature signature_{};
  std::uint64_t nonce_ = 0;
  bool native_prefix_ = false;
  bool bound_ = false;
  bool wants_signature_ = false;
};

/// A request that its caller signed, for this server, now, for the first time.
struct AuthenticRequest {
  PublicKey caller;
  std::uint64_t nonce = 0;
  bool bound = false;  ///< to this server as receiver
  bool wants_signature = false;
  std::string payload;  ///< what was signed

  const AccountId& hotkey() const { return caller.bytes; }
};

/// A pending request and the hash of its body.
struct ReceivedRequest {
  PendingRequest request;
  Bytes32 body_sha256{};
};

class RequestVerifier {
 public:
  /// `window` is shared by all verifiers of a hotkey in this process. InvalidArgument where it
  /// keeps nonces for less than max_age + allowed_skew, so that a replay could pass, or a time is
  /// negative.
  static absl::StatusOr<RequestVerifier> make(VerifierOptions options,
                                              std::shared_ptr<ReplayWindow> window);
  /// For a server that keeps the nonces elsewhere, say in a store which several processes share:
  /// finish() then does not look for replays, the caller must, and as the last check.
  static absl::StatusOr<RequestVerifier> make_without_window(VerifierOptions options);

  /// What the headers tell. `now_ns` is Unix time. Copies what it needs.
  OrRefusal<PendingRequest> begin(std::string_view method, std::string_view target,
                                  HeaderList headers, std::uint64_t now_ns) const;

  /// The verdict, once the body is there. Judges the freshness again: a body may take its time.
  OrRefusal<AuthenticRequest> finish(PendingRequest request, const Bytes32& body_sha256,
                                     std::uint64_t now_ns) const;

  /// finish() for each, with the signatures checked together, which is faster by half under load.
  std::vector<OrRefusal<AuthenticRequest>> finish_each(std::vector<ReceivedRequest> requests,
                                                       std::uint64_t now_ns) const;

  /// begin() and finish() of a request that is there as a whole.
  OrRefusal<AuthenticRequest> verify(std::string_view method, std::string_view target,
                                     HeaderList headers, ByteView body, std::uint64_t now_ns) const;

 private:
  /// Nothing, or why not.
  using Objection = std::optional<AuthRefusal>;

  RequestVerifier(VerifierOptions options, std::shared_ptr<ReplayWindow> window);

  Objection check_receiver(const std::optional<std::string_view>& receiver) const;
  Objection check_fresh(std::uint64_t nonce, std::uint64_t now_ns) const;
  Objection check_hotkey(const PublicKey& declared) const;
  Objection check_new(const PendingRequest& request, std::uint64_t now_ns) const;
  OrRefusal<AuthenticRequest> conclude(PendingRequest request, bool good_signature,
                                       std::uint64_t now_ns) const;

  VerifierOptions options_;
  std::string address_;
  std::uint64_t started_ns_, max_age_ns_, allowed_skew_ns_;
  std::shared_ptr<ReplayWindow> window_;
};

}  // namespace yuma
