// SPDX-License-Identifier: MIT

#include "yuma/subnet/validator.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "src/subnet/round.hpp"
#include "tests/subnet/work_room.hpp"

namespace yuma::test {
namespace {

using subnet::Answer;
using subnet::AskOptions;
using subnet::LiveRound;
using subnet::Round;
using subnet::Scores;
using Outcome = subnet::Answer::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ---- one round

/// Six miners, each with a way of its own.
class RoundTest : public ::testing::Test {
 protected:
  static SubnetShape shape() {
    SubnetShape out = NodeRoom::small_shape();
    out.miners = 6;
    return out;
  }
  static constexpr std::uint16_t kHonest = 4, kSilent = 5, kLiar = 6, kDown = 7, kLost = 8,
                                 kOther = 9;

  RoundTest() : room(shape()) {
    room.start_miner(kHonest, echo);
    announce(kHonest, room.miners[kHonest].endpoint);
    announce(kSilent, room.serve(std::make_shared<FunctionService>(
                          [this](HttpRequest) { return never(room.executor()); })));
    announce(kLiar,
             room.serve(std::make_shared<FunctionService>([](HttpRequest) { return lie(); })));
    announce(kDown, gone());
    // Somebody else's miner at the address of this one.
    announce(kOther, room.miners[kHonest].endpoint);
    view.sealed = std::make_shared<const SealedState>(room.room.subnet.start());
    view.addresses = std::make_shared<const subnet::Addresses>(addresses);
  }

  static asio::awaitable<HttpResponse> lie() {
    HttpResponse response = text_response(200, "a good answer");
    co_return response;
  }
  Endpoint gone() {
    const Endpoint out =
        room.serve(std::make_shared<FunctionService>([](HttpRequest) { return lie(); }));
    room.servers.pop_back();
    return out;
  }
  void announce(std::uint16_t uid, const Endpoint& endpoint) {
    addresses[room.key(uid).bytes] = {room.key(uid), 1, {endpoint}, {}};
  }
  std::shared_ptr<LiveRound> make(std::size_t max_asked = 64) {
    return std::make_shared<LiveRound>(view, room.client(1), 0, LiveRound::TimePoint::max(),
                                       max_asked, room.log());
  }
  static AskOptions within(std::chrono::milliseconds deadline) {
    AskOptions out;
    out.deadline = deadline;
    return out;
  }

