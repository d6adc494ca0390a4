// SPDX-License-Identifier: MIT
#pragma once

// The engine's memory and its steps. Each source file holds one part:
//   engine.cpp    events, the order of the steps, from one epoch to the next
//   receive.cpp   objects that come in
//   speak.cpp     what this node says: commits, vectors, haves, and signing at all
//   collect.cpp   the owner's block
//   vote.cpp      judging blocks, counting votes, sealing
//   exchange.cpp  statuses and pulls

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "seal/pool.hpp"
#include "yuma/seal/block.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::seal {

/// Amendments with later numbers or due later that a node keeps for then.
inline constexpr std::uint64_t kMaxWaiting = 8;

/// Of what one peer sent in an epoch so many ids are remembered that were of no use. An honest one
/// does not hold as much: nothing but what is wanted is pulled of it then.
inline constexpr std::size_t kMaxDroppedOfOne = 1024;

struct Engine::Impl {
  EngineOptions options;
  SealedState sealed;
  Bytes last_seal;  ///< encode_object(); empty at the genesis and at a checkpoint
  EpochWorkspace workspace;
  bool stopped = false;
  std::uint64_t clock = 0;  ///< block number of the own clock; 0: not known yet
  std::size_t signatures = 0;

  // Of the state, since a roster is long: looked up once an epoch.
  std::optional<std::uint16_t> own;  ///< uid of options.own, where it has power
  std::uint64_t total = 0;           ///< power

  // The epoch under way.
  ObjectPool pool;
  /// Named, and not held when that was seen; with how often it was asked for.
  std::map<Bytes32, std::size_t> wanted;
  std::set<Bytes32> useless;  ///< wanted, came, and do not count: nothing that names them can
  /// Came, and were of no use: not pulled again unless they are wanted. With how many each peer
  /// sent of them.
  std::set<Bytes32> dropped;
  std::map<std::uint16_t, std::size_t> dropped_of;
  std::set<Bytes32> refused_blocks;
  bool no_block = false;  ///< the owner cannot make one, and that was told
  /// Vectors that a third of the haves list, by uid: what each peer that was asked gives as their
  /// id. One may lie, so no answer is relied upon alone.
  struct Offer {
    Bytes32 id{};
    bool asked = false;  ///< since all were asked last
  };
  std::map<std::uint16_t, std::map<std::uint16_t, Offer>> offers;
  struct Candidate {
    SealBody seal;
    BlockBody block;
    Bytes32 block_id{};
    std::optional<std::uint16_t> from;  ///< who has what it names
  };
  std::optional<Candidate> candidate;  ///< a seal of this epoch that waits for what it names
  struct Computed {
    Bytes32 block_id{};
    EpochOutcome outcome;
    Bytes32 state_root{};
  };
  std::optional<Computed> computed;  ///< by the block that was judged or made last

  // Beside it.
  std::map<std::pair<ObjectKind, std::uint64_t>, Bytes> intents;  ///< by kind and epoch
  std::optional<WeightsChosen> weights;                           ///< not committed yet
  /// Objects that may count after the next seal: one of each sender and kind.
  std::map<std::pair<ObjectKind, std::uint16_t>, Object> early;
  /// Amendments of later numbers or due later, by number: they count but for that.
  struct Waiting {
    Bytes32 id{};
    Object amendment;
    std::size_t bytes = 0;  ///< of its encoding
    bool kept = false;      ///< on disk, with these signatures
  };
  std::map<std::uint64_t, Waiting> waiting;
  /// What was taken of the epoch sealed last: a second body is a fault still.
  std::map<std::pair<ObjectKind, std::uint16_t>, SignedObject> previous;

  // Until the timer fires.
  std::set<std::pair<ObjectKind, std::uint64_t>> asked_to_sign;
  std::set<Bytes32> pulled;
  std::map<std::uint16_t, std::size_t> pulled_from;   ///< how many ids of each peer
  std::map<std::uint16_t, std::size_t> offers_taken;  ///< of how many peers each vector was pulled
  std::set<std::uint16_t> asked_status;
  std::set<std::uint16_t> answered;  ///< who was sent the last seal
  bool pulled_seal = false;

