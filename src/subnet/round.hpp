// SPDX-License-Identifier: MIT
#pragma once

// A round as it runs: asks over signed HTTP, and keeps what the scorer says until it has ended
// well.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "yuma/net/signed_client.hpp"
#include "yuma/subnet/node_view.hpp"
#include "yuma/subnet/validator.hpp"

namespace yuma::subnet {

/// What a round knows of one miner.
struct RoundRecord {
  bool asked = false, skipped = false, scored = false;
  std::uint32_t good_answers = 0;
  double milliseconds = 0;  ///< sum over the good answers
  double score = 0;
  std::string note;
};

class LiveRound final : public Round, public std::enable_shared_from_this<LiveRound> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  LiveRound(const NodeView& view, SignedClient& client, std::uint64_t number, TimePoint closes,
            std::size_t max_asked, LogSink log);

  std::uint64_t epoch() const override { return sealed_->state.epoch + 1; }
  std::uint64_t number() const override { return number_; }
  std::span<const RoundMiner> miners() const override { return miners_; }
  const State& state() const override { return sealed_->state; }
  std::uint64_t random() const override { return random_; }
  TimePoint closes() const override { return closes_; }

  asio::awaitable<Answer> ask(RoundMiner miner, HttpRequest request, AskOptions options) override;
  asio::awaitable<std::vector<Answer>> ask_all(HttpRequest request, AskOptions options) override;
  asio::awaitable<std::vector<Answer>> ask_each(std::vector<HttpRequest> requests,
                                                AskOptions options) override;
  asio::awaitable<std::vector<Answer>> ask_some(std::vector<RoundMiner> miners,
                                                std::vector<HttpRequest> requests,
                                                AskOptions options) override;

  void score(const PublicKey& hotkey, double value) override;
  void skip(const PublicKey& hotkey) override;
  void note(const PublicKey& hotkey, std::string text) override;

  /// From now on nothing is taken, and nothing asked: it has ended, or was given up.
  void close() { open_ = false; }

  /// The scores that count: those given, and 0 for who was asked and got none.
  std::vector<HotkeyScore> scores() const;
  /// By position in miners().
  const std::vector<RoundRecord>& records() const { return records_; }

 private:
  RoundRecord* find(const PublicKey& hotkey, std::string_view what);

  std::shared_ptr<const SealedState> sealed_;
  SignedClient& client_;
  std::uint64_t number_, random_ = 0;
  TimePoint closes_;
  std::size_t max_asked_;
  LogSink log_;
  std::vector<RoundMiner> miners_;
  std::map<AccountId, std::size_t> places_;  // in miners_ and records_
  std::vector<RoundRecord> records_;
  bool open_ = true;
};

}  // namespace yuma::subnet
