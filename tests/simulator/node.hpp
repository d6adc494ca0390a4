// SPDX-License-Identifier: MIT
#pragma once

// A node: the real engine, a real ledger, a signer, and the host that does what the engine asks
// for, one action after the other, as the daemon will. It can crash between any two actions; then
// the memory is gone, ledger and signer stay.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <variant>

#include "tests/simulator/clock.hpp"
#include "tests/simulator/message.hpp"
#include "tests/simulator/signer.hpp"
#include "tests/simulator/streams.hpp"
#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/engine.hpp"

namespace yuma::simulator {

class World;
class Liar;

class Node {
 public:
  struct Setup {
    NodeId id = 0;
    NodeId keys_of = 0;  ///< whose keys it has: of a twin not its own
    bool honest = true;
    std::unique_ptr<Ledger> ledger;
  };
  Node(World& world, Setup setup);
  ~Node();

  NodeId id() const { return id_; }
  NodeId keys_of() const { return keys_of_; }
  bool honest() const { return honest_; }
  bool up() const { return engine_.has_value(); }
  /// The latest block number that its clock ever showed.
  std::uint64_t latest_number() const { return latest_number_; }
  const seal::Engine& engine() const { return *engine_; }
  const Ledger& ledger() const { return *ledger_; }
  const KeyPair& key() const;
  /// The one that it will have after the next change of its hotkey.
  PublicKey next_key() const;
  /// Whether this is its key or was.
  bool owns(const PublicKey& key) const;
  Liar* liar() { return liar_.get(); }

  /// Whether an object is on its disk.
  bool kept(const Bytes32& id) const;
  bool kept_seal(std::uint64_t epoch) const;

  void start();
  void crash();
  /// Starts again at `time`, unless it runs by then.
  void start_at(Ms time);
  /// Crashes at a point of its work, at the latest when `fault` ends, and comes back then.
  void arm(const Fault& fault);
  /// Whether it has not crashed by this fault yet; then it will not.
  bool disarm(const Fault& fault);

  // Faults of one node begin and end.
  void begin(const Fault& fault);
  void end(const Fault& fault);
  /// All faults are over: what was down starts, what was full is empty.
  void heal();

  /// On another network: what it knew of the old one is put away, what it signed is not forgotten.
  void begin_anew(std::unique_ptr<Ledger> ledger);

  /// From now on it signs with its next key.
  void use_next_key();
  /// Of a twin: the key that the other one has now.
  void take_keys_of(const Node& other) { generation_ = other.generation_; }
  SimulatedSigner& signer();

  void receive(Envelope envelope);
  void choose_weights(seal::WeightsChosen weights);
  /// From the node's operator.
  void hand_in(Object object);
  void send(NodeId to, Message message);

 private:
  using Incoming = std::variant<seal::Event, Envelope>;

  // node.cpp: life and the order of things
  bool lives(std::uint64_t life) const { return up() && life == life_; }
  void tick(std::uint64_t life);
  void pump();
  void take(Incoming incoming);
  void handle(seal::Event event);
  void add_actions(std::vector<seal::Action> actions);
  bool crash_point(const seal::Action& action, bool after);
  /// False where the node waits or is gone.
  bool perform_next();
  bool keep_takes_time();
  void wait_and_go_on(Ms delay);

  // node_actions.cpp: the actions
  bool perform(const seal::Keep& keep);
  bool perform(const seal::Sign& sign);
  bool perform(const seal::Send& send);
  bool perform(const seal::Pull& pull);
  bool perform(const seal::PullSeal& pull);
  bool perform(const seal::AskStatus& ask);
  bool perform(const seal::StartTimer& timer);
  bool perform(const seal::Sealed& sealed);
  bool perform(const seal::Notice& notice);
  void ask_signer(const seal::Sign& sign);
  std::optional<NodeId> peer(std::uint16_t uid) const;
  absl::Status write(KeepBatch batch);

  // node_answers.cpp: what comes over the network
  void take(const Envelope& envelope);
  void hand_over(std::uint16_t from, const std::vector<Bytes>& objects);
  std::optional<Bytes> find_bytes(const Bytes32& id) const;
  std::vector<Bytes> seal_with_bodies(std::uint64_t epoch) const;

  World& world_;
  NodeId id_, keys_of_;
  bool honest_;
  std::unique_ptr<Ledger> ledger_;
  std::map<std::uint32_t, SimulatedSigner> signers_;
  std::unique_ptr<Liar> liar_;
  Clock clock_;
  Random random_;
  std::uint32_t generation_ = 0;  // of its key

  // Lost in a crash.
  std::optional<seal::Engine> engine_;
  std::deque<Incoming> inbox_;
  std::deque<seal::Action> todo_;
  std::vector<seal::Sign> to_sign_;  // when the signer is back
  std::uint64_t life_ = 0, timer_ = 0;
  std::uint64_t last_number_ = 0;
  bool waiting_ = false, waited_for_disk_ = false;

  // Faults under way.
  struct ArmedCrash {
    CrashPoint point;
    std::uint64_t left = 0;
    std::size_t fault = 0;
    Ms back = 0;
  };
  std::optional<ArmedCrash> armed_;
  int full_disks_ = 0, signers_off_ = 0;
  std::vector<Fault> slow_disks_;
  std::optional<KeepBatch> unsynced_;  // of a disk that lies: Mutant::kLoseLastKeep
  std::uint64_t latest_number_ = 0;
};

}  // namespace yuma::simulator
