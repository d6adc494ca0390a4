// SPDX-License-Identifier: MIT
#pragma once

// What can be seen of a running node: a snapshot that never changes, to be read in any thread; for
// pages, tables, metrics and whoever chooses weights. Nothing in it is a secret: what is not sealed
// yet shows only as ids.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "yuma/consensus/result.hpp"
#include "yuma/seal/messages.hpp"
#include "yuma/subnet/address_book.hpp"

namespace yuma::subnet {

/// One epoch that was sealed while this process ran (also one that was only caught up with).
struct SealedEpoch {
  std::uint64_t epoch = 0;
  std::shared_ptr<const SealedState> before, after;
  BlockBody block;
  std::vector<std::uint16_t> voters;  ///< uids whose votes are in the seal, ascending
  Bytes32 block_id{}, state_root{};
  EpochResult terms;
  std::uint64_t unix_ms = 0;  ///< when this node had it
};

/// Something for people: what went wrong or was seen to be wrong.
struct NodeNotice {
  /// Names are notice_name().
  enum class Kind : std::uint8_t {
    kFault,          ///< a validator signed two bodies
    kRefusedObject,  ///< counted in NodeView::refusals; the text is the last one's
    kRefusedBlock,
    kTwoBlocks,
    kStateDiffers,  ///< this node has stopped
    kMissed,        ///< our vector was not in its block
    kDisk,          ///< what must be kept could not be: nothing is signed until it can
    kSigner,        ///< the signer refuses or is away
    kClock,         ///< the clock was set, or is far from the others'
    kPeer,          ///< a peer answers wrongly
    kNode,          ///< anything else about this node
  };
  Kind kind = Kind::kNode;
  std::uint64_t unix_ms = 0;   ///< the last time
  std::uint64_t first_ms = 0;  ///< the first time
  std::uint64_t times = 1;     ///< the same text in a row counts as one
  std::uint64_t epoch = 0;     ///< under way
  std::optional<std::uint16_t> uid;
  std::string reason;  ///< of a refusal its name, for counters: "bad_signature"; else empty
  std::string text;    ///< one line, printable
};
/// "fault", "refused_object", ...: for counters and logs.
std::string_view notice_name(NodeNotice::Kind kind);

/// Another validator as this node sees it.
struct PeerView {
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::vector<Endpoint> endpoints;  ///< empty: not known

  std::optional<std::uint64_t> answered_ms;   ///< Unix time of its last status
  std::optional<std::uint64_t> sealed_epoch;  ///< in it
  std::optional<std::int64_t> blocks_ahead;   ///< of its clock against ours, when it came
  std::optional<std::uint64_t> heard_ms;      ///< when it last sent us something
  std::chrono::microseconds round_trip{0};    ///< of the last status
  std::uint64_t calls = 0, failures = 0;      ///< of ours to it
  std::uint64_t dropped = 0;  ///< objects not sent: its queue was full, or a push failed
  std::size_t queued = 0;     ///< objects that wait to be sent to it
  std::string last_error;     ///< of a call; empty after a good one
};

/// Whether this node does what it is there for.
struct NodeHealth {
  /// Open, not stopped, keeps what it must, and not known to be behind others.
  bool ready = false;
  /// What is wrong or needs care, one line each with what to do; may be there while ready.
  std::vector<std::string> problems;
};

struct NodeView {
  std::uint64_t unix_ms = 0;  ///< when this was made
  PublicKey hotkey;
  std::optional<std::uint16_t> uid;  ///< in the roster
  bool votes = false;                ///< has power and votes; else it follows

  std::shared_ptr<const SealedState> sealed;
  std::uint64_t first_epoch = 0;  ///< the ledger goes back to here
  /// Of `sealed`; null where this process has not seen it sealed.
  std::shared_ptr<const SealedEpoch> last;
  /// Since the last seal was had, or since the start.
  std::chrono::milliseconds since_seal{0};

  seal::Status status;
  std::uint64_t block = 0;  ///< of the own clock, now
  std::uint64_t due = 0;    ///< block at which the epoch under way is due
  /// Has this node committed (reveal period 0: given) its weights for the epoch under way?
  bool weights_chosen = false, weights_sent = false;

  std::shared_ptr<const Addresses> addresses;
  std::vector<PeerView> peers;  ///< validators but for this one, ascending by uid

  std::map<std::string, std::uint64_t> refusals;  ///< by reason, since the start
  std::vector<NodeNotice> notices;                ///< the last kMaxNotices, the oldest first
  std::map<std::string, std::uint64_t> counters;  ///< for metrics: names as metrics have them
  NodeHealth health;
};
inline constexpr std::size_t kMaxNotices = 200;

}  // namespace yuma::subnet