  // Of the peers.
  std::map<std::uint16_t, std::uint64_t> ahead;    ///< the last epoch that they seem to have sealed
  bool wants_numbers = false;                      ///< the owner is ready to make the block
  std::map<std::uint16_t, std::uint64_t> numbers;  ///< block numbers that they showed since
  bool none_came = false;                          ///< of this epoch, of whom it was pulled first
  std::size_t turn = 0;                            ///< whose turn it is to be asked
  bool quiet = false;                              ///< what comes in has been here before

  std::vector<Action> out;

  Impl(EngineOptions given, Restored restored);

  const State& state() const { return sealed.state; }
  std::uint64_t epoch() const { return sealed.state.epoch + 1; }
  /// After the state has changed.
  void look_up();
  /// Looks into the pool.
  FindChecked finder() const;
  bool waits(const Bytes32& id) const;
  ObjectHeader header(std::uint64_t of_epoch) const {
    return {state().subnet, of_epoch, *options.own};
  }
  void notice(Notice::Kind kind, std::uint16_t uid, std::string text, std::string_view reason = {});

  // engine.cpp
  void start(const std::vector<KeptObject>& kept);
  void on(const ObjectReceived& event);
  void on(const StatusReceived& event);
  void on(const ClockAt& event);
  void on(const TimerFired& event);
  void on(const BodySigned& event);
  void on(const WeightsChosen& event);
  void progress();
  void advance(EpochOutcome outcome);

  // receive.cpp
  void receive(std::optional<std::uint16_t> from, const Object& object, bool kept = false);
  void receive_seal(std::optional<std::uint16_t> from, const SealBody& seal);
  void take(std::optional<std::uint16_t> from, CheckedObject checked, const Object& object,
            bool kept);
  void take_fault(std::optional<std::uint16_t> from, CheckedObject checked, const Object& object,
                  bool kept);
  void drop(std::optional<std::uint16_t> from, const Bytes32& id);
  void make_fault(ObjectKind kind, const SignedObject& one, const SignedObject& other);
  void not_now(std::optional<std::uint16_t> from, const Object& object, const Bytes32& id,
               const RefusedObject& refused, bool kept);
  void keep_early(const SignedObject& object, const ObjectHeader& header);
  void keep_waiting(std::optional<std::uint16_t> from, const SignedAmendment& amendment,
                    const Bytes32& id, bool kept);
  void receive_waiting(SignedAmendment amendment, bool kept);

  // speak.cpp
  const Bytes* intent(ObjectKind kind, std::uint64_t of_epoch) const;
  /// Keeps a body that will be signed with what it names, then has it signed.
  template <class Body>
  void intend(const Body& body, const std::vector<Bytes32>& named);
  /// Adds what is held and not kept yet.
  void add_to(KeepBatch& batch, const std::vector<Bytes32>& ids);
  void ask_to_sign(ObjectKind kind, std::uint64_t of_epoch);
  void sign_what_is_due();
  bool opens_commit(const Bytes& body) const;
  void commit_weights();
  void send_have();
  HaveBody make_have() const;
  void keep_and_send(const SignedObject& object);

  // collect.cpp
  void make_block();
  bool holds_all(const Demands& demands, const std::vector<const HaveBody*>& haves);
  std::optional<std::uint64_t> block_number(const std::vector<const HeldEntry*>& haves);

  // vote.cpp
  void judge_blocks();
  void judge(const HeldEntry& held);
  const Computed* compute(const Bytes32& block_id, const EpochInputs& inputs);
  void count_votes();
  void stop(std::string_view why);
  /// True where an epoch was sealed and the next has begun.
  bool seal_epoch();

  // exchange.cpp
  void want(const std::vector<Bytes32>& ids, const std::vector<std::uint16_t>& holders);
  /// Unless they were pulled already; `again`: also then.
  void pull(std::uint16_t peer, const std::vector<Bytes32>& ids, bool again = false);
  void pull_lacking(std::uint16_t peer, const std::vector<HeldObject>& held);
  void hear_offers(std::uint16_t peer, const std::vector<HeldObject>& held);
  void pull_offered();
  void ask_status(std::uint16_t peer);
  void seems_ahead(std::optional<std::uint16_t> peer, std::uint64_t sealed_epoch);
  void pull_next_seal();
  bool seems_sealed() const;
  void answer_with_seal(std::uint16_t peer);
  bool lacks(const HeldObject& held) const;
  void next_round();
  Status status() const;
};

}  // namespace yuma::seal
