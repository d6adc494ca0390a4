// SPDX-License-Identifier: MIT
#pragma once

// A node's parts, on the network thread. Each source file holds one:
//   open_ledger.cpp   what a node starts from
//   node.cpp          life: start, drain, end; what the agreement thread says
//   node_answers.cpp  requests of other nodes
//   node_view.cpp     what can be seen

#include <deque>
#include <list>

#include "absl/strings/string_view.h"
#include "subnet/agreement.hpp"
#include "subnet/peers.hpp"
#include "subnet/roster.hpp"

namespace yuma::subnet {

/// The ledger that the options ask for, opened or made.
absl::StatusOr<std::unique_ptr<Ledger>> open_ledger(const NodeOptions& options);
/// FailedPrecondition where what it holds is too old to go on without a checkpoint, or against it.
absl::Status check_past(const NodeOptions& options, const Ledger& ledger, const SealedState& last);

template <class Handler>
using Handlers = std::list<std::weak_ptr<Handler>>;

struct Node::Impl final : AgreementOutput, std::enable_shared_from_this<Node::Impl> {
  asio::io_context& io;
  NodeOptions options;
  Signer& signer;
  BlockClock clock;
  std::shared_ptr<Peers> peers;
  std::unique_ptr<Agreement> agreement;
  asio::steady_timer every;        ///< of refresh_now_and_then()
  asio::steady_timer until_ended;  ///< cancelled by ended()

  bool started = false, stopped = false, draining = false, has_ended = false;
  std::shared_ptr<const AgreementView> seen;
  std::shared_ptr<Shared<Roster>> roster = std::make_shared<Shared<Roster>>();
  Shared<NodeView> shown;

  std::shared_ptr<const SealedEpoch> last;
  std::uint64_t begun_ms = 0, last_seal_ms = 0;
  std::uint64_t weights_for = 0;  ///< epoch for which weights were chosen last
  std::map<std::string, std::uint64_t> refusals;
  std::deque<NodeNotice> notices;
  std::uint64_t sealed_count = 0, faults_seen = 0, requests = 0, requests_refused = 0;
  std::uint64_t disk_failures = 0, clock_jumps = 0;
  std::map<std::string, std::chrono::steady_clock::time_point> logged;
  Handlers<SealedHandler> sealed_handlers;
  Handlers<NoticeHandler> notice_handlers;

  Impl(asio::io_context& context, NodeOptions given, Signer& key, ExchangeTransport& transport,
       const State& state);

  // node.cpp
  void stop();
  static asio::awaitable<void> refresh_now_and_then(std::shared_ptr<Impl> self);
  void log(LogLevel level, std::string_view event, std::string text);
  void on_show(std::shared_ptr<const AgreementView> view);
  void on_epoch(std::shared_ptr<const SealedEpoch> epoch);
  void on_notice(NodeNotice notice);
  template <class Work>
  void post(Work work);

  // On the agreement thread.
  void send(std::vector<PublicKey> to, Bytes object) override;
  void pull(PublicKey from, std::vector<Bytes32> ids) override;
  void pull_seal(PublicKey from, std::uint64_t epoch) override;
  void ask_status(PublicKey peer) override;
  void sealed(std::shared_ptr<const SealedEpoch> epoch) override;
  void notice(NodeNotice notice) override;
  void show(std::shared_ptr<const AgreementView> view) override;
  void ended() override;

  // node_answers.cpp
  static asio::awaitable<ExchangeAnswer> answer(std::shared_ptr<Impl> self, PublicKey caller,
                                                ExchangeRequest request);
  static asio::awaitable<ExchangeAnswer> ask_agreement(std::shared_ptr<Impl> self, PublicKey caller,
                                                       Question question);
  ExchangeAnswer take_objects(const PublicKey& caller, bool validator, const Bytes& body);
  ExchangeAnswer status() const;

  // node_view.cpp
  void refresh();
  NodeHealth health(const NodeView& view) const;
};

}  // namespace yuma::subnet
