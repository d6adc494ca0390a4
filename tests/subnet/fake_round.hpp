// SPDX-License-Identifier: MIT
#pragma once

// A round without a network: every miner echoes what it is asked, and what is scored is kept.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "yuma/subnet/validator.hpp"
// After Asio.
#include "tests/support/subnet.hpp"

namespace yuma::test {

class FakeRound final : public subnet::Round {
 public:
  explicit FakeRound(Subnet& subnet) : state_(subnet.start().state) {
    for (std::uint16_t uid = 0; uid < state_.neurons.size(); ++uid) {
      if (!state_.neurons[uid] || power_of(state_, uid) > 0) continue;
      miners_.push_back({uid, state_.neurons[uid]->hotkey, {{"127.0.0.1", 1}}});
    }
  }

  std::uint64_t epoch() const override { return 7; }
  std::uint64_t number() const override { return 2; }
  std::span<const subnet::RoundMiner> miners() const override { return miners_; }
  const State& state() const override { return state_; }
  std::uint64_t random() const override { return 0x1234; }
  std::chrono::steady_clock::time_point closes() const override {
    return std::chrono::steady_clock::now() + std::chrono::seconds(5);
  }

  asio::awaitable<subnet::Answer> ask(subnet::RoundMiner miner, HttpRequest request,
                                      subnet::AskOptions options) override {
    asked[miner.uid] = request;
    asked_options = options;
    subnet::Answer answer;
    answer.outcome = subnet::Answer::Outcome::kAnswered;
    answer.status = 200;
    answer.verified = true;
    answer.body = request.body;
    const auto set = answers.find(miner.uid);
    if (set != answers.end()) answer = set->second;
    co_return answer;
  }
  asio::awaitable<std::vector<subnet::Answer>> ask_all(HttpRequest request,
                                                       subnet::AskOptions options) override {
    std::vector<HttpRequest> requests(miners_.size(), request);
    co_return co_await ask_some(miners_, std::move(requests), options);
  }
  asio::awaitable<std::vector<subnet::Answer>> ask_each(std::vector<HttpRequest> requests,
                                                        subnet::AskOptions options) override {
    co_return co_await ask_some(miners_, std::move(requests), options);
  }
  asio::awaitable<std::vector<subnet::Answer>> ask_some(std::vector<subnet::RoundMiner> miners,
                                                        std::vector<HttpRequest> requests,
                                                        subnet::AskOptions options) override {
    std::vector<subnet::Answer> out;
    for (std::size_t i = 0; i < miners.size(); ++i) {
      subnet::Answer answer = co_await ask(miners[i], requests[i], options);
      out.push_back(std::move(answer));
    }
    co_return out;
  }

  void score(const PublicKey& hotkey, double value) override { scores[uid_of(hotkey)] = value; }
  void skip(const PublicKey& hotkey) override { skipped.push_back(uid_of(hotkey)); }
  void note(const PublicKey& hotkey, std::string text) override {
    notes[uid_of(hotkey)] = std::move(text);
  }

  std::map<std::uint16_t, HttpRequest> asked;
  subnet::AskOptions asked_options;
  std::map<std::uint16_t, subnet::Answer> answers;  ///< instead of an echo
  std::map<std::uint16_t, double> scores;
  std::map<std::uint16_t, std::string> notes;
  std::vector<std::uint16_t> skipped;

 private:
  std::uint16_t uid_of(const PublicKey& hotkey) const { return find_uid(state_, hotkey).value(); }

  State state_;
  std::vector<subnet::RoundMiner> miners_;
};

}  // namespace yuma::test
