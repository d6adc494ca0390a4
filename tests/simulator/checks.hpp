// SPDX-License-Identifier: MIT
#pragma once

// What must hold after every step of a run, whatever goes wrong:
//   fork         no two blocks are sealed for one epoch at any honest nodes, also across restarts,
//                nor do two blocks have a quorum of votes anywhere; a sealed one has it
//   state        equal epochs have equal state roots; no honest node stops
//   order        a node seals epoch after epoch and never gives one up
//   two bodies   an honest node signs one body for each kind and epoch
//   signer       an honest node never asks its signer for what that must refuse
//   not kept     what is sent was on disk before, with all that it names
//   inclusion    what all honest validators held or listed in time is in the sealed block
//   number       no block comes before its time, nor ahead of all honest clocks
//   have         a have lists all that its sender holds
//   accused      no fault is found on an honest validator, and no honest owner's block refused
//   memory       a node holds no more than usage_bound() allows
//   ledger       a ledger takes what the engine asks it to keep and gives it back
// and in the end:
//   stuck        everybody healthy seals further epochs, the same ones
//   audit        every ledger's epochs can be recomputed from signed bytes alone

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/simulator/signer.hpp"
#include "tests/simulator/watch.hpp"
#include "yuma/replica/apply.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::simulator {

class Node;
class World;

struct Violation {
  std::string check;  ///< one of those above
  NodeId node = 0;
  Ms time = 0;
  std::string text;
};

/// The most that a node may hold in a subnet with so many validators, whatever the others send.
struct UsageBound {
  std::size_t objects = 0, bytes = 0;
};
/// Whether an object that a node holds is an amendment that does not count yet.
bool is_waiting(const Node& node, const seal::HeldObject& held);

UsageBound usage_bound(std::size_t validators);

class Checks {
 public:
  explicit Checks(World& world) : world_(world) {}

  bool failed() const { return violation_.has_value(); }
  const std::optional<Violation>& violation() const { return violation_; }
  void fail(std::string_view check, NodeId node, std::string text);

  /// The state that all start with; nothing is known of another network's epochs any more.
  void begin(const SealedState& genesis);
  /// Of an honest node.
  void on_start(const Node& node);
  void on_crash(const Node& node);
  void on_actions(const Node& node, const std::vector<seal::Action>& actions);
  void on_kept(const Node& node, const KeepBatch& batch);
  void on_signed(const Node& node, const seal::Sign& sign,
                 const std::variant<Signature, Refuse>& answer);
  void on_send(const Node& node, const seal::Send& send);
  void on_sealed(const Node& node, const seal::Sealed& sealed);
  void on_notice(const Node& node, const seal::Notice& notice);
  /// Of a liar: what it signs or pushes.
  void on_said(const Node& liar, const Bytes& object);

  /// Recomputes what an honest node has in its ledger.
  void audit(const Node& node);

  const SealedEpoch* sealed(std::uint64_t epoch) const;
  /// The last one that an honest node has sealed.
  std::uint64_t last_epoch() const { return epochs_.rbegin()->first; }

 private:
  void check_usage(const Node& node);
  void check_have(const Node& node, const HaveBody& have);
  void check_named_are_kept(const Node& node, const ObjectBody& body);
  void check_block_is_kept(const Node& node, const BlockBody& block);
  void need_kept(const Node& node, const Bytes32& id, std::string_view what);
  void record_seal(const Node& node, const KeptSeal& seal);
  /// What the clocks of honest nodes showed at most, but for `without` and unreliable ones.
  std::uint64_t latest_clock(std::optional<NodeId> without) const;
  void check_number(const Node& node, const BlockBody& block);
  void check_own_number(const Node& owner, const BlockBody& block);
  void check_votes(const Node& node, std::uint64_t epoch, const Bytes32& block_id);
  void check_inclusion(const Node& node, std::uint64_t epoch, const BlockBody& block);
  void count_vote(const Node& node, const VoteBody& vote);
  /// What all honest validators hold when the first of them says what it has.
  void note_held(const Node& first, std::uint64_t epoch);
  bool is_liars_key(const PublicKey& key) const;

  World& world_;
  std::optional<Violation> violation_;
  std::map<std::uint64_t, SealedEpoch> epochs_;
  std::map<NodeId, std::uint64_t> last_kept_;
  BodyWatch bodies_;
  VoteWatch votes_;
  std::map<std::uint64_t, Held> held_;  // by the epoch under way
  std::map<NodeId, std::set<Bytes32>> sent_;
  EpochWorkspace workspace_;
};

}  // namespace yuma::simulator
