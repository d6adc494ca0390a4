// SPDX-License-Identifier: MIT

// `yuma-lab table` and `report` as a user runs them, on the ledger of a small subnet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <sstream>
#include <string>
#include <vector>

#include "lab/subnet_epochs.hpp"
#include "lab/work_journal.hpp"
#include "tests/support/history.hpp"
#include "tests/support/process.hpp"

namespace yuma {
namespace {

using test::Finished;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Finished lab(const std::vector<std::string>& arguments) {
  return test::run_program(YUMA_LAB, arguments);
}

/// Five epochs, in the fourth a fault; names for some, and a journal.
class SubnetCommand : public ::testing::Test {
 protected:
  SubnetCommand() {
    EXPECT_TRUE(Ledger::create(path, history.genesis()).ok());
    auto ledger = Ledger::open(path).value();
    for (int epoch = 1; epoch <= 5; ++epoch) {
      const auto made = epoch == 4 ? history.step_with_fault(2) : history.step();
      EXPECT_TRUE(test::keep_epoch(*ledger, made).ok());
    }
    names =
        folder.write("names", "# who\nalice " + address(0) + "\n\nquick " + address(5) + " #m\n");
    std::string text;
    for (int epoch = 2; epoch <= 6; ++epoch) text += round(epoch);
    journal = folder.write("journal", text + R"({"epoch": 5, "what": "tour)");  // being written
  }

  std::string address(std::size_t uid) const {
    return history.sealed().state.neurons[uid]->hotkey.address();
  }
  std::string round(int epoch) const {
    return R"({"epoch":)" + std::to_string(epoch) +
           R"(,"what":"tour length","unit":"km","miners":[{"hotkey":")" + address(5) +
           R"(","value":)" + std::to_string(70'000 + 100 * epoch) +
           R"(,"note":"the best"},{"hotkey":")" + address(6) +
           R"(","value":80000,"note":"so so"},)" + R"({"hotkey":")" + address(7) +
           R"(","note":"too <b>late</b>"}],"route":{"title":"The way",)" +
           R"("on_earth":true,"points":[[13.4,52.5],[179,-17],[-175,-21],[-58,-34]],)" +
           R"("names":["Berlin","Fiji","Tonga","Buenos Aires"],"order":[0,1,2,3],)" +
           R"("ground":[[0,0],[10,50],[-70,-33]]}})" + "\n";
  }

  test::ScratchFolder folder;
  std::string path = folder.file("subnet.ledger"), names, journal;
  test::History history;
};

TEST_F(SubnetCommand, TableTellsWhoDidWhat) {
  const Finished run = lab({"table", path, "--names", names, "--journal", journal});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out,
              StartsWith("epoch 5, block 100: sealed by 4 of 4 validators, power 4 of 4; 4 "
                         "committed; 0 opened\nstate root "));
  EXPECT_THAT(run.out,
              AllOf(ContainsRegex("\n   0  alice +owner +10[0-9.]+ +[0-9.]+ % +[0-9.]+ +.*weigh"),
                    ContainsRegex("\n   5  quick +miner .*1 of 1 good: the best\n"),
                    ContainsRegex("\n   7  5[A-Za-z0-9]{5}\\.\\.[A-Za-z0-9]{5}  miner .*0 of 1 "
                                  "good: too <b>late</b>\n")));
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(SubnetCommand, TableOfTheFirstEpochsSaysThatNothingIsOpenedYet) {
  const Finished first = lab({"table", path, "--epoch", "1"});
  EXPECT_THAT(first.out,
              AllOf(HasSubstr("no weights yet: committed"), HasSubstr("no weights for it")));
  const Finished second = lab({"table", path, "--epoch", "2"});
  EXPECT_THAT(second.out,
              AllOf(HasSubstr("weights for 4 miners"), HasSubstr("weights of 4 valid")));
  EXPECT_THAT(lab({"table", path, "--epoch", "4"}).out, HasSubstr("signed two haves"));
}

TEST_F(SubnetCommand, TableShowsTheLargestWhereThereAreMany) {
  const Finished run = lab({"table", path, "--top", "3"});
  EXPECT_THAT(run.out, HasSubstr("3 of 8 members shown (--top 0 shows all)\n"));
}

