// SPDX-License-Identifier: MIT
#pragma once

// btauth/1, the signed HTTP requests of the ecosystem: the names of the headers and the eight lines
// that are signed. request_signer.hpp makes such requests, request_verifier.hpp judges them.

#include <optional>

#include "absl/status/status.h"
#include "yuma/identity/keys.hpp"

namespace yuma {

/// A header field as an HTTP library hands it over: spelling, order and repetitions are kept,
/// blanks around the value are not part of it.
struct HeaderView {
  std::string_view name, value;
};
using HeaderList = std::span<const HeaderView>;

/// The same with memory of its own, to be sent.
struct Header {
  std::string name, value;
  friend bool operator==(const Header&, const Header&) = default;
};
std::vector<HeaderView> views_of(std::span<const Header> headers);

inline constexpr std::string_view kVersionHeader = "X-Bittensor-Version";
inline constexpr std::string_view kHotkeyHeader = "X-Bittensor-Hotkey";
inline constexpr std::string_view kNonceHeader = "X-Bittensor-Nonce";
inline constexpr std::string_view kSignatureHeader = "X-Bittensor-Signature";
inline constexpr std::string_view kCryptoHeader = "X-Bittensor-Crypto";
inline constexpr std::string_view kReceiverHeader = "X-Bittensor-Receiver";

/// Asks for a signed response, which is an addition of ours (signed_response.hpp).
inline constexpr std::string_view kSignHeader = "X-Yuma-Sign";
inline constexpr std::string_view kSignValue = "1";

/// What a request's signature covers, and what its headers say. Views point into the caller's
/// texts.
struct RequestPayload {
  Scheme scheme = Scheme::kSr25519;
  std::string_view method;    ///< signed in upper case
  std::string_view target;    ///< path and query as on the request line
  Bytes32 body_sha256{};      ///< of the body after transfer coding, before content decoding
  std::uint64_t nonce = 0;    ///< Unix time in nanoseconds
  std::string_view sender;    ///< SS58
  std::string_view receiver;  ///< SS58; empty in a request that is bound to no receiver
};

/// The bytes that are signed: eight lines without a final newline.
std::string build_payload(const RequestPayload& payload);

/// Reads what build_payload() gives for an upper-case method, a target without control bytes and
/// addresses of prefix 42; nothing else.
std::optional<RequestPayload> read_payload(std::string_view text);

/// The headers of a signed request, in the SDK's order and canonical forms.
std::vector<Header> request_headers(const RequestPayload& payload, const Signature& signature);

/// Whether a method may be sent: a token of HTTP. InvalidArgument otherwise.
absl::Status check_method(std::string_view method);

/// Whether a target reaches every server as it was signed: origin form ("/path?query"), "*" or
/// absolute form; InvalidArgument for one that needs percent-encoding, has a fragment, ends with a
/// bare "?" (which Python servers drop) or begins with "//" (which they merge).
absl::Status check_target(std::string_view target);

/// "0x" and lower-case digits, as signatures stand in headers; and back from an optional "0x" and
/// 128 digits of either case.
std::string signature_text(const Signature& signature);
std::optional<Signature> read_signature(std::string_view text);

/// A whole number without sign or leading zeros.
std::optional<std::uint64_t> read_decimal(std::string_view text);

/// Whether two names of headers are the same one.
bool same_header(std::string_view a, std::string_view b);

/// Nanoseconds of Unix time by the system's clock.
std::uint64_t unix_time_ns();

}  // namespace yuma
