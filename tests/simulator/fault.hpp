// SPDX-License-Identifier: MIT
#pragma once

// One entry of the schedule of faults: what goes wrong, to whom, and when. A schedule is decided
// before a run starts, so that entries can be left out to see which of them a failure needs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/event_queue.hpp"
#include "yuma/wire/object_header.hpp"

namespace yuma::simulator {

/// Validators of the genesis are 0, 1, ... as in Scenario::validators; who comes later, and the
/// second engine of a twin, follow.
using NodeId = std::uint16_t;

enum class FaultKind : std::uint8_t {
  kCrash,        ///< of a node, at a point of its work; `until` is the restart
  kBlackout,     ///< of all nodes
  kPartition,    ///< `what`: a Split
  kLoss,         ///< `amount` percent of all messages
  kDuplication,  ///< `amount` percent
  kSlowNetwork,  ///< each message up to `amount` ms later: reordered
  kClockJump,    ///< a node's clock, by `amount` ms, two's complement
  kClockDrift,   ///< by `amount` millionths, two's complement
  kDiskFull,
  kSlowDisk,  ///< each write takes up to `amount` ms
  kSignerDown,
  kLie,        ///< of a liar; `what`: a Lie; `amount` percent of what it could be about
  kTwin,       ///< of a liar: a second engine with its key serves one half of the others
  kJoin,       ///< a node joins late; `what`: a Join
  kAmendment,  ///< operators propose one; `what`: an AmendmentKind
};
std::string_view fault_name(FaultKind kind);

enum class Split : std::uint8_t { kHalves, kOneWay, kOneAlone, kOwnerAlone, kEachAlone };
inline constexpr std::size_t kSplits = 5;
std::string_view split_name(Split split);

enum class Join : std::uint8_t { kFromGenesis, kFromCheckpoint };
std::string_view join_name(Join join);

enum class AmendmentKind : std::uint8_t {
  kRegister,
  kReplaceHotkey,
  kRemove,
  kPower,
  kOwner,
  kRevealPeriod,
  kTempo,
  kHaveWait,
  kOtherParameter,
  kRuleVersion,
  kSize,
  kSeveral,  ///< changes of several kinds in one
};
inline constexpr std::size_t kAmendmentKinds = 12;
std::string_view amendment_name(AmendmentKind kind);

/// What a liar may do. Those about the owner's block come last.
enum class Lie : std::uint8_t {
  kTwoCommits,       ///< another commit to half of the nodes, or both to all
  kTwoVectors,       ///< the same with vectors: the second opens nothing
  kTwoHaves,         ///< the same with haves
  kTwoVotes,         ///< the same with votes
  kShowToSome,       ///< commits and vectors go to some nodes only
  kLastMoment,       ///< and only when the first have was seen
  kWithhold,         ///< commits whose vectors are never shown
  kOutOfBounds,      ///< commits to vectors that do not count
  kNotOpening,       ///< vectors that open nothing
  kFalseHave,        ///< lists what nobody has, or not what it has
  kVoteForAll,       ///< votes for every block that it sees
  kBrokenSignature,  ///< known bodies with wrong signatures
  kGarbage,          ///< bytes that are no object, or nearly one
  kReplay,           ///< what was said long ago
  kOtherNetwork,     ///< signed for another network, mechanism or epoch
  kForeignName,      ///< in the name of others
  kMadeUpFault,      ///< accusations without proof, and true ones of itself
  kBadAmendment,     ///< amendments with too few signatures, or none that hold
  kMadeUpSeal,       ///< seals of blocks that nobody voted for
  kFlood,            ///< many different bodies for each place
  kFalseStatus,      ///< another block number, epoch, ids that nobody holds
  kWrongAnswers,     ///< answers that nobody asked for, or none
  kOwnerSilent,
  kOwnerToSome,        ///< the block goes to some nodes only
  kOwnerLeavesOut,     ///< without something that it held
  kOwnerWrongRoot,     ///< another state root
  kOwnerTwoBlocks,     ///< two that are both right, to halves
  kOwnerWrongParent,   ///< on another block
  kOwnerWrongNumber,   ///< too early or far ahead
  kOwnerNamesNothing,  ///< names what nobody has
};
inline constexpr std::size_t kLies = 30;
inline constexpr Lie kFirstOwnerLie = Lie::kOwnerSilent;
std::string_view lie_name(Lie lie);
std::optional<Lie> lie_of_name(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::kCrash;
  Ms from = 0, until = 0;
  NodeId node = 0;
  std::uint8_t what = 0;
  std::uint64_t amount = 0;
  std::size_t index = 0;  ///< in the whole schedule, also where others are left out
};

/// "#7  crash of node 2 from 34.500 s to 41.200 s: after a vote is kept (1)".
std::string fault_text(const Fault& fault);

/// A step of a node's work.
enum class Step : std::uint8_t { kAny, kKeepIntent, kKeepObject, kKeepSeal, kSign, kSend, kSealed };

/// Where in its work a node crashes: just before or just after a step about an object of a kind
/// (of kAny, kKeepSeal and kSealed: any). Fault::amount says at which one of these.
struct CrashPoint {
  bool after = false;
  Step step = Step::kAny;
  ObjectKind kind = ObjectKind::kCommit;
};
/// Fault::what of a crash is an index into this.
const std::vector<CrashPoint>& crash_points();

}  // namespace yuma::simulator
