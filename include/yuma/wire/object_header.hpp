// SPDX-License-Identifier: MIT
#pragma once

// What all signed objects of a private subnet have in common (docs/protocol.md): their kinds, the
// header that a body starts with, ids, and the bytes that a signature covers.
//
// A body names its sender by hotkey and scheme, not by uid: a stranger can check the signature
// without a roster, a uid that changed hands never lends its new key to old bodies, and whoever
// signs can tell that a body is its own. The uid is looked up in the roster of the body's epoch.

#include <optional>
#include <string_view>
#include <tuple>

#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"
#include "yuma/identity/keys.hpp"
#include "yuma/identity/signer.hpp"
#include "yuma/wire/scale.hpp"

namespace yuma {

/// The numbers are those of the encoding and never change.
enum class ObjectKind : std::uint8_t {
  kCommit = 1,
  kVector = 2,
  kHave = 3,
  kBlock = 4,
  kVote = 5,
  kSeal = 6,       ///< unsigned: made of signed parts
  kFault = 7,      ///< unsigned: made of signed parts
  kAmendment = 8,  ///< signed by several
  kAddress = 9,
  kGenesis = 10,  ///< unsigned; its id is the network
};

/// "commit", "vector", ...: the word in the tag.
std::string_view kind_name(ObjectKind kind);
/// The kind of a number of the encoding.
std::optional<ObjectKind> kind_of_number(std::uint8_t number);

/// "yuma/1/" + kind + LF: stands before a body wherever it is hashed or signed.
std::string_view object_tag(ObjectKind kind);

/// BLAKE2b-256(tag || body), over the body without its signatures: of those one body can have many.
Bytes32 object_id(ObjectKind kind, ByteView body);

/// tag || body: what a signature covers.
Bytes signing_bytes(ObjectKind kind, ByteView body);

/// Whether `signature` is the one of `key` over a body.
bool verify_body(ObjectKind kind, ByteView body, const PublicKey& key, const Signature& signature);

// Bounds on what is read. Who reads from the network reads no more than kMaxObjectBytes.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} << 10;  ///< of a body with signatures
inline constexpr std::size_t kMaxObjectBytes = 2 * kMaxBodyBytes + 256;  ///< a fault of two such
inline constexpr std::size_t kMaxUids = 4096;
inline constexpr std::size_t kMaxValidators = 64;  ///< entries with power
inline constexpr std::size_t kMaxSalt = 32;
/// Faults that count in one block: of two epochs, five kinds.
inline constexpr std::size_t kMaxFaults = kMaxValidators * 5 * 2;
/// Amendments named by one have or block: only the next number is due.
inline constexpr std::size_t kMaxAmendments = 1;
inline constexpr std::uint16_t kMaxNetuid = 4095;
inline constexpr std::uint8_t kMaxMechanism = 15;

/// One incentive mechanism of one subnet of one private network.
struct SubnetId {
  Bytes32 network{};  ///< id of the genesis
  std::uint16_t netuid = 0;
  std::uint8_t mechanism = 0;

  friend bool operator==(const SubnetId&, const SubnetId&) = default;
  friend bool operator<(const SubnetId& a, const SubnetId& b) {
    return std::tie(a.network, a.netuid, a.mechanism) < std::tie(b.network, b.netuid, b.mechanism);
  }
};

/// mechanism * 4096 + netuid: what commit hashes name. Unique within the bounds above.
constexpr std::uint16_t storage_index(std::uint16_t netuid, std::uint8_t mechanism) {
  return static_cast<std::uint16_t>(mechanism * (kMaxNetuid + 1) + netuid);
}

/// What the bodies that one hotkey signs start with.
struct ObjectHeader {
  SubnetId subnet;
  std::uint64_t epoch = 0;  ///< of an address: the counter
  PublicKey sender;

  friend bool operator==(const ObjectHeader&, const ObjectHeader&) = default;
};

/// A body and its sender's signature, where the kind is known.
struct SignedBody {
  Bytes body;
  Signature signature{};

  friend bool operator==(const SignedBody&, const SignedBody&) = default;
};

/// One of several signatures over the same body, or over votes for the same block.
struct Endorsement {
  PublicKey signer;
  Signature signature{};

  friend bool operator==(const Endorsement&, const Endorsement&) = default;
};

/// A uid of a validator and a hash or an id.
struct UidHash {
  std::uint16_t uid = 0;
  Bytes32 hash{};

  friend bool operator==(const UidHash&, const UidHash&) = default;
};

}  // namespace yuma
