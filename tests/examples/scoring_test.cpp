// SPDX-License-Identifier: MIT

// What is asked and answered, what answers are worth, and what the two bad validators set.

#include "examples/routes/scoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/history.hpp"
#include "yuma/snapshot/json.hpp"

namespace routes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using yuma::subnet::Answer;
using yuma::subnet::UidScore;

const Map kSquare{
    "square", Metric::kEuclid, {{"a", 0, 0}, {"b", 0, 10}, {"c", 10, 10}, {"d", 10, 0}}};

Answer answered(const std::string& body, double milliseconds = 10) {
  Answer out;
  out.outcome = Answer::Outcome::kAnswered;
  out.status = 200;
  out.body = body;
  out.milliseconds = milliseconds;
  return out;
}

TEST(Scoring, TasksComeBackAsTheyWent) {
  Task task{kSquare, 800};
  task.map.places[0].x = 13.366666666666667;
  const auto read = decode_task(encode_task(task));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->milliseconds, 800U);
  EXPECT_EQ(read->map.metric, Metric::kEuclid);
  EXPECT_EQ(read->map.places[0].x, task.map.places[0].x);
  EXPECT_EQ(*decode_tour(encode_tour({3, 1, 2})), (Tour{3, 1, 2}));
}

TEST(Scoring, HostileTasksAndToursAreRefused) {
  const std::string points = R"("points":[[0,0],[1,1],[2,2]])";
  for (const std::string& text :
       {std::string("no JSON"), std::string("[]"), std::string("{}"),
        R"({"metric":"EUC_2D","milliseconds":10,"points":[[0,0],[1,1]]})" + std::string(),
        R"({"metric":"EUC_3D","milliseconds":10,)" + points + "}",
        R"({"metric":7,"milliseconds":10,)" + points + "}",
        R"({"metric":"EUC_2D","milliseconds":-1,)" + points + "}",
        R"({"metric":"EUC_2D","milliseconds":10,"points":[[0,0],[1,1],[2,1e300]]})" + std::string(),
        R"({"metric":"EUC_2D","milliseconds":10,"points":[[0,0],[1,1],[2]]})" + std::string(),
        R"({"metric":"EUC_2D","milliseconds":10,"points":{"0":[1,1]}})" + std::string()}) {
    EXPECT_FALSE(decode_task(text).ok()) << text;
  }
  for (const char* text :
       {"", "[0,1,2]", "{}", R"({"tour":7})", R"({"tour":[0,-1]})", R"({"tour":[0,1.5]})",
        R"({"tour":["0"]})", R"({"tour":[99999999999]})"}) {
    EXPECT_FALSE(decode_tour(text).ok()) << text;
  }
}

TEST(Scoring, EachAnswerGetsItsValueAndItsWords) {
  std::vector<Answer> answers = {answered(R"({"tour":[0,1,2,3]})"),
                                 answered(R"({"tour":[0,2,1,3]})", 1),
                                 answered(R"({"tour":[0,1,2]})"),
                                 answered("<html>"),
                                 answered(R"({"tour":[0,1,2,3]})"),
                                 Answer{},
                                 Answer{}};
  answers[4].status = 500;
  answers[5].outcome = Answer::Outcome::kTooLate;
  answers[6].outcome = Answer::Outcome::kUnreachable;
  answers[6].error = "connection refused";
  std::int64_t best = 0;
  const std::vector<Judged> judged = judge(kSquare, answers, best);
  EXPECT_EQ(best, 40);
  std::vector<std::string> notes;
  for (const Judged& one : judged) notes.push_back(one.note);
  EXPECT_THAT(notes,
              ElementsAre("the best", "20.0 % above the best", "skips 1 of 4 cities", HasSubstr(""),
                          "answers with status 500", "too late", "connection refused"));
  EXPECT_EQ(judged[0].value, 1);
  EXPECT_NEAR(judged[1].value, 0.1615, 1e-4);
  for (std::size_t i = 2; i < judged.size(); ++i) EXPECT_EQ(judged[i].value, 0) << i;

  // A better one that was seen before makes all worth less.
  best = 36;
  EXPECT_NEAR(judge(kSquare, answers, best)[0].value, 0.3487, 1e-4);
  EXPECT_EQ(best, 36);
  // And where nobody answers nothing is known.
  best = 0;
  EXPECT_EQ(judge(kSquare, {answers[5]}, best)[0].value, 0);
  EXPECT_EQ(best, 0);
}

TEST(Scoring, DrawsPlacesBySeed) {
  Map many{"many", Metric::kEuclid, {}};
  for (int i = 0; i < 50; ++i) many.places.push_back({std::to_string(i), 1.0 * i, 0});
  const auto names = [](const Map& map) {
    std::vector<std::string> out;
    for (const Place& place : map.places) out.push_back(place.name);
    return out;
  };
  const auto ten = names(draw(many, 10, 1));
  EXPECT_EQ(ten.size(), 10U);
  EXPECT_EQ(std::set<std::string>(ten.begin(), ten.end()).size(), 10U);
  EXPECT_EQ(ten, names(draw(many, 10, 1)));
  EXPECT_NE(ten, names(draw(many, 10, 2)));
  EXPECT_EQ(names(draw(many, 99, 1)), names(many));
}

TEST(Scoring, JournalHasWhatTheReportReads) {
  std::int64_t best = 0;
  const std::vector<Judged> judged =
      judge(kSquare, {answered(R"({"tour":[0,1,2,3]})"), answered(R"({"tour":[1]})")}, best);
  const std::string line = journal_line(3, kSquare, kSquare, {"5A", "5B"}, judged);
  ASSERT_EQ(line.back(), '\n');
  const auto json = yuma::parse_json(line);
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ((*json)["epoch"], 3);
  EXPECT_EQ((*json)["miners"][0]["value"], 40.0);
  EXPECT_FALSE((*json)["miners"][1].contains("value"));
  EXPECT_EQ((*json)["route"]["order"], yuma::Json({0, 1, 2, 3}));
}

TEST(Scoring, ACopierSetsTheAverageOfTheOthers) {
  yuma::test::History history;
  for (int i = 0; i < 3; ++i) history.step();
  const yuma::State& state = history.sealed().state;
  const auto copied = copied_weights(state, state.neurons[1]->hotkey);
  ASSERT_EQ(copied.size(), 4U);
  double sum = 0, stakes = 0;
  for (const UidScore& score : copied) sum += score.value;
  for (const std::size_t uid : {0U, 2U, 3U})
    stakes += static_cast<double>(state.neurons[uid]->stake);
  EXPECT_NEAR(sum / stakes, 1, 1e-9);
  // Before anybody has set weights there is nothing to copy.
  EXPECT_TRUE(copied_weights(history.start().state, state.neurons[1]->hotkey).empty());
}

TEST(Scoring, AFriendGetsAsMuchAsAllOthers) {
  EXPECT_THAT(with_friend({{5, 0.2}, {7, 0.6}, {9, 0.1}}, 7),
              ElementsAre(UidScore{5, 0.2}, UidScore{7, 0.2 + 0.1}, UidScore{9, 0.1}));
  EXPECT_THAT(with_friend({{5, 0.2}}, 3), ElementsAre(UidScore{3, 0.2}, UidScore{5, 0.2}));
  EXPECT_THAT(with_friend({}, 3), ElementsAre(UidScore{3, 1}));
}

}  // namespace
}  // namespace routes
