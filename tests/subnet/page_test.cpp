// SPDX-License-Identifier: MIT

// The page's documents: what is in them, what must not be, who may ask. How it looks is tried in a
// browser (tests/browser).

#include "yuma/subnet/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/subnet/page_example.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::subnet {
namespace {

using test::PageExample;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

PageAnswer ask(const PageExample& example, const std::string& target,
               const std::string& host = "127.0.0.1:9460", const std::string& method = "GET") {
  return page_answer(method, target, host, example.page, example.history, {"node.example"});
}

std::string header(const PageAnswer& answer, const std::string& name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return "";
}

Json state_of(const PageExample& example) {
  auto json = parse_json(ask(example, "/v1/state").body);
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

TEST(Page, OneFileWithNothingFromElsewhere) {
  const PageExample example;
  PageAnswer answer = ask(example, "/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header(answer, "Content-Type"), "text/html; charset=utf-8");
  // The only address in it is the name of SVG's namespace.
  const std::string space = "http://www.w3.org/2000/svg";
  answer.body.erase(answer.body.find(space), space.size());
  EXPECT_THAT(answer.body, AllOf(HasSubstr("<!DOCTYPE html>"), Not(HasSubstr("http://")),
                                 Not(HasSubstr("src=")), Not(HasSubstr("@import")),
                                 Not(HasSubstr("innerHTML")), Not(HasSubstr("style="))));
  EXPECT_THAT(header(answer, "Content-Security-Policy"),
              MatchesRegex("default-src 'none'; script-src 'sha256-[A-Za-z0-9+/]{43}='; style-src "
                           "'sha256-[A-Za-z0-9+/]{43}='; connect-src 'self'; base-uri 'none'; "
                           "form-action 'none'; frame-ancestors 'none'"));
}

TEST(Page, StateHasWhatThePageShows) {
  const PageExample example;
  const Json json = state_of(example);
  EXPECT_EQ(json["epoch"], 6);
  EXPECT_EQ(json["uid"], 1);
  EXPECT_EQ(json["ready"], true);
  EXPECT_EQ(json["neurons"].size(), 8U);
  EXPECT_EQ(json["neurons"][0]["role"], "owner");
  EXPECT_EQ(json["neurons"][4]["role"], "miner");
  EXPECT_EQ(json["neurons"][3]["voted"], false);
  EXPECT_EQ(json["neurons"][4]["work"]["note"], "tour of 71,203 km");
  EXPECT_GT(json["neurons"][4]["incentive"].get<int>(), 0);
  EXPECT_EQ(json["seals"].size(), 6U);
  EXPECT_EQ(json["seals"][0]["epoch"], 6);
  EXPECT_EQ(json["seals"][0]["power"], 3);
  EXPECT_EQ(json["seals"][0]["root"], to_hex(example.history.last()->state_root));
  EXPECT_EQ(json["peers"].size(), 3U);
  EXPECT_EQ(json["peers"][2]["endpoint"], "[2001:db8::7]:9443");
  EXPECT_EQ(json["refusals"]["bad_signature"], 3);
  EXPECT_EQ(json["notices"][0]["text"], "the signer was away for 2 s");
  EXPECT_EQ(json["due_ms"].get<std::uint64_t>(),
            1'700'000'000'000 + 12'000 * json["due"].get<std::uint64_t>());
}

TEST(Page, NothingIsOnItThatIsNotSealed) {
  const PageExample example;
  for (const char* target : {"/", "/v1/state", "/v1/history", "/metrics", "/readyz"}) {
    EXPECT_THAT(ask(example, target).body, Not(HasSubstr("SECRET"))) << target;
  }
}

TEST(Page, HistoryHasTheSharesOfEachEpoch) {
  const PageExample example;
  const auto json = parse_json(ask(example, "/v1/history").body);
  ASSERT_TRUE(json.ok()) << json.status();
  const Json& epochs = (*json)["epochs"];
  ASSERT_EQ(epochs.size(), 6U);
  EXPECT_EQ(epochs[0]["epoch"], 1);
  EXPECT_TRUE(epochs[0]["incentive"].empty());  // the first weights count in epoch 2
  double incentive = 0;
  for (const auto& [uid, value] : epochs[5]["incentive"].items()) incentive += value.get<double>();
  EXPECT_NEAR(incentive, 65535, 10);
}

TEST(Page, HistoryIsBoundedAndStartsAnewAfterAGap) {
  PageExample example(3);
  for (std::size_t i = 0; i < PageHistory::kEpochs; ++i) example.step();
  EXPECT_EQ(example.history.epochs().size(), PageHistory::kEpochs);
  const auto last = example.history.last();
  auto later = std::make_shared<SealedEpoch>(*last);
  later->epoch += 7;
  example.history.add(later);
  ASSERT_EQ(example.history.epochs().size(), 1U);
  EXPECT_EQ(example.history.epochs()[0].epoch, last->epoch + 7);
}

TEST(Page, ANodeThatHasSeenNothingYetHasAPage) {
  PageExample example(0);
  const Json json = state_of(example);
  EXPECT_EQ(json["epoch"], 0);
  EXPECT_TRUE(json["seals"].empty());
  EXPECT_FALSE(json["neurons"][0].contains("incentive"));
  EXPECT_EQ(ask(example, "/metrics").status, 200);
  EXPECT_EQ(ask(example, "/v1/history").body, R"({"epochs":[]})");
  example.view().uid.reset();
  example.page.work.reset();
  EXPECT_TRUE(state_of(example)["uid"].is_null());
  EXPECT_EQ(ask(example, "/metrics").status, 200);
}

TEST(Page, MetricsAreWhatPrometheusReads) {
  const PageExample example;
  const PageAnswer answer = ask(example, "/metrics");
  EXPECT_EQ(header(answer, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body,
              AllOf(HasSubstr("# TYPE yuma_sealed_epoch gauge\nyuma_sealed_epoch 6\n"),
                    HasSubstr("yuma_peer_up{uid=\"3\"} 0\n"),
                    HasSubstr("yuma_peer_round_trip_seconds{uid=\"0\"} 0.001234\n"),
                    HasSubstr("# TYPE yuma_refused_total counter\n"),
                    HasSubstr("yuma_refused_total{reason=\"bad_signature\"} 3\n"),
                    HasSubstr("# TYPE yuma_http_requests_total counter\n"),
                    HasSubstr("yuma_seconds_since_seal 4.2\n"), HasSubstr("yuma_rounds_total 24\n"),
                    HasSubstr("yuma_miner_answer_seconds{uid=\"4\"} 0.0123\n")));
  // Each line is a comment or a sample.
  std::istringstream lines(answer.body);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_THAT(line,
                ContainsRegex("^(# (HELP|TYPE) yuma_[a-z0-9_]+ .+"
                              "|yuma_[a-z0-9_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? "
                              "[0-9.e+-]+)$"));
  }
}

TEST(Page, HealthIsForSupervisors) {
  PageExample example;
  EXPECT_EQ(ask(example, "/healthz").status, 200);
  EXPECT_EQ(ask(example, "/readyz").status, 200);
  example.view().health.ready = false;
  EXPECT_EQ(ask(example, "/readyz").status, 503);
  example.view().health.problems = {"the disk is full: make room", "no peer answers"};
  EXPECT_EQ(ask(example, "/readyz").body, "the disk is full: make room\nno peer answers\n");
  EXPECT_EQ(ask(example, "/healthz").status, 200);
}

TEST(Page, OnlyReadingAndOnlyUnderKnownNames) {
  const PageExample example;
  EXPECT_EQ(ask(example, "/", "127.0.0.1", "POST").status, 405);
  EXPECT_EQ(header(ask(example, "/", "127.0.0.1", "DELETE"), "Allow"), "GET, HEAD");
  EXPECT_EQ(ask(example, "/", "127.0.0.1", "HEAD").status, 200);
  for (const char* host : {"127.0.0.1", "127.0.0.1:80", "localhost", "localhost:9460", "[::1]:9460",
                           "[::1]", "10.0.0.7:1", "node.example", "node.example:9460"}) {
    EXPECT_EQ(ask(example, "/v1/state", host).status, 200) << host;
  }
  for (const char* host : {"", "evil.example", "evil.example:9460", "localhost.evil.example",
                           "127.0.0.1.evil.example", "node.example.", "1.2.3", "..."}) {
    EXPECT_EQ(ask(example, "/v1/state", host).status, host == std::string("...") ? 200 : 421)
        << host;
  }
}

TEST(Page, OtherPathsAreNotThere) {
  const PageExample example;
  for (const char* target : {"/v1", "/v1/state/", "/metrics2", "//", "", "/../etc/passwd"}) {
    EXPECT_EQ(ask(example, target).status, 404) << target;
  }
  EXPECT_EQ(ask(example, "/?a=b").status, 200);
  EXPECT_EQ(header(ask(example, "/nothing"), "X-Content-Type-Options"), "nosniff");
}

TEST(Page, TextFromPeersStaysText) {
  PageExample example;
  example.view().peers[0].last_error = "a \xff\xfe \"quoted\" \x01 </script>";
  const Json json = state_of(example);
  EXPECT_THAT(json["peers"][0]["error"].get<std::string>(), HasSubstr("</script>"));
  example.view().refusals["new\nline \"x\""] = 1;
  EXPECT_THAT(ask(example, "/metrics").body, HasSubstr(R"(reason="new\nline \"x\"")"));
}

}  // namespace
}  // namespace yuma::subnet
