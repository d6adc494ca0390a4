// SPDX-License-Identifier: MIT
#pragma once

// What waits for the agreement thread. The node's own events go first; what peers sent is bounded
// for each of them and taken in turn, so that one who sends much delays himself and nobody else.

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "yuma/subnet/exchange.hpp"

namespace yuma::subnet {

/// From a peer whose hotkey is proven, or an answer to what it was asked.
struct PeerObject {
  PublicKey from;
  Object object;
};
struct PeerStatus {
  PublicKey from;
  seal::Status status;
};
/// What only the agreement thread can answer.
struct Question {
  enum class Kind : std::uint8_t { kObject, kPull, kSeal, kAddresses };
  Kind kind = Kind::kPull;
  std::vector<Bytes32> ids;
  std::uint64_t epoch = 0;
  std::function<void(ExchangeAnswer)> answer;  ///< called once, on any thread
};
using PeerItem = std::variant<PeerObject, PeerStatus, Question>;

/// The signer's answer.
struct SignedNow {
  ObjectKind kind = ObjectKind::kCommit;
  Bytes body;
  absl::StatusOr<Signature> signature;
};
/// From the operator.
struct HandedIn {
  Object object;
};
using OwnItem = std::variant<SignedNow, HandedIn, seal::WeightsChosen>;

class Inbox {
 public:
  using Item = std::variant<OwnItem, PeerItem>;
  using Clock = std::chrono::steady_clock;

  /// Bytes that may wait of one peer.
  explicit Inbox(std::size_t bytes_of_one) : bytes_of_one_(bytes_of_one) {}

  void put(OwnItem item);
  /// All of it or, where the peer has too much waiting already or nothing is taken any more, false.
  /// An answer to what it was `asked` counts, and is taken even so.
  bool put(const PublicKey& from, std::vector<PeerItem> items, std::size_t bytes, bool asked);

  /// The next item; nothing where none has come until `until`, or the end was reached.
  std::optional<Item> take(Clock::time_point until);
  /// All questions that wait, out of turn.
  std::vector<Question> take_questions();

  /// Nothing more is put; what waits can be taken.
  void close();
  /// Waits until the time or until stop().
  bool wait_for_stop(Clock::time_point until);
  /// The end: nothing more is put or taken.
  void stop();
  bool stopped() const;
  /// Closed, and nothing waits.
  bool finished() const;

  std::size_t waiting() const;  ///< items of peers

 private:
  struct Queue {
    std::deque<std::pair<PeerItem, std::size_t>> items;
    std::size_t bytes = 0;
  };

  const std::size_t bytes_of_one_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<OwnItem> own_;
  std::map<AccountId, Queue> peers_;
  std::optional<AccountId> last_;  ///< whose turn it was
  std::size_t waiting_ = 0;
  bool closed_ = false, stopped_ = false;
};

}  // namespace yuma::subnet
