// SPDX-License-Identifier: MIT
#pragma once

// A node of a private subnet: the ledger, the engine and the exchange with others, kept going. A
// validator's node votes, a miner's follows: it asks and is never asked for anything.
//
// Threads: everything public is called on the network thread, which runs the io_context, unless it
// says otherwise, and callbacks come there. Ledger and engine are on a thread of their own, where
// disk and signer may block. A node never throws and never ends the process.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "yuma/net/asio.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/identity/signer.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/subnet/block_clock.hpp"
#include "yuma/subnet/exchange.hpp"
#include "yuma/subnet/log.hpp"
#include "yuma/subnet/node_view.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma::subnet {

struct NodeOptions {
  std::string ledger;  ///< path; made where there is none and a genesis is given
  /// Path of the address book; empty: that of the ledger with ".addresses".
  std::string address_book;
  /// What a new ledger starts with. Of one that is there it has to be the same.
  std::optional<Genesis> genesis;
  /// A sealed state that the operator trusts: a new ledger starts there, and one that is there must
  /// come to it or have it.
  std::optional<SealedState> checkpoint;
  /// A last seal that is older needs a checkpoint, since keys of long ago could sign another past.
  /// 0: never.
  std::chrono::hours trust_period{30 * 24};

  /// False: it follows, whatever the signer's key is. For miners, and for a second look.
  bool votes = true;
  /// Where this node can be reached, as others see it: signed and told to all. Empty: not told.
  std::vector<Endpoint> announce;
  /// Whom to ask at first, before the address book knows more.
  std::vector<ExchangeTarget> peers;

  /// How often one other validator is asked how far it is.
  std::chrono::milliseconds exchange_every{1'000};
  std::chrono::milliseconds push_deadline{5'000}, ask_deadline{3'000}, seal_deadline{20'000};
  /// Between two tries on a disk that is full or a signer that is away.
  std::chrono::milliseconds retry_every{1'000};
  /// Bytes that wait to be sent to one peer; the oldest go first where there are more.
  std::size_t peer_queue_bytes = std::size_t{4} << 20;
  /// Bytes of one peer that wait to be taken; it is answered 503 where there are more.
  std::size_t inbox_bytes = std::size_t{4} << 20;

  WallClock wall_clock = unix_time_ms;
  /// Gets starts, seals and notices; those that come often are thinned out.
  LogSink log;
  /// Where the signer may block for long (a signer in another process): it is asked there.
  /// Unset: in the node's own thread.
  std::optional<asio::any_io_executor> signing;
  /// Called before each KeepBatch is written; what is not OK counts as the ledger's answer. For
  /// tests of full disks.
  std::function<absl::Status(const KeepBatch&)> before_keep;
};

/// Weights for the epoch under way.
struct ChosenWeights {
  std::vector<std::uint16_t> uids;    ///< ascending
  std::vector<std::uint16_t> values;  ///< as many
  std::uint64_t version_key = 0;
};

class Node {
 public:
  /// Opens or makes the ledger. `signer` and `transport` have to live longer. Nothing is sent yet.
  /// NotFound where there is neither ledger nor genesis nor checkpoint; FailedPrecondition where
  /// they do not fit each other or a checkpoint is needed; the ledger's errors. Each says what to
  /// do.
  static absl::StatusOr<std::unique_ptr<Node>> open(asio::io_context& io, NodeOptions options,
                                                    Signer& signer, ExchangeTransport& transport);
  /// Stops at once, as a crash would, but for what is being written. Coroutines of the node end
  /// later, when the io_context runs on, or with it.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Begins to work. Once.
  void start();
  /// Ends in good order: no new calls, what was taken is done, ledger and book are closed. Calls of
  /// others are answered 503.
  asio::awaitable<void> drain();

  /// The answer to another node's request, whose sender is proven. For a server: one function for
  /// all paths of exchange.hpp.
  asio::awaitable<ExchangeAnswer> answer(PublicKey caller, ExchangeRequest request);

  /// Who may ask: members; validators. For any thread, also after the node is gone (none, then).
  HotkeyPolicy members() const;
  HotkeyPolicy validators() const;
  /// The scheme of a member's hotkey; nothing for others. For any thread, as above.
  std::function<std::optional<Scheme>(const AccountId&)> schemes() const;

  /// The latest snapshot, never null; at most about a tenth of a second old. For any thread.
  std::shared_ptr<const NodeView> view() const;

  /// Weights for the next commit (reveal period 0: the next vector). Later ones replace earlier
  /// ones until they are committed; after the have of an epoch they are for the next one.
  /// FailedPrecondition, saying why, where this node has no power or the subnet would not take
  /// them as of now.
  absl::Status choose_weights(ChosenWeights weights);

  /// Gives an object to the engine as if a peer had sent it, and sends it to all: an amendment, or
  /// anything else that its signers made elsewhere. Whether it counts shows in the notices.
  absl::Status hand_in(Object object);

  /// Ends a subscription when it is destroyed.
  class Subscription {
   public:
    Subscription() = default;
    explicit Subscription(std::shared_ptr<void> held) : held_(std::move(held)) {}

   private:
    std::shared_ptr<void> held_;
  };
  /// Called for each epoch that is sealed from now on, in order, once its state is on disk.
  using SealedHandler = std::function<void(const std::shared_ptr<const SealedEpoch>&)>;
  [[nodiscard]] Subscription on_sealed(SealedHandler handler);
  /// Called for each notice; repeated ones too. For logs.
  using NoticeHandler = std::function<void(const NodeNotice&)>;
  [[nodiscard]] Subscription on_notice(NoticeHandler handler);

  /// Now by the node's clock, in ms of Unix time, and the subnet's blocks.
  std::uint64_t unix_ms() const;
  const BlockClock& clock() const;

 private:
  struct Impl;
  explicit Node(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma::subnet
