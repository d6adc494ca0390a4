// SPDX-License-Identifier: MIT

#include "cli/run_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/environment.hpp"
#include "tests/support/process.hpp"

namespace yuma::cli {
namespace {

using test::ScratchFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A command with an option of each kind.
struct Command {
  Command() {
    command = app.add_subcommand("run");
    command->add_option("--config", config);
    command->add_option("--listen", listen)->capture_default_str();
    command->add_option("--log-format", format)
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    command->add_option("--alpha", alpha)->capture_default_str();
    command->add_option("--rounds", rounds)->capture_default_str();
    command->add_option("--peer", peers)
        ->expected(1, 100)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    command->add_flag("--lazy", lazy);
    command->add_option("--wallet", wallet);
    command->add_option("--signer", signer);
  }

  /// Problems of reading all sources.
  std::vector<std::string> run(std::vector<std::string> arguments, const std::string& file = "") {
    std::reverse(arguments.begin(), arguments.end());
    arguments.emplace_back("run");
    app.parse(arguments);
    Problems problems;
    reader().read(file, problems);
    return problems.lines();
  }
  std::string printed(std::vector<std::string> arguments, const std::string& file = "") {
    std::reverse(arguments.begin(), arguments.end());
    arguments.emplace_back("run");
    app.parse(arguments);
    Problems problems;
    RunConfig all = reader();
    all.read(file, problems);
    EXPECT_THAT(problems.lines(), IsEmpty());
    return all.printed();
  }

  CLI::App app;
  CLI::App* command;
  std::string config, listen = "0.0.0.0:8092", format = "text", wallet, signer;
  double alpha = 0.2;
  unsigned rounds = 3;
  std::vector<std::string> peers;
  bool lazy = false;

 private:
  RunConfig reader() {
    RunConfig out(*command, {"config"});
    out.add_choice({"wallet", "signer"});
    return out;
  }
};

TEST(RunConfig, FlagsThenEnvironmentThenFile) {
  const ScratchFolder folder;
  const std::string file = folder.write("c.toml",
                                        "listen = \"file:1\"\nlog-format = \"json\"\nalpha = 0.5\n"
                                        "peer = [\"a\", \"b\"]\nlazy = true\nrounds = 7\n");
  const test::Variable listen("YUMA_LISTEN", "environment:1");
  const test::Variable alpha("YUMA_ALPHA", "0.25");
  Command command;
  EXPECT_THAT(command.run({"--alpha", "0.125"}, file), IsEmpty());
  EXPECT_EQ(command.alpha, 0.125);
  EXPECT_EQ(command.listen, "environment:1");
  EXPECT_EQ(command.format, "json");
  EXPECT_EQ(command.rounds, 7U);
  EXPECT_THAT(command.peers, ElementsAre("a", "b"));
  EXPECT_TRUE(command.lazy);
}

TEST(RunConfig, WithoutSourcesTheDefaultsStay) {
  Command command;
  EXPECT_THAT(command.run({}), IsEmpty());
  EXPECT_EQ(command.listen, "0.0.0.0:8092");
  EXPECT_EQ(command.alpha, 0.2);
  EXPECT_FALSE(command.lazy);
}

TEST(RunConfig, ListsComeWithCommasInTheEnvironment) {
  const test::Variable peers("YUMA_PEER", "a@h:1, b@h:2,");
  const test::Variable lazy("YUMA_LAZY", "true");
  Command command;
  EXPECT_THAT(command.run({}), IsEmpty());
  EXPECT_THAT(command.peers, ElementsAre("a@h:1", "b@h:2"));
  EXPECT_TRUE(command.lazy);
}

TEST(RunConfig, RepeatedFlagsAreOneList) {
  Command command;
  EXPECT_THAT(command.run({"--peer", "a", "--peer", "b", "--lazy"}), IsEmpty());
  EXPECT_THAT(command.peers, ElementsAre("a", "b"));
}

TEST(RunConfig, AChoiceIsMadeByTheStrongestSource) {
  const ScratchFolder folder;
  const std::string file = folder.write("c.toml", "wallet = \"from/file\"\n");
  Command command;
  EXPECT_THAT(command.run({"--signer", "unix:/s"}, file), IsEmpty());
  EXPECT_EQ(command.signer, "unix:/s");
  EXPECT_EQ(command.wallet, "");
}

TEST(RunConfig, AllThatIsWrongIsSaidWithItsPlaceAndWithoutValues) {
  const ScratchFolder folder;
  const std::string file = folder.write("c.toml",
                                        "lissen = \"a:1\"\nalpha = \"sekret\"\n"
                                        "log-format = \"sekret\"\nrounds = [1, 2]\n"
                                        "[peer]\nx = 1\n");
  const test::Variable rounds("YUMA_LAZY", "sekret");
  Command command;
  const auto lines = command.run({}, file);
  ASSERT_EQ(lines.size(), 6U);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("YUMA_LAZY: is no value that --lazy takes"));
  EXPECT_THAT(all, HasSubstr("c.toml:1:1: lissen: is no setting"));
  EXPECT_THAT(all, HasSubstr("c.toml:2: is no value that --alpha takes"));
  EXPECT_THAT(all, HasSubstr("c.toml:3: is no value that --log-format takes"));
  EXPECT_THAT(all, HasSubstr("c.toml:4: takes one value"));
  EXPECT_THAT(all, HasSubstr("peer: must be a value"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("sekret")));

  EXPECT_THAT(Command().run({}, folder.write("d.toml", "listen = \n")),
              ElementsAre(HasSubstr("d.toml:1")));
  EXPECT_THAT(Command().run({}, folder.file("none")), ElementsAre(HasSubstr("no such file")));
}

TEST(RunConfig, WhatIsPrintedGivesTheSameAgain) {
  const ScratchFolder folder;
  const test::Variable alpha("YUMA_ALPHA", "0.3");
  const std::string first = Command().printed(
      {"--listen", "[::1]:5", "--peer", "a \"quoted\" one", "--peer", "back\\slash", "--lazy"});
  EXPECT_THAT(first, HasSubstr("listen = \"[::1]:5\""));
  EXPECT_THAT(first, HasSubstr("# command line"));
  EXPECT_THAT(first, HasSubstr("# YUMA_ALPHA"));
  EXPECT_THAT(first, HasSubstr("# log-format = \"text\""));
  unsetenv("YUMA_ALPHA");

  const std::string file = folder.write("c.toml", first);
  Command again;
  EXPECT_THAT(again.run({}, file), IsEmpty());
  EXPECT_EQ(again.listen, "[::1]:5");
  EXPECT_EQ(again.alpha, 0.3);
  EXPECT_THAT(again.peers, ElementsAre("a \"quoted\" one", "back\\slash"));
  EXPECT_TRUE(again.lazy);
  const auto settings = [](const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      out += line.substr(0, line.rfind("  # ")) + "\n";
      at = end + 1;
    }
    return out;
  };
  EXPECT_EQ(settings(Command().printed({}, file)), settings(first));
}

}  // namespace
}  // namespace yuma::cli
