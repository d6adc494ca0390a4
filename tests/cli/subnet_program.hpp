// SPDX-License-Identifier: MIT
#pragma once

// yuma-validator as the people of a private subnet run it: a home with one wallet each, and no
// terminal unless a test asks for one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/history.hpp"
#include "tests/support/process.hpp"
#include "tests/support/terminal.hpp"
#include "yuma/identity/keyfile.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::test {

class SubnetProgram : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  SubnetProgram() {
    for (const char* name : {"alice", "bob", "charlie", "dave", "eve"}) add_wallet(name);
  }

  Finished run(Words words, const std::string& environment = "") const {
    words.insert(words.begin(), {"--wait", YUMA_VALIDATOR});
    return run_program("/usr/bin/setsid", words,
                       "env -u BT_WALLET_NAME -u BT_WALLET_HOTKEY -u BT_WALLET_PATH HOME=" +
                           quoted(file("")) + " " + environment + " ");
  }
  TerminalRun on_terminal(const Words& words) const {
    return TerminalRun(YUMA_VALIDATOR, words, {{"HOME", file("")}});
  }
  std::string file(const std::string& name) const { return scratch_.file(name); }
  std::string write(const std::string& name, const std::string& text) const {
    return scratch_.write(name, text);
  }

  /// The hotkey of NAME/hot: the development key of that name, "//Alice" of "alice".
  static KeyPair key_of(std::string name) {
    name[0] = static_cast<char>(std::toupper(name[0]));
    return KeyPair::from_uri(Scheme::kSr25519, "//" + name).value();
  }
  static std::string address_of(const std::string& name) { return key_of(name).address(); }

  /// A genesis of alice, bob, charlie and dave with equal power, and eve as a miner.
  std::string make_genesis(const std::string& name = "net.genesis", Words more = {}) const {
    Words words = {"genesis", "new",      "--out", file(name),
                   "--set",   "tempo=25", "--set", "emission_per_block=1 TAO",
                   "--miner", "eve/hot"};
    for (const char* validator : {"alice", "bob", "charlie", "dave"}) {
      words.insert(words.end(), {"--validator", std::string(validator) + "/hot:1:1000"});
    }
    words.insert(words.end(), more.begin(), more.end());
    const auto made = run(words);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return file(name);
  }

  nlohmann::json shown(const std::string& path) const {
    const auto run_show = run({"genesis", "show", path, "--json"});
    EXPECT_EQ(run_show.exit_code, 0) << run_show.err;
    return nlohmann::json::parse(run_show.out, nullptr, false);
  }

  static void expect_fits_80_columns(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }

  ScratchFolder scratch_;

 private:
  void add_wallet(const std::string& name) const {
    const auto paths = wallet_paths(file(".bittensor/wallets"), {name, "hot"});
    const auto written = store_key_file(paths->hotkey, paths->hotkeypub,
                                        key_file_of_key(key_of(name)), "", IfThere::kRefuse);
    EXPECT_TRUE(written.ok()) << written;
  }
};

}  // namespace yuma::test
