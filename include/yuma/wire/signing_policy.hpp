// SPDX-License-Identifier: MIT
#pragma once

// May this be signed? The rules of an isolated signer (docs/protocol.md, "The signer's rules"): it
// signs only what it can read, in the name of its own hotkey, and of objects never two at one
// place. No input or output and no clock: what was signed before and the time are handed in.
//
// What it understands: a btauth/1 request, a yuma-response/1 response, and the signed objects. A
// bare hash, an extrinsic or a text wrapped in <Bytes> is none of them.

#include <map>
#include <string>
#include <tuple>
#include <variant>

#include "yuma/wire/btauth.hpp"
#include "yuma/wire/objects.hpp"
#include "yuma/wire/signed_response.hpp"

namespace yuma {

/// The longest message that may be signed.
inline constexpr std::size_t kMaxSigningBytes = kMaxBodyBytes + 32;
/// Memory and disk are bounded: how many places (subnets times kinds) one signer keeps.
inline constexpr std::size_t kMaxSigningSlots = 256;

struct SigningRules {
  PublicKey own;  ///< the signer's hotkey
  /// The nonce of a request is a time in ns. It may be this far from the signer's clock: what a
  /// server would take. So nobody can have requests signed for later.
  std::uint64_t request_age_ns = 10'000'000'000;
  std::uint64_t request_skew_ns = 2'000'000'000;
  /// A response carries the nonce of its request, and a long answer comes late.
  std::uint64_t response_age_ns = 3'600'000'000'000;
  /// For subnets with reveal period 0. Where a commit was signed, it must be opened all the same.
  bool vectors_without_commit = false;
  /// An operator who signs amendments with the key itself turns this off for the caller.
  bool amendments = true;
};

struct SigningObject {
  ObjectKind kind = ObjectKind::kCommit;
  ByteView bytes;  ///< the body
  ObjectBody body;
};
/// Texts and bytes are views into the message.
using SigningRequest = std::variant<RequestPayload, ResponsePayload, SigningObject>;

/// Why something is not signed.
enum class SigningRefusal : std::uint8_t {
  kUnknownShape,  ///< neither a request, a response nor an object
  kMalformed,     ///< begins like one, but is none
  kUnsignedKind,  ///< seals, faults and geneses carry no signature of their own
  kNotOwn,        ///< in the name of another hotkey or scheme
  kStale,         ///< a nonce too far in the past
  kEarly,         ///< a nonce too far in the future
  kBelow,         ///< below what was signed at its place, or at or below the floor
  kConflict,      ///< another body was signed for this epoch, number or counter
  kNoCommit,      ///< no commit of its epoch is known
  kNotOpening,    ///< does not open the commit signed for its epoch
  kTurnedOff,     ///< the rules exclude this kind
  kFull,          ///< too many places
};
/// "unknown_shape", ...: for counters and logs.
std::string_view refusal_name(SigningRefusal reason);

struct Refuse {
  SigningRefusal reason = SigningRefusal::kUnknownShape;
  std::string text;  ///< one line for people, printable
};

/// Decodes a message, strictly. The signer's name, time and memory play no part yet.
std::variant<SigningRequest, Refuse> read_signing_request(ByteView message);

/// Where at most one body may be signed for a number.
struct SigningSlot {
  SubnetId subnet;
  ObjectKind kind = ObjectKind::kCommit;
  friend bool operator==(const SigningSlot&, const SigningSlot&) = default;
  friend bool operator<(const SigningSlot& a, const SigningSlot& b) {
    return std::tie(a.subnet, a.kind) < std::tie(b.subnet, b.kind);
  }
};

/// What was signed: to be on disk before the signature leaves. Slot and number follow from the
/// body.
struct SigningRecord {
  SigningSlot slot;
  std::uint64_t number = 0;  ///< epoch; of an amendment its number, of an address its counter
  Bytes body;
  Signature signature{};
  friend bool operator==(const SigningRecord&, const SigningRecord&) = default;
};

/// Kind, body, signature.
Bytes encode_signing_record(const SigningRecord& record);
absl::StatusOr<SigningRecord> decode_signing_record(ByteView bytes);

/// After a restore it is not known what was signed: nothing at or below these is.
struct SigningFloor {
  std::uint64_t epoch = 0;
  std::uint64_t amendment = 0;
  std::uint64_t address = 0;
  friend bool operator==(const SigningFloor&, const SigningFloor&) = default;
};

/// What was signed so far: of each slot the record with the highest number, of commits also the one
/// before, since the vector of an epoch and the commit of the next are signed in any order. Not
/// thread-safe: one decide(), the write to disk and remember() are one step.
class SigningMemory {
 public:
  struct Entry {
    SigningRecord last;
    std::optional<SigningRecord> before;  ///< commits only
  };

  explicit SigningMemory(const SigningFloor& floor = {}) : floor_(floor) {}

  const SigningFloor& floor() const { return floor_; }
  /// nullptr where nothing was signed yet.
  const Entry* find(const SigningSlot& slot) const;
  const std::map<SigningSlot, Entry>& entries() const { return entries_; }

  /// Takes up what decide() allowed, or a record read back from disk. FailedPrecondition where its
  /// number is not above the last one of its slot or the floor: then the disk tells two stories.
  absl::Status remember(SigningRecord record);

 private:
  SigningFloor floor_;
  std::map<SigningSlot, Entry> entries_;
};

/// Sign the message; nothing need be kept.
struct SignOnly {};
/// Sign the message, put `record` with the signature on disk, remember it, then answer.
struct SignAndRemember {
  SigningRecord record;  ///< without signature
};
/// The same body was signed before: answer with that signature.
struct GiveStored {
  Signature signature{};
};
using SigningDecision = std::variant<SignOnly, SignAndRemember, GiveStored, Refuse>;

/// May `message` be signed at `now_ns` (Unix time in ns)?
SigningDecision decide(const SigningRules& rules, const SigningMemory& memory, ByteView message,
                       std::uint64_t now_ns);

}  // namespace yuma
