// SPDX-License-Identifier: MIT
#pragma once

// The objects that the validators of a private subnet exchange (docs/protocol.md), each a struct
// with a strict encoding in SCALE: every list ascends without duplicates and is bounded, and of one
// meaning there is one encoding. What depends on the subnet's state, such as whether a sender is
// in the roster, is judged elsewhere.

#include <string>
#include <variant>
#include <vector>

#include "yuma/wire/amendment.hpp"
#include "yuma/wire/object_header.hpp"

namespace yuma {

/// Binds the sender to a vector that nobody can read yet.
struct CommitBody {
  static constexpr ObjectKind kKind = ObjectKind::kCommit;
  ObjectHeader header;
  Bytes32 hash{};  ///< commit_hash() of the vector
  friend bool operator==(const CommitBody&, const CommitBody&) = default;
};

/// Weights. The epoch is the one of the commit that it opens.
struct VectorBody {
  static constexpr ObjectKind kKind = ObjectKind::kVector;
  ObjectHeader header;
  std::uint64_t version_key = 0;
  std::vector<std::uint16_t> salt;
  std::vector<std::uint16_t> uids;    ///< ascending
  std::vector<std::uint16_t> values;  ///< as many
  friend bool operator==(const VectorBody&, const VectorBody&) = default;
};

/// What the sender holds when it asks for the block of its epoch.
struct HaveBody {
  static constexpr ObjectKind kKind = ObjectKind::kHave;
  ObjectHeader header;
  /// (validator, hash of its commit for this epoch); who is missing has none. Without commits
  /// (reveal period 0): (validator, id of its vector for this epoch).
  std::vector<UidHash> commits;
  /// Bit i (byte i / 8, least bit first) says whether the sender holds the vector of the i-th
  /// commit of the block before. The last byte is never 0.
  Bytes vectors_held;
  std::vector<Bytes32> amendments;  ///< ids of those held that are due, ascending
  friend bool operator==(const HaveBody&, const HaveBody&) = default;
};

/// The inputs of one epoch, as the owner proposes them.
struct BlockBody {
  static constexpr ObjectKind kKind = ObjectKind::kBlock;
  ObjectHeader header;
  Bytes32 parent{};                 ///< id of the block of the epoch before, or of the genesis
  std::uint64_t number = 0;         ///< block number
  std::vector<UidHash> haves;       ///< (sender, id)
  std::vector<UidHash> commits;     ///< (sender, hash), for this epoch
  std::vector<UidHash> vectors;     ///< (sender, id), which open the commits of the block before
  std::vector<Bytes32> faults;      ///< ids, ascending
  std::vector<Bytes32> amendments;  ///< ids, ascending
  Bytes32 state_root{};             ///< after this epoch
  friend bool operator==(const BlockBody&, const BlockBody&) = default;
};

struct VoteBody {
  static constexpr ObjectKind kKind = ObjectKind::kVote;
  ObjectHeader header;
  Bytes32 block{};  ///< id
  friend bool operator==(const VoteBody&, const VoteBody&) = default;
};

/// A block and votes for it. A vote follows from the block and its sender, so only signatures are
/// kept; signers ascend by scheme and key.
struct SealBody {
  static constexpr ObjectKind kKind = ObjectKind::kSeal;
  SignedBody block;
  std::vector<Endorsement> votes;
  friend bool operator==(const SealBody&, const SealBody&) = default;
};

/// Two bodies of one sender, equal in subnet, kind and epoch, different in content, the one whose
/// bytes are less first. The kind is commit, vector, have, block or vote.
struct FaultBody {
  static constexpr ObjectKind kKind = ObjectKind::kFault;
  ObjectKind kind = ObjectKind::kCommit;
  SignedBody first;
  SignedBody second;
  friend bool operator==(const FaultBody&, const FaultBody&) = default;
};

/// Where a node listens: a name or an address of letters, digits, '.', '-' and ':' (no brackets),
/// and a port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
inline constexpr std::size_t kMaxHost = 253;
inline constexpr std::size_t kMaxEndpoints = 4;

/// Where the sender can be reached. Of two the one with the higher counter (header.epoch) holds.
struct AddressBody {
  static constexpr ObjectKind kKind = ObjectKind::kAddress;
  ObjectHeader header;
  std::vector<Endpoint> endpoints;  ///< the best first, no duplicates; none: not to be reached
  friend bool operator==(const AddressBody&, const AddressBody&) = default;
};

using ObjectBody = std::variant<CommitBody, VectorBody, HaveBody, BlockBody, VoteBody, SealBody,
                                FaultBody, AmendmentBody, AddressBody>;

/// The bytes of a body: one of the types above. InvalidArgument, naming the field, where it is out
/// of bounds, a list does not ascend, or it would be too long.
template <class Body>
absl::StatusOr<Bytes> encode_body(const Body& body);

/// Reads exactly what encode_body() gives; anything else is InvalidArgument.
template <class Body>
absl::StatusOr<Body> decode_body(ByteView bytes);

/// The same where the kind is known at run time. A genesis is not among them: its body is the
/// replica's.
absl::StatusOr<Bytes> encode_any_body(const ObjectBody& body);
absl::StatusOr<ObjectBody> decode_any_body(ObjectKind kind, ByteView bytes);
ObjectKind kind_of(const ObjectBody& body);
/// nullptr for a seal, a fault and an amendment.
const ObjectHeader* header_of(const ObjectBody& body);

}  // namespace yuma
