// SPDX-License-Identifier: MIT
#pragma once

// Signed responses, an addition of ours to btauth/1, which leaves answers unauthenticated: a client
// that sends "X-Yuma-Sign: 1" gets a signature over status, body and its own request, so nobody on
// the way can change the answer or give it to another request. A client that asked takes a missing
// or wrong signature for no answer. Who does not ask pays nothing.
//
// The payload, lines as in btauth/1: "yuma-response/1", scheme, status, hex SHA-256 of the body,
// hex SHA-256 of the request's signed payload, nonce of the request, server, client.
//
// A body that is sent while it is made is hashed on the way (BodyHash); the headers below then go
// into an HTTP trailer, or, of server-sent events, into a last event, whose own bytes are not
// part of the hash:
//
//   event: yuma-signature
//   data: <scheme> <signature>

#include "absl/status/statusor.h"
#include "yuma/identity/signer.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma {

inline constexpr std::string_view kResponseSignatureHeader = "X-Yuma-Signature";
inline constexpr std::string_view kResponseCryptoHeader = "X-Yuma-Crypto-Type";

/// What a response's signature covers. Views point into the caller's texts.
struct ResponsePayload {
  Scheme scheme = Scheme::kSr25519;
  unsigned status = 200;  ///< of HTTP, three digits
  Bytes32 body_sha256{};
  Bytes32 request_sha256{};  ///< of the request's signed payload
  std::uint64_t nonce = 0;   ///< of the request
  std::string_view server;   ///< SS58
  std::string_view client;   ///< SS58
};

std::string build_response_payload(const ResponsePayload& payload);

/// Reads what build_response_payload() gives for a status of three digits and addresses of prefix
/// 42; nothing else.
std::optional<ResponsePayload> read_response_payload(std::string_view text);

/// The two headers (or trailer fields) of a response to `request`, or the signer's error.
absl::StatusOr<std::vector<Header>> sign_response(Signer& signer, const AuthenticRequest& request,
                                                  unsigned status, const Bytes32& body_sha256);

/// The last event of a stream of server-sent events; it follows a complete event.
absl::StatusOr<std::string> signature_event(Signer& signer, const AuthenticRequest& request,
                                            unsigned status, const Bytes32& body_sha256);

enum class ResponseVerdict : std::uint8_t {
  kSigned,
  kUnsigned,      ///< no signature
  kMalformed,     ///< a header twice, or not written as it must
  kBadSignature,  ///< not this server's over this answer to this request
};

/// Judges the answer to `request` by the hotkey that was asked, whose scheme the client knows.
/// `headers` may be the response's or its trailer's; others among them do not matter.
ResponseVerdict check_response(const SignedRequest& request, const PublicKey& server,
                               unsigned status, const Bytes32& body_sha256, HeaderList headers);

/// Reads a stream of server-sent events that ends with a signature: hands on what belongs to the
/// application, as it comes, and keeps the last event for itself. Holds at most that event.
class SignedEventStream {
 public:
  /// The bytes of the application that are certain by now. After the signature nothing is.
  std::string add(std::string_view piece);

  /// At the end of the stream; call it once. What was handed on counts only if this is kSigned.
  ResponseVerdict finish(const SignedRequest& request, const PublicKey& server, unsigned status);

 private:
  BodyHash hash_;
  std::string held_;  // the beginning of what may be the last event
  bool line_begins_ = true;
};

}  // namespace yuma
