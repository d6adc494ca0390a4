// SPDX-License-Identifier: MIT

#include "yuma/subnet/miner.hpp"

#include <gmock/gmock.h>

#include "tests/subnet/work_room.hpp"

namespace yuma::test {
namespace {

using subnet::MinerAdmission;
using subnet::MinerOptions;
using ::testing::HasSubstr;

constexpr std::uint16_t kMiner = 4, kOtherMiner = 5;
constexpr std::size_t kValidator = 1, kStranger = 30;

MinerOptions admitting(MinerAdmission admission) {
  MinerOptions out;
  out.admission = admission;
  return out;
}

TEST(Miner, AnswersValidatorsSignedAndNobodyElse) {
  WorkRoom room;
  std::optional<subnet::MinerCall> seen;
  const subnet::Miner& miner = room.start_miner(kMiner, [&](subnet::MinerCall call) {
    seen = call;
    return echo(std::move(call));
  });
  const SignedAnswer answer = room.call(kValidator, kMiner, "POST", "/any/path?query", "body");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "POST /any/path?query body");
  EXPECT_TRUE(answer.is_signed());
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->caller, room.key(kValidator));
  EXPECT_EQ(seen->uid, kValidator);
  EXPECT_EQ(seen->power, 1U);
  EXPECT_EQ(room.call(kValidator, kMiner, "GET", "/").status, 200);
  EXPECT_EQ(room.call(kValidator, kMiner, "GET", "/").body, "GET / ");

  EXPECT_EQ(room.call(kOtherMiner, kMiner, "POST", "/").status, 403);
  EXPECT_EQ(room.call(kStranger, kMiner, "POST", "/").status, 403);
  EXPECT_TRUE(miner.admits(room.key(kValidator)).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(miner.admits(room.key(kOtherMiner))));
  EXPECT_EQ(miner.counts().answered, 3U);
}

TEST(Miner, AdmitsWhomItIsTold) {
  struct Case {
    MinerAdmission admission;
    int validator, member, stranger;
  };
  for (const Case& c :
       {Case{MinerAdmission::kMembers, 200, 200, 403}, Case{MinerAdmission::kListed, 403, 403, 403},
        Case{MinerAdmission::kEveryone, 200, 200, 200}}) {
    WorkRoom room;
    room.start_miner(kMiner, echo, admitting(c.admission));
    EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, c.validator);
    EXPECT_EQ(room.call(kOtherMiner, kMiner, "POST", "/").status, c.member);
    // An sr25519 key, as all strangers are taken to have.
    EXPECT_EQ(room.call(31, kMiner, "POST", "/").status, c.stranger);
  }
}

TEST(Miner, AListedHotkeyIsAdmittedInAnyCase) {
  WorkRoom room;
  MinerOptions options;
  options.listed = {room.key(31)};
  room.start_miner(kMiner, echo, options);
  EXPECT_EQ(room.call(31, kMiner, "POST", "/").status, 200);
  EXPECT_EQ(room.call(35, kMiner, "POST", "/").status, 403);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 200);
}

asio::awaitable<HttpResponse> fails(subnet::MinerCall) {
  throw std::runtime_error("no model is loaded");
  co_return HttpResponse{};
}

TEST(Miner, AHandlerThatThrowsHarmsNobodyElse) {
  WorkRoom room;
  room.start_miner(kMiner, [](subnet::MinerCall call) {
    return call.request.target == "/fail" ? fails(std::move(call)) : echo(std::move(call));
  });
  const SignedAnswer answer = room.call(kValidator, kMiner, "POST", "/fail");
  EXPECT_EQ(answer.status, 500);
  EXPECT_TRUE(answer.is_signed());
  EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("model"))) << "its words are not for callers";
  EXPECT_TRUE(room.was_said("no model is loaded"));
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 200);
}

TEST(Miner, AHandlerThatTakesTooLongIsLeftBehind) {
  WorkRoom room;
  MinerOptions options;
  options.limit = 100ms;
  const subnet::Miner& miner = room.start_miner(
      kMiner, [&](subnet::MinerCall) { return never(room.executor()); }, options);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 504);
  EXPECT_EQ(miner.counts().failed, 1U);
}

TEST(Miner, TooLargeTooManyTooOften) {
  WorkRoom room;
  MinerOptions options;
  options.max_body = 100;
  options.per_caller = {0.001, 3};
  room.start_miner(kMiner, echo, options);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/", std::string(101, 'x')).status, 413);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/", std::string(100, 'x')).status, 200);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 200);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 200);
  EXPECT_EQ(room.call(kValidator, kMiner, "POST", "/").status, 429);
  EXPECT_EQ(room.call(2, kMiner, "POST", "/").status, 200) << "others have tokens of their own";
}

}  // namespace
}  // namespace yuma::test
