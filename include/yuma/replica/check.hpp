// SPDX-License-Identifier: MIT
#pragma once

// May this object be used in the epoch under way? One function checks any object against a state;
// every engine calls it and nothing else (docs/protocol.md, "What counts"). What a block must hold
// beyond that is for the engine that orders them (seal/).

#include <string>
#include <variant>

#include "yuma/replica/state.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma {

/// Why an object is not used.
enum class ObjectRefusal : std::uint8_t {
  kMalformed,       ///< a body that is none of its kind
  kOtherSubnet,     ///< another network, netuid or mechanism
  kNotMember,       ///< the sender's hotkey is not in the roster
  kNoPower,         ///< the sender has no power
  kPastEpoch,       ///< of an epoch that is over
  kLaterEpoch,      ///< of an epoch that has not begun
  kBadSignature,    ///< not signed by whom it names
  kNotOwner,        ///< a block that the owner did not send
  kOtherParent,     ///< a block on another than the last sealed one
  kNoCommit,        ///< a vector or a bit for a commit that does not wait to be opened
  kNotOpening,      ///< a vector with another hash than its commit
  kTooFewWeights,   ///< fewer than min_allowed_weights
  kWeightTooLarge,  ///< a share above max_weight_limit
  kVersionKey,      ///< below weights_version_key
  kUnknownUid,      ///< lists a uid beyond the last, or one that is no validator
  kNoCommits,       ///< a commit, or bits, where the reveal period is 0
  kNumber,          ///< an amendment that is not the next, a block not after the last
  kNotDue,          ///< an amendment of a later epoch
  kNoQuorum,        ///< an amendment or a seal that too little power signed
  kDoesNotFit,      ///< an amendment that the state cannot take
  kAlreadyCounted,  ///< a fault that has counted
  kNotCounting,     ///< a fault of an epoch in which the sender had no power
};
/// "malformed", "other_subnet", ...: for counters and logs.
std::string_view refusal_name(ObjectRefusal reason);

struct RefusedObject {
  ObjectRefusal reason = ObjectRefusal::kMalformed;
  std::string text;  ///< one line for people, printable
};

/// An object that counts.
struct CheckedObject {
  ObjectKind kind = ObjectKind::kCommit;
  Bytes32 id{};             ///< object_id()
  std::uint64_t epoch = 0;  ///< of its header; of an amendment when it is due
  std::uint16_t uid = 0;    ///< the sender's; of a fault the faulty one's; of an amendment 0
  ObjectBody body;
};

using CheckedOrRefused = std::variant<CheckedObject, RefusedObject>;

/// Judges an object by the state after the seal of e - 1, for epoch e:
///   commit, have, block, vote, seal  of e; a block's parent and sender must be the last sealed
///             block and the owner; a seal's votes must be a quorum
///   vector    of e - 1, it opens a commit of `state`; with reveal period 0 of e
///   fault     of e - 1 or e, of a sender with power then as now, not yet counted
///   amendment the next number, due, signed by a quorum, and the state can take it
///   address   of any member
/// Signatures are verified: one, for seals and amendments one a signer.
CheckedOrRefused check_object(const SealedState& sealed, const Object& object);

/// Whether an amendment is signed as it must be to count: by validators of this state and nobody
/// else, together a quorum, and all signatures hold. Nothing: it is.
std::optional<RefusedObject> check_signatures(const State& state, const SignedAmendment& amendment);

/// Whether the subnet takes these weights of uid: the part of check_object() that whoever chooses
/// weights can ask before they are committed. Nothing: it does.
std::optional<RefusedObject> check_weights(const State& state, std::uint16_t uid,
                                           const VectorBody& vector);

/// The state with an amendment applied at block `number`: of the state after an epoch, whose
/// members with new power have it from the next epoch on. What fits the state before an epoch fits
/// the one after it. FailedPrecondition names the change that does not fit.
absl::StatusOr<State> amend(const State& state, const AmendmentBody& amendment,
                            std::uint64_t number);

}  // namespace yuma
