// SPDX-License-Identifier: MIT

#include "subnet/inbox.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace yuma::subnet {
namespace {

using namespace std::chrono_literals;

PublicKey key(std::uint8_t number) {
  PublicKey out;
  out.bytes[0] = number;
  return out;
}

PeerItem status_of(std::uint8_t peer, std::uint64_t number) {
  seal::Status status;
  status.sealed_epoch = number;
  return PeerStatus{key(peer), status};
}

bool put(Inbox& inbox, std::uint8_t peer, std::uint64_t number, std::size_t bytes = 10,
         bool asked = false) {
  std::vector<PeerItem> items;
  items.push_back(status_of(peer, number));
  return inbox.put(key(peer), std::move(items), bytes, asked);
}

/// (peer, number) of the next item, 0 for the node's own.
std::optional<std::pair<int, std::uint64_t>> take(Inbox& inbox) {
  auto item = inbox.take(Inbox::Clock::now());
  if (!item) return std::nullopt;
  if (std::holds_alternative<OwnItem>(*item)) return {{0, 0}};
  const auto& status = std::get<PeerStatus>(std::get<PeerItem>(*item));
  return {{status.from.bytes[0], status.status.sealed_epoch}};
}

TEST(Inbox, TakesPeersInTurnAndOwnFirst) {
  Inbox inbox(1000);
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(put(inbox, 1, i));
  ASSERT_TRUE(put(inbox, 2, 1));
  ASSERT_TRUE(put(inbox, 3, 1));
  inbox.put(seal::WeightsChosen{});
  std::vector<std::pair<int, std::uint64_t>> order;
  while (const auto next = take(inbox)) order.push_back(*next);
  EXPECT_EQ(order, (std::vector<std::pair<int, std::uint64_t>>{
                       {0, 0}, {1, 1}, {2, 1}, {3, 1}, {1, 2}, {1, 3}}));
  EXPECT_EQ(inbox.waiting(), 0U);
}

TEST(Inbox, BoundsEachPeerByItself) {
  Inbox inbox(100);
  EXPECT_TRUE(put(inbox, 1, 1, 60));
  EXPECT_FALSE(put(inbox, 1, 2, 60));
  EXPECT_TRUE(put(inbox, 2, 1, 60));
  EXPECT_TRUE(put(inbox, 1, 3, 60, true));  // was asked for
  EXPECT_FALSE(put(inbox, 1, 4, 1));
  while (take(inbox)) {
  }
  EXPECT_TRUE(put(inbox, 1, 5, 100));
  EXPECT_FALSE(put(inbox, 3, 1, 101));
}

TEST(Inbox, GivesQuestionsBackOutOfTurn) {
  Inbox inbox(100);
  std::vector<PeerItem> items;
  items.push_back(status_of(1, 1));
  items.emplace_back(Question{Question::Kind::kSeal, {}, 7, {}});
  ASSERT_TRUE(inbox.put(key(1), std::move(items), 50, false));
  items.clear();
  items.emplace_back(Question{Question::Kind::kSeal, {}, 8, {}});
  ASSERT_TRUE(inbox.put(key(2), std::move(items), 50, false));
  const auto questions = inbox.take_questions();
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_EQ(questions[0].epoch + questions[1].epoch, 15U);
  EXPECT_EQ(take(inbox), std::pair(1, std::uint64_t{1}));
  EXPECT_FALSE(take(inbox));
  EXPECT_TRUE(put(inbox, 1, 1, 100));  // nothing of it is counted any more
}

TEST(Inbox, WakesWhoWaits) {
  Inbox inbox(100);
  std::thread other([&] { put(inbox, 1, 1); });
  EXPECT_TRUE(inbox.take(Inbox::Clock::now() + 10s));
  other.join();
  std::thread stopper([&] { inbox.stop(); });
  EXPECT_FALSE(inbox.take(Inbox::Clock::now() + 10s));
  EXPECT_TRUE(inbox.wait_for_stop(Inbox::Clock::now() + 10s));
  stopper.join();
  EXPECT_FALSE(put(inbox, 1, 1));
}

TEST(Inbox, FinishesWhatWaitsWhenItIsClosed) {
  Inbox inbox(100);
  ASSERT_TRUE(put(inbox, 1, 1));
  inbox.close();
  EXPECT_FALSE(put(inbox, 1, 2));
  EXPECT_FALSE(inbox.finished());
  EXPECT_TRUE(take(inbox));
  EXPECT_TRUE(inbox.finished());
  EXPECT_FALSE(inbox.stopped());
  EXPECT_FALSE(inbox.wait_for_stop(Inbox::Clock::now() + 1ms));
}

}  // namespace
}  // namespace yuma::subnet
