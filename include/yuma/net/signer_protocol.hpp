// SPDX-License-Identifier: MIT
#pragma once

// What goes over the socket of the isolated signer (docs/signer.md): frames of a length (u32, least
// byte first), a version byte, a kind byte and a body. The caller asks, the signer answers each
// frame with one. Reading is strict: a frame that is not exactly right ends the connection.

#include <string>
#include <variant>

#include "yuma/identity/keys.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace yuma {

inline constexpr std::uint8_t kSignerProtocolVersion = 1;
inline constexpr std::size_t kSignerLengthBytes = 4;
/// Version and kind; no frame is shorter.
inline constexpr std::size_t kMinSignerFrame = 2;
/// Longer messages are not signed, so not read.
inline constexpr std::size_t kMaxSignerFrame = kMinSignerFrame + kMaxSigningBytes;
/// Answers are short; reasons are cut.
inline constexpr std::size_t kMaxSignerAnswer = 1024;
inline constexpr std::size_t kMaxSignerReason = 512;

/// What is wrong with a frame.
enum class SignerFault : std::uint8_t {
  kLength,   ///< shorter or longer than any frame
  kVersion,  ///< not version 1
  kKind,     ///< no kind of this direction
  kBody,     ///< a body that this kind does not have
};
std::string_view signer_fault_name(SignerFault fault);

enum class SignerRequestKind : std::uint8_t { kPublicKey = 1, kSign = 2, kStatus = 3 };

struct SignerRequest {
  SignerRequestKind kind = SignerRequestKind::kPublicKey;
  ByteView message;  ///< of kSign: the bytes to sign; points into the frame
};

/// Answers.
struct SignerRefusal {
  std::string reason;  ///< the policy does not allow it: asking again does not help
};
struct SignerBusy {
  std::string reason;  ///< too many requests or connections: later it may work
};
struct SignerFailure {
  std::string reason;  ///< the signer could not do its work, or the frame was wrong
};
struct SignerStatus {
  PublicKey key;
  std::uint64_t slots = 0;  ///< places with a signature: network, netuid, mechanism and kind
  std::uint64_t above = 0;  ///< no epoch up to this one is signed, see SigningFloor; 0: none
  std::uint64_t signed_count = 0, resent_count = 0, refused_count = 0, failed_count = 0;
  std::uint64_t connections = 0;
};
using SignerAnswer =
    std::variant<PublicKey, Signature, SignerStatus, SignerRefusal, SignerBusy, SignerFailure>;

/// The whole frame with its length. A message that is too long aborts (our own bug: the caller
/// checks it).
Bytes encode_signer_request(const SignerRequest& request);
/// Reasons are cut to kMaxSignerReason and made printable ASCII.
Bytes encode_signer_answer(const SignerAnswer& answer);

/// How many bytes follow the four bytes of a length, for frames of at most `max`.
std::variant<std::size_t, SignerFault> signer_frame_size(
    const std::array<std::uint8_t, kSignerLengthBytes>& length, std::size_t max);

/// Reads what follows the length.
std::variant<SignerRequest, SignerFault> parse_signer_request(ByteView frame);
std::variant<SignerAnswer, SignerFault> parse_signer_answer(ByteView frame);

}  // namespace yuma