TEST_F(SubnetCommand, FollowPrintsWhatComes) {
  auto following = std::async(std::launch::async, [&] {
    return lab({"table", path, "--follow", "--until", "7", "--patience", "60"});
  });
  auto ledger = Ledger::open(path).value();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(test::keep_epoch(*ledger, history.step()).ok());
  const Finished run = following.get();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (int epoch = 1; epoch <= 7; ++epoch) {
    EXPECT_THAT(run.out, HasSubstr("epoch " + std::to_string(epoch) + ", block"));
  }
}

TEST_F(SubnetCommand, FollowGivesUp) {
  const Finished run =
      lab({"table", folder.file("none"), "--follow", "--until", "7", "--patience", "1"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("no epoch was sealed for 1 s; the validators' logs say why"));
}

TEST_F(SubnetCommand, BadInputIsOneLine) {
  const std::string wrong = folder.write("wrong", "alice\n");
  const std::string broken = folder.write("broken", "{\"epoch\":1}\n{\"epoch\":\"x\"}\n");
  for (const auto& [arguments, word] :
       {std::pair<std::vector<std::string>, std::string>{{"table", folder.file("none")}, "none"},
        {{"table", path, "--epoch", "9"}, "the ledger has epochs 1 to 5"},
        {{"table", path, "--epoch", "0"}, "the ledger has epochs 1 to 5"},
        {{"table", path, "--names", wrong}, "line 1: needs a name and a hotkey"},
        {{"table", path, "--names", folder.file("none")}, "cannot be read"},
        {{"report", path, "--journal", broken, "--html", folder.file("out.html")},
         "line 2: epoch: not what it should be"},
        {{"report", folder.file("none"), "--html", folder.file("out.html")}, "none"}}) {
    const Finished run = lab(arguments);
    EXPECT_NE(run.exit_code, 0) << word;
    EXPECT_THAT(run.err, AllOf(HasSubstr(word), ContainsRegex("^yuma-lab: [^\n]*\n$")));
    EXPECT_THAT(run.out, IsEmpty());
  }
}

TEST_F(SubnetCommand, ReportHasMembersWorkSealsAndCharts) {
  const std::string html = folder.file("report.html");
  const Finished run =
      lab({"report", path, "--names", names, "--journal", journal, "--html", html});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("wrote " + html));
  const std::string text = test::contents(html);
  EXPECT_THAT(text, AllOf(HasSubstr("<h2>Members</h2>"), HasSubstr("<h2>What the miners did</h2>"),
                          HasSubstr("in 4 rounds"), HasSubstr("<h2>Seals</h2>"),
                          HasSubstr("too &lt;b&gt;late&lt;/b&gt;"), Not(HasSubstr("<b>late"))));
  EXPECT_THAT(text,
              AllOf(HasSubstr(to_hex(state_root(history.sealed().state))),
                    HasSubstr("Incentive over epochs"), HasSubstr("tour length above the best"),
                    HasSubstr("The way"), HasSubstr("Buenos Aires"), HasSubstr("5 quick")));
}

TEST_F(SubnetCommand, ReportWithoutJournalIsWhole) {
  const std::string html = folder.file("report.html");
  EXPECT_EQ(lab({"report", path, "--html", html, "--epochs", "2"}).exit_code, 0);
  EXPECT_THAT(test::contents(html), AllOf(HasSubstr("<h2>Members</h2>"), HasSubstr("<h2>2 epochs"),
                                          Not(HasSubstr("What the miners did"))));
}

TEST(Journal, HostileLinesAreRefused) {
  test::ScratchFolder folder;
  for (const char* line :
       {"[]", "{}", "7", "{\"epoch\":0}", "{\"epoch\":-1}", "{\"epoch\":1,\"miners\":7}",
        "{\"epoch\":1,\"miners\":[7]}", "{\"epoch\":1,\"miners\":[{\"value\":\"x\"}]}",
        "{\"epoch\":1,\"route\":{\"points\":[[1]]}}", "{\"epoch\":1,\"route\":{\"order\":[0]}}",
        "{\"epoch\":1,\"route\":{\"points\":[[1,2]],\"order\":[1]}}", "{\"epoch\":1"}) {
    const auto read = lab::read_journal(folder.write("journal", std::string(line) + "\n"));
    EXPECT_TRUE(absl::IsInvalidArgument(read.status())) << line;
  }
  EXPECT_TRUE(lab::read_journal(folder.write("journal", ""))->empty());
}

}  // namespace
}  // namespace yuma
