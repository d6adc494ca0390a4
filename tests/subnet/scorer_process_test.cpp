// SPDX-License-Identifier: MIT

#include "yuma/subnet/scorer_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "src/subnet/scorer_lines.hpp"
#include "tests/subnet/fake_round.hpp"
#include "tests/support/process.hpp"

namespace yuma::test {
namespace {

using namespace std::chrono_literals;
using subnet::LogEntry;
using subnet::ScorerProcess;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(SplitCommand, FollowsQuotesAndNothingElse) {
  const auto words = [](std::string_view line) { return subnet::split_command(line).value(); };
  EXPECT_THAT(words("./score.py"), ElementsAre("./score.py"));
  EXPECT_THAT(words("  python3 -u  'my scorer.py' \"a b\"c \\  "),
              ElementsAre("python3", "-u", "my scorer.py", "a bc", " "));
  EXPECT_THAT(words("x '' \"\\\"\" '\\' $HOME *"), ElementsAre("x", "", "\"", "\\", "$HOME", "*"));
  EXPECT_FALSE(subnet::split_command("").ok());
  EXPECT_FALSE(subnet::split_command("   ").ok());
  EXPECT_FALSE(subnet::split_command("python3 'open").ok());
}

TEST(CheckCommand, SaysWhyAProgramCannotBeStarted) {
  const ScratchFolder folder;
  EXPECT_TRUE(subnet::check_command({"sh"}).ok());
  EXPECT_TRUE(absl::IsNotFound(subnet::check_command({"no-such-program-here"})));
  EXPECT_TRUE(absl::IsNotFound(subnet::check_command({folder.file("none")})));
  EXPECT_TRUE(absl::IsPermissionDenied(subnet::check_command({folder.write("plain", "x")})));
  EXPECT_TRUE(absl::IsPermissionDenied(subnet::check_command({"/tmp"})));
}

class ScorerProcessTest : public ::testing::Test {
 protected:
  subnet::ScorerProcessOptions options(const std::string& how, const std::string& marker = "") {
    subnet::ScorerProcessOptions out;
    out.command = {"python3", YUMA_SOURCE_DIR "/tests/subnet/scorer.py", how, marker};
    out.limit = 10s;
    out.first_pause = 10ms;
    out.longest_pause = 40ms;
    out.max_line = 100'000;
    return out;
  }
  subnet::LogSink log() {
    return [this](const LogEntry& entry) { said.push_back(entry.text); };
  }

  /// Runs a coroutine to its end.
  template <class T>
  T wait(asio::awaitable<T> coroutine) {
    std::optional<T> out;
    std::exception_ptr error;
    asio::co_spawn(io, std::move(coroutine), [&](std::exception_ptr e, T value) {
      error = e;
      out = std::move(value);
      io.stop();
    });
    io.restart();
    io.run();
    if (error) std::rethrow_exception(error);
    return *out;
  }
  static asio::awaitable<bool> play(subnet::Scorer& scorer, subnet::Round& round) {
    co_await scorer.round(round);
    co_return true;
  }
  static asio::awaitable<bool> end(subnet::Scorer& scorer) {
    co_await scorer.stop();
    co_return true;
  }

