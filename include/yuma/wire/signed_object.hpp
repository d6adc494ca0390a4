// SPDX-License-Identifier: MIT
#pragma once

// Objects as they are sent and stored: a kind, a body and its signatures (docs/protocol.md).

#include <variant>
#include <vector>

#include "yuma/wire/objects.hpp"

namespace yuma {

/// A commit, vector, have, block, vote or address with the signature of the sender that it names.
struct SignedObject {
  ObjectKind kind = ObjectKind::kCommit;
  Bytes body;
  Signature signature{};
  friend bool operator==(const SignedObject&, const SignedObject&) = default;
};

/// Signers ascend by scheme and key; there may be none yet.
struct SignedAmendment {
  Bytes body;
  std::vector<Endorsement> signatures;
  friend bool operator==(const SignedAmendment&, const SignedAmendment&) = default;
};

using Object = std::variant<SignedObject, SignedAmendment, SealBody, FaultBody>;

/// Kind, body, signatures. InvalidArgument where a body is none of its kind.
absl::StatusOr<Bytes> encode_object(const Object& object);
/// Reads exactly what encode_object() gives, the body too; signatures are not checked.
absl::StatusOr<Object> decode_object(ByteView bytes);

/// The id of a fault: over its kind and the two bodies without their signatures, of which a body
/// can have many. So the same fault has the same id wherever it was seen.
Bytes32 fault_id(const FaultBody& fault);

/// The id of its body, of a fault fault_id().
absl::StatusOr<Bytes32> object_id(const Object& object);

/// Encodes and signs a body; it must name the signer as its sender.
template <class Body>
absl::StatusOr<SignedObject> sign_object(const Body& body, Signer& signer);

/// Whether the signature is the one of the sender that the body names. A body that cannot be read
/// has none. Whether that sender may speak at all is for the roster to say.
bool verify_object(const SignedObject& object);

/// One signature of an amendment.
absl::StatusOr<Endorsement> endorse(const AmendmentBody& amendment, Signer& signer);

/// The vote of a signer for a block.
VoteBody vote_for(const BlockBody& block, const Bytes32& block_id, const PublicKey& sender);

/// Whether the block is signed by its sender and every vote by its signer. Whether they are a
/// quorum is for the state to say.
bool verify_seal(const SealBody& seal);

/// Whether both bodies are signed by their sender.
bool verify_fault(const FaultBody& fault);

}  // namespace yuma
