// SPDX-License-Identifier: MIT

// A caller gone bad against the real signer process: it asks for everything that must not be signed
// and for conflicting objects, over several connections, while the process is killed at random
// moments and started again. Every signature that comes back is kept over all runs.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "tests/net/raw_client.hpp"
#include "tests/net/signer_process.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma {
namespace {

using test::Messages;
using test::RawClient;
using test::SignerProcess;
using test::SignerWallet;

/// Of the normal test; the environment can ask for more.
int kills_wanted() {
  const char* text = std::getenv("YUMA_SIGNER_KILLS");
  return text == nullptr ? 60 : std::max(1, std::atoi(text));
}

/// What a signature was asked for: an object at its place, or something that must not be signed.
struct Ask {
  Bytes message;
  bool forbidden = false;
  SigningSlot slot;
  std::uint64_t number = 0;
  std::uint16_t variant = 0;
};

/// Every signature that any caller ever got.
class Ledger {
 public:
  explicit Ledger(const PublicKey& key) : key_(key) {}

  void record(const Ask& ask, const Signature& signature) {
    ASSERT_TRUE(verify(key_, ask.message, signature));
    const std::lock_guard lock(mutex_);
    ++signatures;
    ASSERT_FALSE(ask.forbidden) << "signed: " << to_hex(ask.message);
    const auto [found, fresh] = signed_.try_emplace({ask.slot, ask.number}, ask.variant, signature);
    if (fresh) ++places;
    EXPECT_EQ(found->second.first, ask.variant)
        << "two " << kind_name(ask.slot.kind) << " bodies for " << ask.number;
    EXPECT_EQ(found->second.second, signature) << "two signatures for one body";
    highest = std::max(highest, ask.number);
  }

  /// Of no vector was another one committed to.
  void check_vectors() {
    for (const auto& [place, value] : signed_) {
      if (place.first.kind != ObjectKind::kVector) continue;
      const SigningSlot commit{place.first.subnet, ObjectKind::kCommit};
      const auto found = signed_.find({commit, place.second});
      if (found == signed_.end()) continue;  // signed, and killed before it was answered
      ++opened;
      EXPECT_EQ(found->second.first, value.first) << "epoch " << place.second;
    }
  }

  std::uint64_t highest_number() {
    const std::lock_guard lock(mutex_);
    return highest;
  }

  std::atomic<std::uint64_t> answers = 0;
  std::uint64_t signatures = 0, places = 0, highest = 1, opened = 0;

 private:
  PublicKey key_;
  std::mutex mutex_;
  std::map<std::pair<SigningSlot, std::uint64_t>, std::pair<std::uint16_t, Signature>> signed_;
};

/// Makes what a bad caller asks for.
class Imagination {
 public:
  Imagination(const PublicKey& own, std::uint32_t seed) : own_(own), random_(seed) {}

  Ask next(std::uint64_t near) { return random_() % 4 == 0 ? forbidden(near) : object(near); }

  /// Bytes that are no request.
  Bytes bad_frame() {
    const std::vector<Bytes> frames = {{0xff, 0xff, 0xff, 0xff},
                                       {0, 0, 0, 0},
                                       {2, 0, 0, 0, 7, 2},
                                       {2, 0, 0, 0, 1, 9},
                                       {200, 0, 0, 0, 1, 2, 3}};
    return frames[random_() % frames.size()];
  }
  std::uint32_t number() { return static_cast<std::uint32_t>(random_()); }

 private:
  Ask object(std::uint64_t near) {
    // Around what was signed: below, the same place with other content, and a little above.
    Ask ask;
    ask.number = near - std::min<std::uint64_t>(near - 1, 2) + random_() % 4;
    ask.variant = static_cast<std::uint16_t>(1 + random_() % 4);
    const Messages m = messages();
    static constexpr ObjectKind kKinds[] = {
        ObjectKind::kCommit, ObjectKind::kVector,  ObjectKind::kVector,    ObjectKind::kHave,
        ObjectKind::kBlock,  ObjectKind::kAddress, ObjectKind::kAmendment, ObjectKind::kVote};
    ask.slot = {m.subnet, kKinds[random_() % std::size(kKinds)]};
    ask.message = message(m, ask);
    return ask;
  }

  static Bytes message(const Messages& m, const Ask& ask) {
    switch (ask.slot.kind) {
      case ObjectKind::kCommit:
        return m.commit(ask.number, ask.variant);
      case ObjectKind::kVector:
        return m.vector(ask.number, ask.variant);
      case ObjectKind::kHave:
        return m.have(ask.number, ask.variant);
      case ObjectKind::kBlock:
        return m.block(ask.number, ask.variant);
      case ObjectKind::kAddress:
        return m.address(ask.number, ask.variant);
      case ObjectKind::kAmendment:
        return m.amendment(ask.number, ask.variant);
      default:
        return m.vote(ask.number, ask.variant);
    }
  }