  WorkRoom room;
  subnet::Addresses addresses;
  subnet::NodeView view;
};

TEST_F(RoundTest, TellsWhatBecameOfEachMiner) {
  const auto round = make();
  ASSERT_EQ(round->miners().size(), 6U);
  const auto began = std::chrono::steady_clock::now();
  const auto answers = room.wait(round->ask_all({"POST", "/task", {}, "body"}, within(400ms)));
  const auto took = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(answers.size(), 6U);
  EXPECT_EQ(answers[0].outcome, Outcome::kAnswered) << answers[0].error;
  EXPECT_EQ(answers[0].body, "POST /task body");
  EXPECT_TRUE(answers[0].verified);
  EXPECT_TRUE(answers[0].good());
  EXPECT_GT(answers[0].milliseconds, 0);
  EXPECT_LT(answers[0].milliseconds, 400);
  EXPECT_GE(answers[0].total_milliseconds, answers[0].milliseconds);
  EXPECT_EQ(answers[1].outcome, Outcome::kTooLate) << answers[1].error;
  EXPECT_EQ(answers[2].outcome, Outcome::kNotVerified);
  EXPECT_THAT(answers[2].error, HasSubstr("not signed"));
  EXPECT_EQ(answers[2].body, "") << "what is not verified is not handed on";
  EXPECT_EQ(answers[3].outcome, Outcome::kUnreachable);
  EXPECT_EQ(answers[4].outcome, Outcome::kNoAddress);
  EXPECT_EQ(answers[5].outcome, Outcome::kNotVerified) << "signed for another server";
  for (std::size_t i = 1; i < 6; ++i) EXPECT_NE(answers[i].error, "") << i;
  // The silent one costs its own deadline, not more.
  EXPECT_GE(took, 350ms);
  EXPECT_LT(took, 5s);
}

TEST_F(RoundTest, ASilentMinerDelaysNobodyElse) {
  const auto round = make();
  auto answer = room.wait(round->ask(round->miners()[0], {"GET", "/", {}, ""}, within(60s)));
  EXPECT_TRUE(answer.good());
  // All at once, the silent one with a deadline of a minute: the others have answered meanwhile.
  bool all = false;
  asio::co_spawn(room.room.io, round->ask_all({"GET", "/", {}, ""}, within(60s)),
                 [&](std::exception_ptr, std::vector<Answer>) { all = true; });
  EXPECT_TRUE(room.room.run_until([&] { return round->records()[0].good_answers == 2; }));
  EXPECT_FALSE(all);
}

TEST_F(RoundTest, FewAtATimeAreAskedAllTheSame) {
  const auto round = make(/*max_asked=*/2);
  const auto answers = room.wait(round->ask_all({"GET", "/", {}, ""}, within(200ms)));
  EXPECT_EQ(answers.size(), 6U);
  EXPECT_EQ(answers[0].outcome, Outcome::kAnswered);
  EXPECT_EQ(answers[4].outcome, Outcome::kNoAddress);
  EXPECT_TRUE(room.wait(round->ask_some({}, {}, {})).empty());
}

TEST_F(RoundTest, AnUnsignedAnswerIsTakenWhereThatIsMeant) {
  const auto round = make();
  AskOptions how = within(1s);
  how.require_signature = false;
  const Answer answer = room.wait(round->ask(round->miners()[2], {"GET", "/", {}, ""}, how));
  EXPECT_TRUE(answer.good());
  EXPECT_FALSE(answer.verified);
  EXPECT_EQ(answer.body, "a good answer");
}

TEST_F(RoundTest, AnAnswerThatIsTooLongIsNone) {
  const auto round = make();
  AskOptions how = within(1s);
  how.max_body = 10;
  const Answer answer =
      room.wait(round->ask(round->miners()[0], {"POST", "/", {}, std::string(100, 'x')}, how));
  EXPECT_EQ(answer.outcome, Outcome::kUnreachable);
  EXPECT_EQ(answer.body, "");
}

TEST_F(RoundTest, WhoWasAskedAndGotNoScoreCountsAsNothing) {
  const auto round = make();
  room.wait(round->ask_some({round->miners()[0], round->miners()[3], round->miners()[4]},
                            std::vector<HttpRequest>(3), within(1s)));
  round->score(room.key(kHonest), 0.5);
  round->score(room.key(kHonest), 0.75);  // the last one holds
  round->skip(room.key(kDown));
  round->score(room.key(kOther), 7);              // not asked, but scored; cut to 1
  round->score(room.key(kSilent), std::nan(""));  // counts as 0
  round->score(room.key(0), 1);                   // a validator
  std::vector<std::pair<std::uint16_t, double>> out;
  for (const auto& score : round->scores()) {
    out.emplace_back(find_uid(round->state(), score.hotkey).value(), score.value);
  }
  EXPECT_THAT(out, ElementsAre(std::pair(kHonest, 0.75), std::pair(kSilent, 0.0),
                               std::pair(kLost, 0.0), std::pair(kOther, 1.0)));
  EXPECT_TRUE(room.was_said("counts as 1"));
  EXPECT_TRUE(room.was_said("is no miner of this round"));
}

TEST_F(RoundTest, NotesAreCutBetweenCharacters) {
  const auto round = make();
  round->note(room.key(kHonest), std::string(79, 'x') + "\xc3\xa9 and more");
  EXPECT_EQ(round->records()[0].note, std::string(79, 'x'));
  round->note(room.key(kHonest), "two\nlines\x1b[31m");
  EXPECT_EQ(round->records()[0].note, "two lines [31m");
}

TEST_F(RoundTest, AfterItsEndNothingCounts) {
  const auto round = make();
  round->close();
  round->score(room.key(kHonest), 1);
  EXPECT_TRUE(round->scores().empty());
  const Answer answer = room.wait(round->ask(round->miners()[0], {"GET", "/", {}, ""}, {}));
  EXPECT_EQ(answer.outcome, Outcome::kNotAsked);
}

// ---- whole validators

asio::awaitable<void> score_all(Round& round, double value) {
  auto asking = round.ask_all({"POST", "/", {}, "task"}, {});
  const std::vector<Answer> answers = co_await std::move(asking);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].good())
      round.score(round.miners()[i].hotkey, value / static_cast<double>(i + 1));
  }
}
asio::awaitable<void> no_round(Round&) { co_return; }
asio::awaitable<void> failing_round(Round& round) {
  for (const auto& miner : round.miners()) round.score(miner.hotkey, 1);
  throw std::runtime_error("the task could not be made");
  co_return;
}
asio::awaitable<void> endless_round(asio::any_io_executor executor, Round& round) {
  for (const auto& miner : round.miners()) round.score(miner.hotkey, 1);
  asio::steady_timer timer(executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
}

/// The sealed row of a validator.
std::vector<std::pair<std::uint16_t, std::uint16_t>> row_of(const State& state, std::uint16_t uid) {
  std::vector<std::pair<std::uint16_t, std::uint16_t>> out;
  const auto row = state.weights.row(uid);
  for (std::size_t i = 0; i < row.size(); ++i) out.emplace_back(row.uids[i], row.values[i]);
  return out;
}

TEST(Validator, ScoresBecomeTheWeightsThatAreSealed) {
  WorkRoom room;
  room.room.start_all();
  room.start_miner(4, echo);
  room.start_miner(5, echo);
  FunctionScorer scorer([](Round& round) { return score_all(round, 0.8); });
  const subnet::Validator& validator = room.start_validator(1, scorer);
  room.start_validator(2, scorer);
  ASSERT_TRUE(room.room.run_until([&] {
    const State& state = room.room.state(0).state;
    return row_of(state, 1).size() == 2 && row_of(state, 2).size() == 2;
  }));
  const auto row = row_of(room.room.state(0).state, 1);
  EXPECT_EQ(row[0], (std::pair<std::uint16_t, std::uint16_t>(4, 65535)));
  EXPECT_EQ(row[1].first, 5);
  EXPECT_GT(row[1].second, 0);

  // What it did is shown for sealed epochs alone.
  ASSERT_TRUE(room.room.run_until([&] { return !validator.view()->epochs.empty(); }));
  const auto view = validator.view();
  EXPECT_LE(view->epochs.back().epoch, room.room.sealed(1));
  EXPECT_GT(view->rounds, 0U);
}

TEST(Validator, ARoundThatFailsCountsForNothing) {
  WorkRoom room;
  room.room.start_all();
  FunctionScorer scorer(failing_round);
  const subnet::Validator& validator = room.start_validator(1, scorer);
  ASSERT_TRUE(room.room.run_until([&] { return validator.view()->failed_rounds > 3; }));
  EXPECT_EQ(validator.view()->rounds, 0U);
  EXPECT_TRUE(room.was_said("the task could not be made"));
  const std::uint64_t now = room.room.sealed(1);
  ASSERT_TRUE(room.room.run_until([&] { return room.room.sealed(1) > now + 2; }));
  EXPECT_TRUE(row_of(room.room.state(1).state, 1).empty());
  EXPECT_FALSE(std::filesystem::exists(room.room.folder.file("scores1")));
}

TEST(Validator, ARoundThatDoesNotEndIsGivenUp) {
  WorkRoom room;
  room.room.start_all();
  FunctionScorer scorer([&](Round& round) { return endless_round(room.executor(), round); });
  subnet::ValidatorOptions options;
  options.round_limit = 100ms;
  const subnet::Validator& validator = room.start_validator(1, scorer, options);
  ASSERT_TRUE(room.room.run_until([&] { return validator.view()->failed_rounds > 1; }));
  EXPECT_EQ(validator.view()->rounds, 0U);
  EXPECT_TRUE(room.was_said("took longer than 100 ms"));
}

TEST(Validator, ARestartGoesOnWithItsScores) {
  WorkRoom room;
  room.room.start_all();
  room.start_miner(4, echo);
  FunctionScorer scorer([](Round& round) { return score_all(round, 1); });
  subnet::Validator& validator = room.start_validator(1, scorer);
  const std::string path = room.room.folder.file("scores1");
  const SubnetId subnet = room.room.state(1).state.subnet;
  const auto average = [&] { return Scores::open(path, subnet)->average(room.key(4)); };
  ASSERT_TRUE(room.room.run_until([&] { return average() > 0.3; }));
  room.drain(validator);
  room.validators.clear();
  const double before = average();

  FunctionScorer idle(no_round);
  subnet::Validator& again = room.start_validator(1, idle);
  ASSERT_TRUE(room.room.run_until([&] { return again.view()->rounds > 3; }));
  EXPECT_EQ(average(), before) << "rounds that ask nobody change nobody's average";
  room.drain(again);
  EXPECT_EQ(average(), before);
}

TEST(Validator, StartsWithNoDamagedScores) {
  WorkRoom room;
  room.room.start_all();
  room.room.folder.write("scores1", "{}\nnonsense\n");
  FunctionScorer scorer(no_round);
  subnet::ValidatorOptions options;
  options.scores_path = room.room.folder.file("scores1");
  const auto made = subnet::Validator::make(room.executor(), room.room.node(1), room.client(1),
                                            scorer, options, room.log());
  EXPECT_TRUE(absl::IsDataLoss(made.status())) << made.status();
  EXPECT_EQ(contents(options.scores_path), "{}\nnonsense\n");
}

TEST(Validator, ADiskThatTakesNothingIsSaidAndTheRoundsGoOn) {
  WorkRoom room;
  room.room.start_all();
  room.start_miner(4, echo);
  FunctionScorer scorer([](Round& round) { return score_all(round, 1); });
  subnet::ValidatorOptions options;
  options.scores_path = room.room.folder.file("missing/scores");
  const subnet::Validator& validator = room.start_validator(1, scorer, options);
  ASSERT_TRUE(room.room.run_until([&] { return !validator.view()->scores_problem.empty(); }));
  EXPECT_TRUE(room.was_said("a restart would lose"));
  std::filesystem::create_directory(room.room.folder.file("missing"));
  ASSERT_TRUE(room.room.run_until([&] { return validator.view()->scores_problem.empty(); }));
  EXPECT_TRUE(room.was_said("can be saved again"));
}

TEST(Validator, TheScorerHasTheLastWordOnTheWeights) {
  WorkRoom room;
  room.room.start_all();
  room.start_miner(4, echo);
  FunctionScorer scorer([](Round& round) { return score_all(round, 1); });
  scorer.change = [](const State&, std::vector<subnet::UidScore> averages) {
    averages.push_back({5, 1.0});     // a friend that does nothing
    averages.push_back({4000, 1.0});  // nobody
    return averages;
  };
  room.start_validator(1, scorer);
  ASSERT_TRUE(room.room.run_until([&] { return !row_of(room.room.state(0).state, 1).empty(); }));
  bool friendly = false;
  for (const auto& [uid, value] : row_of(room.room.state(0).state, 1)) friendly |= uid == 5;
  EXPECT_TRUE(friendly);
}

TEST(Validator, WithoutPowerItAsksNobody) {
  WorkRoom room;
  room.room.start_all();
  room.start_miner(4, echo);
  room.room.start(5);
  bool asked = false;
  FunctionScorer scorer([&](Round& round) {
    asked = true;
    return no_round(round);
  });
  room.start_validator(5, scorer);
  const std::uint64_t now = room.room.sealed(5);
  ASSERT_TRUE(room.room.run_until([&] { return room.room.sealed(5) > now + 1; }));
  EXPECT_FALSE(asked);
  EXPECT_TRUE(room.was_said("has no power"));
}

}  // namespace
}  // namespace yuma::test