  /// What went wrong with a round; "" where nothing did.
  std::string play(subnet::Scorer& scorer) {
    try {
      wait(play(scorer, round));
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }
  std::string play(const std::string& how) {
    ScorerProcess scorer(io.get_executor(), options(how), log());
    return play(scorer);
  }
  bool was_said(const std::string& text) const {
    for (const std::string& line : said) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

  /// Runs until it is in the log.
  bool is_said(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!was_said(text) && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(100ms);
    }
    return was_said(text);
  }

  asio::io_context io;
  Subnet subnet;
  FakeRound round{subnet};
  std::vector<std::string> said;
};

TEST_F(ScorerProcessTest, AsksAndScores) {
  ScorerProcess scorer(io.get_executor(), options("good"), log());
  ASSERT_EQ(play(scorer), "");
  EXPECT_EQ(round.asked.size(), 4U);
  EXPECT_EQ(round.asked[5].body, R"({"for":5})");
  EXPECT_EQ(find_header(round.asked[5].headers, "content-type"), "application/json");
  EXPECT_THAT(round.scores,
              ElementsAre(Pair(4, 0.25), Pair(5, 0.2), Pair(6, 1.0 / 6), Pair(7, 1.0 / 7)));
  EXPECT_EQ(round.notes[4], "was asked");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(play(scorer), "") << i;
  EXPECT_EQ(scorer.starts(), 1U) << "one process for all rounds";
  EXPECT_TRUE(was_said("scorer: ready, as good")) << "its standard error is in the log";
}

TEST_F(ScorerProcessTest, HandsOverBytesAsTheyAre) {
  round.answers[4].outcome = subnet::Answer::Outcome::kTooLate;
  round.answers[4].error = "did not answer \xff in time";
  ASSERT_EQ(play("bytes"), "");
  EXPECT_EQ(round.asked[5].body, std::string("\0\xff", 2));
  EXPECT_EQ(round.asked[5].target, "/x?y");
  EXPECT_EQ(find_header(round.asked[5].headers, "X-A"), "b");
  EXPECT_EQ(round.asked_options.deadline, 250ms);
  EXPECT_EQ(round.scores.count(4), 0U);
  EXPECT_EQ(round.scores.count(5), 1U);
}

TEST_F(ScorerProcessTest, WhatGoesWrongCostsTheRoundAndSaysWhy) {
  EXPECT_THAT(play("garbage"), HasSubstr("no JSON"));
  EXPECT_THAT(play("typo"), HasSubstr("unknown field 'requets'"));
  EXPECT_THAT(play("stranger"), HasSubstr("requests[0]: this uid is no miner"));
  EXPECT_THAT(play("half"), HasSubstr("ended in the middle of a line"));
  EXPECT_THAT(play("endless"), HasSubstr("a line of more than 100000 bytes"));
  EXPECT_THAT(play("two lines"), HasSubstr("nobody had asked for"));
  EXPECT_THAT(play("nan"), HasSubstr("NaN is none"));
  EXPECT_THAT(play("dies at scores"), HasSubstr("ended without an answer"));
  EXPECT_TRUE(round.scores.empty());
}

TEST_F(ScorerProcessTest, ScoresAreTakenWholeOrNotAtAll) {
  EXPECT_THAT(play("some wrong"), HasSubstr("scores: that of uid 5 is no number"));
  EXPECT_TRUE(round.scores.empty());
}

TEST_F(ScorerProcessTest, AHangingScorerIsKilledAndStartedAnew) {
  auto how = options("hangs");
  how.limit = 300ms;
  ScorerProcess scorer(io.get_executor(), how, log());
  EXPECT_THAT(play(scorer), HasSubstr("did not answer within 300 ms"));
  EXPECT_THAT(play(scorer), HasSubstr("did not answer within 300 ms"));
  EXPECT_EQ(scorer.starts(), 2U);
  EXPECT_TRUE(is_said("was ended by signal 9; it is started again in 10 ms"));
  EXPECT_TRUE(is_said("started again in 20 ms")) << "pauses grow";
}

TEST_F(ScorerProcessTest, ASlowOneHasItsTime) { EXPECT_EQ(play("slow"), ""); }

TEST_F(ScorerProcessTest, OneThatDiesIsStartedAgainAndTheRoundWaitsForIt) {
  const ScratchFolder folder;
  ScorerProcess scorer(io.get_executor(), options("dies the first time", folder.file("once")),
                       log());
  std::string trouble = play(scorer);
  if (!trouble.empty()) trouble = play(scorer);  // the first one may have died within the round
  EXPECT_EQ(trouble, "");
  EXPECT_EQ(scorer.starts(), 2U);
  EXPECT_TRUE(was_said("the scorer ended with status 1; it is started again"));
}

TEST_F(ScorerProcessTest, OneThatNeverRunsCostsNoMoreThanTheLimit) {
  auto how = options("dies at once");
  how.limit = 200ms;
  ScorerProcess scorer(io.get_executor(), how, log());
  EXPECT_NE(play(scorer), "");
  how.command = {"/no/such/program"};
  ScorerProcess other(io.get_executor(), how, log());
  EXPECT_THAT(play(other), HasSubstr("does not run"));
  EXPECT_TRUE(was_said("there is no program '/no/such/program'"));
}

TEST_F(ScorerProcessTest, AScriptWithoutInterpreterSaysSo) {
  const ScratchFolder folder;
  const std::string script = folder.write("score", "import sys\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  auto how = options("");
  how.command = {script};
  how.limit = 100ms;
  ScorerProcess scorer(io.get_executor(), how, log());
  play(scorer);
  EXPECT_TRUE(was_said("#!/usr/bin/env python3"));
}

TEST_F(ScorerProcessTest, StopsByEndOfInputAndByForce) {
  const ScratchFolder folder;
  ScorerProcess polite(io.get_executor(), options("leaves a word", folder.file("bye")), log());
  ASSERT_EQ(play(polite), "");
  // It ends at SIGTERM or at the end of its input, whichever it sees first.
  wait(end(polite));
  EXPECT_THAT(play(polite), HasSubstr("the validator stops"));

  ScorerProcess stubborn(io.get_executor(), options("stays on"), log());
  ASSERT_EQ(play(stubborn), "");
  const auto began = std::chrono::steady_clock::now();
  wait(end(stubborn));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  // Nothing of either is left.
  io.restart();
  io.run_for(50ms);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(ScorerProcessTest, GetsNeitherPasswordsNorFilesOfTheValidator) {
  const ScratchFolder folder;
  const std::string script =
      folder.write("look",
                   "#!/bin/sh\n(env; ls -l /proc/$$/fd) >&2\nread line\necho '{\"requests\": []}'\n"
                   "read line\necho '{\"scores\": {}}'\nread line\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  setenv("BT_WALLET_PASSWORD", "secret", 1);
  setenv("BT_PW_X", "secret", 1);
  setenv("OTHER_VARIABLE", "kept", 1);
  std::FILE* open_file = std::fopen(folder.file("open").c_str(), "w");
  auto how = options("");
  how.command = {script};
  ScorerProcess scorer(io.get_executor(), how, log());
  EXPECT_EQ(play(scorer), "");
  std::fclose(open_file);
  unsetenv("BT_WALLET_PASSWORD");
  unsetenv("BT_PW_X");
  EXPECT_TRUE(was_said("OTHER_VARIABLE=kept"));
  EXPECT_FALSE(was_said("secret"));
  EXPECT_FALSE(was_said(folder.file("open")));
}

TEST(ScorerLines, TellWhatCanBeAsked) {
  Subnet subnet;
  FakeRound round(subnet);
  const auto line = nlohmann::json::parse(subnet::challenge_line(round));
  EXPECT_EQ(line["type"], "challenge");
  EXPECT_EQ(line["epoch"], 7);
  EXPECT_EQ(line["round"], 2);
  EXPECT_EQ(line["random"], "0000000000001234");
  EXPECT_NEAR(line["seconds_left"].get<double>(), 5, 1);
  EXPECT_EQ(line["miners"].size(), 4U);
  EXPECT_EQ(line["miners"][0]["uid"], 4);
  EXPECT_EQ(line["miners"][0]["hotkey"], subnet.keys.key(4).address());
  EXPECT_EQ(line["miners"][0]["reachable"], true);
}

TEST(ScorerLines, RefuseWhatIsNone) {
  Subnet subnet;
  FakeRound round(subnet);
  const auto why = [&](std::string_view line) {
    return std::string(subnet::read_challenge(line, round).status().message());
  };
  EXPECT_THAT(why(""), HasSubstr("no JSON"));
  EXPECT_THAT(why("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(why("{}"), HasSubstr("needs request"));
  EXPECT_THAT(why(R"({"request": 7})"), HasSubstr("request"));
  EXPECT_THAT(why(R"({"request": {}, "requests": []})"), HasSubstr("needs request"));
  EXPECT_THAT(why(R"({"request": {"uid": 4}})"), HasSubstr("has no uid"));
  EXPECT_THAT(why(R"({"requests": {}})"), HasSubstr("no list"));
  EXPECT_THAT(why(R"({"requests": [{}]})"), HasSubstr("requests[0]: has no uid"));
  EXPECT_THAT(why(R"({"requests": [{"uid": 4}, {"uid": 4}]})"), HasSubstr("asked twice"));
  EXPECT_THAT(why(R"({"requests": [{"uid": -4}]})"), HasSubstr("has no uid"));
  EXPECT_THAT(why(R"({"request": {"method": "NO WAY"}})"), HasSubstr("method"));
  EXPECT_THAT(why(R"({"request": {"path": "no slash"}})"), HasSubstr("target"));
  EXPECT_THAT(why(R"({"request": {"body": "a", "json": 1}})"), HasSubstr("only one of"));
  EXPECT_THAT(why(R"({"request": {"body_base64": "%"}})"), HasSubstr("no base64"));
  EXPECT_THAT(why(R"({"request": {}, "deadline_ms": 0})"), HasSubstr("deadline_ms"));
  EXPECT_THAT(why(R"({"request": {}, "deadline_ms": 1e99})"), HasSubstr("deadline_ms"));
  EXPECT_THAT(why(R"({"request": {}, "require_signature": 1})"), HasSubstr("require_signature"));
  EXPECT_EQ(why(R"({"request": {}})"), "");
  EXPECT_EQ(why(R"({"requests": []})"), "");

  const auto scores = [&](std::string_view line) {
    return std::string(subnet::read_scores(line, round).message());
  };
  EXPECT_THAT(scores("{}"), HasSubstr("has no scores"));
  EXPECT_THAT(scores(R"({"scores": []})"), HasSubstr("no object"));
  EXPECT_THAT(scores(R"({"scores": {"04": 1}})"), HasSubstr("no uid of the round"));
  EXPECT_THAT(scores(R"({"scores": {"0": 1}})"), HasSubstr("no uid of the round"));
  EXPECT_THAT(scores(R"({"scores": {}, "skip": ["4"]})"), HasSubstr("skip"));
  EXPECT_THAT(scores(R"({"scores": {}, "notes": {"4": 4}})"), HasSubstr("notes"));
  EXPECT_TRUE(round.scores.empty());
  EXPECT_EQ(scores(R"({"scores": {"4": 1}, "skip": [5], "notes": {"5": "away"}})"), "");
  EXPECT_THAT(round.skipped, ElementsAre(5));
}

}  // namespace
}  // namespace yuma::test