  Ask forbidden(std::uint64_t near) {
    Ask ask;
    ask.forbidden = true;
    const Messages m = messages();
    Messages foreign = m;
    foreign.own = stranger_;
    const Bytes vote = m.vote(near + 9, 1);
    const std::string_view tag = object_tag(ObjectKind::kVote);
    const ByteView body = ByteView(vote).subspan(tag.size());
    switch (random_() % 12) {
      case 0:  // a bare hash
        ask.message = Bytes(32, static_cast<std::uint8_t>(random_()));
        break;
      case 1:  // an object's id
        ask.message = [&] {
          const Bytes32 id = object_id(ObjectKind::kVote, body);
          return Bytes(id.begin(), id.end());
        }();
        break;
      case 2:
        ask.message = signing_bytes(ObjectKind::kSeal, body);
        break;
      case 3:
        ask.message = signing_bytes(ObjectKind::kFault, body);
        break;
      case 4:
        ask.message = signing_bytes(ObjectKind::kGenesis, body);
        break;
      case 5:
        ask.message = foreign.vote(near + 9, 1);
        break;
      case 6:  // the body of another kind
        ask.message = signing_bytes(ObjectKind::kHave, body);
        break;
      case 7:
        ask.message = vote;
        ask.message.push_back(0);
        break;
      case 8:
        ask.message = Bytes(vote.begin(), vote.end() - 1);
        break;
      case 9:
        ask.message = foreign.request(unix_time_ns());
        break;
      case 10:
        ask.message = m.request(1);
        break;
      default: {
        const std::string wrapped = "<Bytes>payload</Bytes>";
        ask.message = Bytes(wrapped.begin(), wrapped.end());
      }
    }
    return ask;
  }

  Messages messages() {
    Messages m{own_};
    m.subnet.netuid = static_cast<std::uint16_t>(1 + random_() % 2);
    return m;
  }

  PublicKey own_;
  PublicKey stranger_ = test::key_of("//Bob").public_key();
  std::mt19937 random_;
};

/// Asks and asks over one connection until it breaks.
void ask_until_killed(const std::string& socket, Imagination& imagination, Ledger& ledger) {
  const RawClient client(socket);
  while (client.connected()) {
    // Several at once, so that the signer is never idle when it is killed.
    std::vector<Ask> asks;
    Bytes stream;
    for (int i = 0; i < 8; ++i) {
      asks.push_back(imagination.next(ledger.highest_number()));
      const Bytes frame = encode_signer_request({SignerRequestKind::kSign, asks.back().message});
      stream.insert(stream.end(), frame.begin(), frame.end());
    }
    if (!client.send(stream)) return;
    for (const Ask& ask : asks) {
      const auto answer = client.receive();
      if (!answer) return;
      ++ledger.answers;
      if (const auto* signature = std::get_if<Signature>(&*answer)) ledger.record(ask, *signature);
      EXPECT_FALSE(std::holds_alternative<SignerFailure>(*answer));
    }
    if (imagination.number() % 16 == 0) {
      client.send(imagination.bad_frame());
      return;
    }
  }
}

TEST(SignerKill, NothingMakesItSignTwoBodiesAtOnePlace) {
  const SignerWallet wallet;
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  Ledger ledger(wallet.key);
  constexpr int kCallers = 3;
  std::vector<Imagination> imaginations;
  for (std::uint32_t i = 0; i < kCallers; ++i) imaginations.emplace_back(wallet.key, i);
  std::mt19937 random(99);
  const int wanted = kills_wanted();
  int kills = 0, kills_at_work = 0;
  for (; kills < wanted && !::testing::Test::HasFailure(); ++kills) {
    SignerProcess signer(wallet, {"run", "--rate", "1000000"});
    std::atomic<bool> over = false;
    std::vector<std::thread> callers;
    for (Imagination& imagination : imaginations) {
      callers.emplace_back([&] {
        while (!over) ask_until_killed(wallet.socket(), imagination, ledger);
      });
    }
    // One time in four while it starts, else after some answers, while it works on the next.
    if (random() % 4 != 0) {
      const std::uint64_t enough = ledger.answers + 1 + random() % 60;
      while (ledger.answers < enough && signer.runs()) std::this_thread::yield();
      ++kills_at_work;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 5'000));
    const int status = signer.end(SIGKILL);
    over = true;
    for (std::thread& t : callers) t.join();
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << signer.log();
  }
  ledger.check_vectors();
  EXPECT_GT(ledger.places, static_cast<std::uint64_t>(kills_at_work));
  EXPECT_GT(ledger.opened, 0U);
  std::cout << kills << " kills, " << kills_at_work << " of them at work, " << ledger.answers
            << " answers, " << ledger.signatures << " signatures at " << ledger.places
            << " places, " << ledger.opened << " vectors with the commit that they open\n";
}

TEST(SignerKill, WhatItAnsweredItAnswersAgain) {
  const SignerWallet wallet;
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  const Messages m{wallet.key};
  std::mt19937 random(5);
  for (std::uint64_t epoch = 1; epoch <= 10; ++epoch) {
    std::optional<Signature> before;
    {
      SignerProcess signer(wallet, {"run"});
      while (!before && signer.runs()) {
        const auto answer = RawClient(wallet.socket()).sign(m.vote(epoch, 1));
        if (answer) before = std::get<Signature>(*answer);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 1'000));
    }
    ASSERT_TRUE(before);
    SignerProcess signer(wallet, {"run"});
    std::optional<SignerAnswer> after;
    while (!after && signer.runs()) after = RawClient(wallet.socket()).sign(m.vote(epoch, 1));
    ASSERT_TRUE(after && std::holds_alternative<Signature>(*after)) << signer.log();
    EXPECT_EQ(std::get<Signature>(*after), *before);
    const auto other = RawClient(wallet.socket()).sign(m.vote(epoch, 2));
    EXPECT_TRUE(other && std::holds_alternative<SignerRefusal>(*other));
  }
}

}  // namespace
}  // namespace yuma
