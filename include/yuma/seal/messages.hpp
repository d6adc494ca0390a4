// SPDX-License-Identifier: MIT
#pragma once

// What goes into the seal engine and what comes out of it. Whoever drives it does the actions of
// one answer in their order and ends one before the next begins. Where a Keep fails, nothing after
// it is done, and nothing is signed or sent any more until it succeeds.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "yuma/consensus/result.hpp"
#include "yuma/replica/check.hpp"
#include "yuma/replica/kept.hpp"

namespace yuma::seal {

/// One object that a node holds for the epoch under way.
struct HeldObject {
  ObjectKind kind = ObjectKind::kCommit;
  std::uint16_t uid = 0;  ///< as in CheckedObject
  Bytes32 id{};
  friend bool operator==(const HeldObject&, const HeldObject&) = default;
};

/// What a node answers when it is asked how far it is.
struct Status {
  std::uint64_t sealed_epoch = 0;
  Bytes32 sealed_block{};          ///< id
  std::uint64_t block_number = 0;  ///< of its own clock
  std::vector<HeldObject> held;    ///< for the epoch under way, and amendments that wait
};

// Events.

/// From a peer, or, without `from`, from this node's operator.
struct ObjectReceived {
  std::optional<std::uint16_t> from;  ///< uid of the peer that sent it, not of its signer
  Object object;
};
struct StatusReceived {
  std::uint16_t from = 0;
  Status status;
};
/// The own clock stands at this block; a clock that was set back may show a smaller one than
/// before. At least once each block.
struct ClockAt {
  std::uint64_t number = 0;
};
/// The time of a StartTimer is over.
struct TimerFired {};
/// The answer to a Sign: the body it was asked for and its signature.
struct BodySigned {
  SignedObject object;
};
/// Weights for the next commit, or, with reveal period 0, the next vector. The salt has to be
/// random and new each time. Later weights replace earlier ones until they are committed.
struct WeightsChosen {
  std::uint64_t version_key = 0;
  std::vector<std::uint16_t> salt;
  std::vector<std::uint16_t> uids;    ///< ascending
  std::vector<std::uint16_t> values;  ///< as many
};
using Event =
    std::variant<ObjectReceived, StatusReceived, ClockAt, TimerFired, BodySigned, WeightsChosen>;

// Actions.

/// Store this, synced, before anything after it.
struct Keep {
  KeepBatch batch;
};
/// Have the body signed and answer with BodySigned, soon or after a failure as soon as possible.
struct Sign {
  ObjectKind kind = ObjectKind::kCommit;
  Bytes body;
};
/// Send an object to a peer or, without `to`, to every member with power. May get lost.
struct Send {
  std::optional<std::uint16_t> to;
  Bytes object;  ///< encode_object()
};
/// Ask a peer for objects by id, or for the seal of an epoch with all that its block names.
struct Pull {
  std::uint16_t from = 0;
  std::vector<Bytes32> ids;
};
struct PullSeal {
  std::uint16_t from = 0;
  std::uint64_t epoch = 0;
};
/// Ask a peer how far it is.
struct AskStatus {
  std::uint16_t peer = 0;
};
/// Fire a TimerFired in about so many milliseconds; one runs at a time.
struct StartTimer {
  std::uint32_t milliseconds = 0;
};
/// An epoch is sealed, kept and applied.
struct Sealed {
  std::uint64_t epoch = 0;
  Bytes32 block_id{};
  Bytes32 state_root{};
  EpochResult terms;
};
/// For people: what happened that they may want to know or mend.
struct Notice {
  enum class Kind : std::uint8_t {
    kFault,          ///< two bodies of one sender: kept
    kRefusedObject,  ///< counted by reason
    kRefusedBlock,   ///< no vote for it, with the reason
    kTwoBlocks,      ///< the owner sent two: this epoch may not be sealed
    kStateDiffers,   ///< what is sealed is refused or computes another state: this node has stopped
    kMissed,         ///< our own vector was not in the block that should have held it
  };
  Kind kind = Kind::kRefusedObject;
  std::uint64_t epoch = 0;
  std::uint16_t uid = 0;  ///< of whom it speaks
  std::string text;       ///< one line, printable
  /// Of refusals refusal_name(), for counters; empty where there is none.
  std::string_view reason = {};
};
using Action =
    std::variant<Keep, Sign, Send, Pull, PullSeal, AskStatus, StartTimer, Sealed, Notice>;

}  // namespace yuma::seal
