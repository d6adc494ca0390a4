// SPDX-License-Identifier: MIT
#pragma once

// The agreement thread of a node: it owns the engine, the ledger and the address book, hands events
// to the engine one after the other, and does the actions of each in their order. Disk and signer
// may block here; nothing of the network is here.

#include <atomic>
#include <deque>
#include <memory>
#include <set>
#include <thread>

#include "subnet/inbox.hpp"
#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/engine.hpp"
#include "yuma/subnet/node.hpp"

namespace yuma::subnet {

/// What is seen of the agreement after each event.
struct AgreementView {
  std::shared_ptr<const SealedState> sealed;
  std::uint64_t first_epoch = 0;
  std::optional<std::uint16_t> uid;
  bool votes = false;
  seal::Status status;
  std::shared_ptr<const Addresses> addresses;
  Bytes32 addresses_digest{};
  bool weights_sent = false;
  seal::Engine::Usage usage;
  std::size_t waiting = 0;  ///< items of peers
  // Why it does not do all that it should; empty: it does.
  std::string stopped, disk, signer, clock;
};

/// Called on the agreement thread.
class AgreementOutput {
 public:
  virtual ~AgreementOutput() = default;
  virtual void send(std::vector<PublicKey> to, Bytes object) = 0;
  virtual void pull(PublicKey from, std::vector<Bytes32> ids) = 0;
  virtual void pull_seal(PublicKey from, std::uint64_t epoch) = 0;
  virtual void ask_status(PublicKey peer) = 0;
  virtual void sealed(std::shared_ptr<const SealedEpoch> epoch) = 0;
  virtual void notice(NodeNotice notice) = 0;
  virtual void show(std::shared_ptr<const AgreementView> view) = 0;
  /// The last call: everything that waited is done.
  virtual void ended() = 0;
};

class Agreement {
 public:
  /// `options` and `signer` outlive it.
  Agreement(const NodeOptions& options, Signer& signer, std::unique_ptr<Ledger> ledger,
            Restored restored, AgreementOutput& output);
  /// Stops at once.
  ~Agreement();

  void start();
  /// Ends once everything that waits is done, or at stop().
  void close() { inbox_->close(); }
  /// Ends after what is under way.
  void stop();

  Inbox& inbox() { return *inbox_; }
  std::shared_ptr<const AgreementView> first_view() const { return view_; }

 private:
  using Steady = std::chrono::steady_clock;

  // agreement.cpp: events and their order
  void run();
  Steady::time_point next_wake() const;
  void look_at_clock();
  void take(Inbox::Item item);
  void take(OwnItem item);
  void take(PeerItem item);
  void handle(seal::Event event);
  void perform_all(std::vector<seal::Action> actions);
  void stop_for_good(std::string why);
  void say(NodeNotice::Kind kind, std::string text, std::optional<std::uint16_t> uid = {});
  void show(bool now);

  // agreement_actions.cpp. False: nothing after it may be done.
  bool perform(seal::Keep& keep);
  bool perform(seal::Sign& sign);
  bool perform(seal::Send& send);
  bool perform(seal::Pull& pull);
  bool perform(seal::PullSeal& pull);
  bool perform(seal::AskStatus& ask);
  bool perform(seal::StartTimer& timer);
  bool perform(seal::Sealed& sealed);
  bool perform(seal::Notice& notice);
  bool keep(const KeepBatch& batch);
  void sign(ObjectKind kind, const Bytes& body);
  void signed_now(SignedNow item);
  std::vector<PublicKey> other_validators() const;
  std::optional<PublicKey> hotkey_of(std::uint16_t uid) const;

  // agreement_addresses.cpp
  void take_address(const PublicKey& from, const Object& object);
  void announce();
  void take_own_address(const Bytes& body, const Signature& signature);
  void save_addresses();

  // agreement_answers.cpp
  void answer(const Question& question);
  std::optional<Bytes> find_bytes(const Bytes32& id) const;
  ExchangeAnswer pulled(const std::vector<Bytes32>& ids) const;
  ExchangeAnswer seal_with_bodies(std::uint64_t epoch) const;

  const NodeOptions& options_;
  Signer& signer_;
  std::unique_ptr<Ledger> ledger_;
  std::uint64_t first_epoch_ = 0;
  AgreementOutput& output_;
  std::shared_ptr<Inbox> inbox_;
  seal::Engine engine_;
  AddressBook book_;
  BlockClock clock_;
  ClockGuard guard_;
  std::thread thread_;

  std::shared_ptr<const SealedState> sealed_;
  std::optional<KeptSeal> kept_seal_;  ///< of the Sealed that follows
  std::optional<std::uint64_t> last_number_;
  std::optional<Steady::time_point> timer_;
  std::set<std::pair<ObjectKind, Bytes>> being_signed_;
  bool book_changed_ = false;
  bool own_address_refused_ = false;  ///< until the next epoch
  std::string stopped_, disk_, signer_problem_, clock_problem_;
  Steady::time_point clock_problem_until_, shown_;
  std::shared_ptr<const AgreementView> view_;
};

}  // namespace yuma::subnet
