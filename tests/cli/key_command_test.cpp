// SPDX-License-Identifier: MIT

// `yuma-validator key` and `yuma-miner key` as a user runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/process.hpp"
#include "tests/support/terminal.hpp"
#include "yuma/identity/keyfile.hpp"

namespace yuma {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::contents;
using test::Finished;
using test::quoted;
using test::ScratchFolder;
using test::TerminalRun;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kAlice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const std::string kPhrase =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

/// A home with no wallets in it, and the commands run there.
class KeyCommand : public testing::Test {
 protected:
  Finished key(std::vector<std::string> arguments, const std::string& variables = "") const {
    arguments.insert(arguments.begin(), "key");
    // Without a terminal of its own: what asks on one must say that there is none.
    arguments.insert(arguments.begin(), YUMA_VALIDATOR);
    arguments.insert(arguments.begin(), "--wait");
    return test::run_program(
        "/usr/bin/setsid", arguments,
        "env -u BT_WALLET_NAME -u BT_WALLET_HOTKEY -u BT_WALLET_PATH -u BT_WALLET_PASSWORD HOME=" +
            quoted(home()) + " " + variables + " ");
  }
  TerminalRun on_terminal(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "key");
    return TerminalRun(YUMA_VALIDATOR, arguments, {{"HOME", home()}});
  }
  /// The path of a file below the folder of the wallets.
  std::string wallet_file(const std::string& name) const {
    return scratch_.file(".bittensor/wallets/" + name);
  }
  std::string home() const {
    const std::string path = scratch_.file("");
    return path.substr(0, path.size() - 1);
  }
  void import_alice() const {
    ASSERT_EQ(key({"import", "--dev-uri", "//Alice", "--wallet", "w/alice"}).exit_code, 0);
  }

  ScratchFolder scratch_;
};

TEST_F(KeyCommand, NewMakesAPlainHotkeyAndSaysWhere) {
  const auto run = key({"new", "--wallet", "w/h"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto file = parse_key_file(bytes_of(contents(wallet_file("w/hotkeys/h"))));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->public_key.scheme, Scheme::kSr25519);
  EXPECT_THAT(run.out, HasSubstr("address  " + file->public_key.address() + "\n"));
  EXPECT_THAT(run.out, HasSubstr(wallet_file("w/hotkeys/h") + "\n"));
  EXPECT_EQ(contents(wallet_file("w/hotkeys/hpub.txt")), public_key_file_json(file->public_key));
  EXPECT_EQ(std::ranges::count(file->phrase.text(), ' '), 11);
  // Neither output may end up in a log with the phrase.
  EXPECT_THAT(run.out + run.err, Not(HasSubstr(std::string(file->phrase.text()))));
  EXPECT_THAT(run.err, HasSubstr("could not be shown on a terminal"));
}

TEST_F(KeyCommand, NewGivesThePhraseToAProgramThatAsksForItByName) {
  const auto run = key({"new", "--wallet", "w/h", "--words", "24", "--scheme", "ed25519", "--json",
                        "--print-phrase"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const auto result = json::parse(run.out);
  const auto file = parse_key_file(bytes_of(contents(result["path"].get<std::string>())));
  EXPECT_EQ(result["secretPhrase"], file->phrase.text());
  EXPECT_EQ(result["scheme"], "ed25519");
  EXPECT_EQ(std::ranges::count(file->phrase.text(), ' '), 23);
  const auto without = key({"new", "--wallet", "w/i", "--json"});
  EXPECT_FALSE(json::parse(without.out).contains("secretPhrase"));
}

TEST_F(KeyCommand, NeverReplacesAKeyUnasked) {
  import_alice();
  for (const auto& arguments :
       {std::vector<std::string>{"new", "--wallet", "w/alice"},
        std::vector<std::string>{"import", "--dev-uri", "//Bob", "--wallet", "w/alice"}}) {
    const auto run = key(arguments);
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.err,
                AllOf(HasSubstr("there is such a file already"), HasSubstr("--overwrite")));
    EXPECT_THAT(key({"show", "--wallet", "w/alice"}).out, HasSubstr(kAlice));
  }
  EXPECT_EQ(key({"new", "--wallet", "w/alice", "--overwrite"}).exit_code, 0);
  EXPECT_THAT(key({"show", "--wallet", "w/alice"}).out, Not(HasSubstr(kAlice)));
}

TEST_F(KeyCommand, AColdkeyIsSealedAndOpensWithItsPassword) {
  const auto password = scratch_.write("password", "correct horse\n");
  const auto made = key({"import", "--dev-uri", "//Alice", "--wallet", "w", "--coldkey",
                         "--password-file", password});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("takes about 3 s"));
  EXPECT_THAT(contents(wallet_file("w/coldkey")), StartsWith("$NACL"));
  const auto shown = key({"show", "--wallet", "w", "--coldkey"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr(kAlice), HasSubstr("NaCl")));
  const auto opened = key({"sign", "--wallet", "w", "--coldkey", "--message", "m"},
                          "BT_WALLET_PASSWORD='correct horse'");
  EXPECT_EQ(opened.exit_code, 0) << opened.err;
  EXPECT_THAT(opened.err, HasSubstr("takes about 3 s"));
  const auto wrong = key({"sign", "--wallet", "w", "--coldkey", "--message", "m"},
                         "BT_WALLET_PASSWORD='wrong horse'");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("the password from BT_WALLET_PASSWORD does not open it"),
                               Not(HasSubstr("horse"))));
  const auto none = key({"sign", "--wallet", "w", "--coldkey", "--message", "m"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, AllOf(HasSubstr("no terminal"), HasSubstr("--password-file")));
}

TEST_F(KeyCommand, APasswordThatIsGivenSealsAHotkeyToo) {
  const auto password = scratch_.write("password", "correct horse\n");
  const auto plain = key({"new", "--wallet", "w/plain", "--plain", "--password-file", password});
  EXPECT_EQ(plain.exit_code, 2);
  EXPECT_FALSE(fs::exists(wallet_file("w/hotkeys/plain")));
  ASSERT_EQ(key({"new", "--wallet", "w/file", "--password-file", password}).exit_code, 0);
  ASSERT_EQ(
      key({"new", "--wallet", "w/fd", "--password-fd", "3"}, "3<" + quoted(password)).exit_code, 0);
  for (const char* name : {"file", "fd"}) {
    EXPECT_THAT(contents(wallet_file(std::string("w/hotkeys/") + name)), StartsWith("$NACL"));
  }
}

TEST_F(KeyCommand, EmptyValuesAreRefused) {
  for (const char* option : {"--wallet", "--name", "--hotkey", "--path", "--password-file"}) {
    const auto run = key({"new", option, ""});
    EXPECT_EQ(run.exit_code, 2) << option;
    EXPECT_THAT(run.err, HasSubstr(": must not be empty")) << option;
  }
  EXPECT_THAT(key({"show", "--file", ""}).err, HasSubstr("--file: must not be empty"));
  EXPECT_THAT(key({"import", "--phrase", "--from", ""}).err,
              HasSubstr("--from: must not be empty"));
  EXPECT_FALSE(fs::exists(wallet_file("")));
  EXPECT_EQ(key({"new"}, "BT_WALLET_NAME= BT_WALLET_HOTKEY=").exit_code, 0);
  EXPECT_TRUE(fs::exists(wallet_file("default/hotkeys/default")));
}

TEST_F(KeyCommand, ErrorsRepeatNoValueOfTheCommandLine) {
  for (const auto& arguments : {std::vector<std::string>{"import", "--phrase", kPhrase},
                                {"import", "--phrase=" + kPhrase},
                                {"import", "--what=" + kPhrase},
                                {"import", "-w" + kPhrase},
                                {"import", "--from-fd", kPhrase},
                                {"import", "--scheme", kPhrase},
                                {"new", "--words", kPhrase},
                                {kPhrase}}) {
    const auto run = key(arguments);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr("--help"), Not(HasSubstr("abandon"))));
    EXPECT_EQ(run.out, "");
  }
  EXPECT_THAT(key({"list", "--what=x", "-yz"}).err,
              AllOf(HasSubstr("--what"), HasSubstr("-y"), Not(HasSubstr("-yz"))));
  EXPECT_THAT(key({"new", "--words", "13"}).err, HasSubstr("--words"));
  EXPECT_THAT(key({"verify"}).err, HasSubstr("--by is required"));
}

TEST_F(KeyCommand, ImportsEveryFormOfASecretFromAFile) {
  const struct {
    const char *form, *text, *address;
  } cases[] = {
      {"--phrase", kPhrase.c_str(), "5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH"},
      {"--seed", "0x4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2",
       "5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH"},
      {"--private-key",
       "33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09"
       "925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011",
       kAlice.c_str()},
      {"--uri", "bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice",
       kAlice.c_str()}};
  for (const auto& c : cases) {
    const auto run = key({"import", c.form, "--from", scratch_.write("secret", c.text), "--wallet",
                          "w/h", "--overwrite", "--json"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(json::parse(run.out)["address"], c.address);
    EXPECT_EQ(key({"import", c.form, "--from", scratch_.write("secret", "not this"), "--wallet",
                   "w/h", "--overwrite"})
                  .exit_code,
              2);
  }
}

TEST_F(KeyCommand, ImportsAnExportOfPolkadotJs) {
  const auto c = test::identity_vectors("sdk_live")["polkadot_js_exports"][2];
  const auto exported = scratch_.write("export.json", c["json"]);
  const auto password = scratch_.write("password", c["password"]);
  const auto run = key({"import", "--export", exported, "--old-password-file", password, "--wallet",
                        "w/h", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json::parse(run.out)["address"], c["sdk"]["address"]);
  EXPECT_EQ(json::parse(run.out)["scheme"], "ed25519");
  const auto as_key_file = key({"import", "--keyfile", exported, "--wallet", "w/i"});
  EXPECT_EQ(as_key_file.exit_code, 2);
  EXPECT_THAT(as_key_file.err, HasSubstr("export of polkadot-js"));
}

TEST_F(KeyCommand, ImportsAnOldKeyFileAndSealsItAnew) {
  json vault;
  for (const json& c : test::identity_vectors("sdk_live")["keyfiles"].get<std::vector<json>>()) {
    if (c["name"] == "Ansible Vault 1.1") vault = c;
  }
  const auto old = scratch_.write("old", "");
  {
    const ScratchFolder decoded;
    const auto text = decoded.write("b64", vault["file_b64"]);
    ASSERT_EQ(std::system(("base64 -d " + quoted(text) + " >" + quoted(old)).c_str()), 0);
  }
  const auto run =
      key({"import", "--keyfile", old, "--old-password-file",
           scratch_.write("old_password", vault["password"]), "--encrypt", "--password-file",
           scratch_.write("password", "new one"), "--wallet", "w/h"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(key({"import", "--keyfile", old, "--wallet", "w/i"}).err,
              HasSubstr("--old-password-file"));
  const auto sealed = contents(wallet_file("w/hotkeys/h"));
  EXPECT_THAT(sealed, StartsWith("$NACL"));
  EXPECT_EQ(open_key_file(bytes_of(sealed), "new one")->public_key.address(),
            vault["sdk"]["address"]);
}

TEST_F(KeyCommand, ImportNeedsExactlyOneSourceAndNoSecretOnTheCommandLine) {
  EXPECT_EQ(key({"import"}).exit_code, 2);
  EXPECT_EQ(key({"import", "--phrase", "--seed"}).exit_code, 2);
  const auto secret = key({"import", "--dev-uri", kPhrase + "//x"});
  EXPECT_EQ(secret.exit_code, 2);
  EXPECT_THAT(secret.err, Not(HasSubstr("abandon")));
  EXPECT_EQ(key({"import", "--phrase", kPhrase}).exit_code, 2);
  const auto with_password = key({"import", "--dev-uri", "//Alice///hunter"});
  EXPECT_EQ(with_password.exit_code, 2);
  EXPECT_THAT(with_password.err, AllOf(HasSubstr("///"), Not(HasSubstr("hunter"))));
  const auto no_terminal = key({"import", "--phrase"});
  EXPECT_EQ(no_terminal.exit_code, 1);
  EXPECT_THAT(no_terminal.err, HasSubstr("--from FILE"));
}

TEST_F(KeyCommand, ListFitsATerminalAndWarns) {
  EXPECT_THAT(key({"list"}).out, HasSubstr("no wallets in"));
  EXPECT_EQ(key({"list", "--path", "/nowhere"}).exit_code, 1);
  import_alice();
  ASSERT_EQ(key({"import", "--dev-uri", "//Bob", "--scheme", "ed25519", "--wallet",
                 "w/a-hotkey-with-a-long-name"})
                .exit_code,
            0);
  fs::copy(wallet_file("w/hotkeys/alice"), wallet_file("w/hotkeys/alice.tmp"));
  fs::permissions(wallet_file("w/hotkeys/alice"), fs::perms(0644));
  scratch_.write(".bittensor/wallets/w/hotkeys/broken", "{");
  scratch_.write(".bittensor/wallets/w/hotkeys/esc\x1b[2J", "{");
  scratch_.write(
      ".bittensor/wallets/w/hotkeys/zc1\xc2\x9b"
      "2J\x9b\xc3\xa9",
      "{");
  scratch_.write(".bittensor/wallets/w/coldkeypub.txt",
                 contents(wallet_file("w/hotkeys/alicepub.txt")));
  const auto run = key({"list"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const char* text : {"coldkey", "public", "chmod 600", "interrupted", "damaged", "ed25519",
                           "a-hotkey-with-a-long-name\n", "esc?[2J", "zc1?2J?\xc3\xa9"}) {
    EXPECT_THAT(run.out, HasSubstr(text));
  }
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
  const auto listed = json::parse(key({"list", "--json"}).out);
  ASSERT_EQ(listed[0]["hotkeys"].size(), 6U);
  EXPECT_EQ(listed[0]["coldkey"]["address"], kAlice);
  EXPECT_EQ(listed[0]["hotkeys"][1]["hotkey"], "alice");
  EXPECT_EQ(listed[0]["hotkeys"][1]["mode"], "0644");
  EXPECT_EQ(listed[0]["hotkeys"][3]["address"], nullptr);
}

TEST_F(KeyCommand, AnErrorHasNoBytesThatATerminalObeys) {
  const auto run = key({"show", "--file",
                        scratch_.file("\x1b[2J\xc2\x9b"
                                      "2J\x9b")});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("?[2J?2J?"));
}

TEST_F(KeyCommand, ListTellsAPublicPartOfAnotherKey) {
  import_alice();
  ASSERT_EQ(key({"import", "--dev-uri", "//Bob", "--wallet", "w/bob"}).exit_code, 0);
  fs::copy(wallet_file("w/hotkeys/bobpub.txt"), wallet_file("w/hotkeys/alicepub.txt"),
           fs::copy_options::overwrite_existing);
  EXPECT_THAT(key({"list"}).out, HasSubstr("another key or scheme"));
}

TEST_F(KeyCommand, ShowNeverShowsASecretWithoutATerminal) {
  import_alice();
  for (const auto& arguments : {std::vector<std::string>{"show", "--wallet", "w/alice", "--secret"},
                                {"show", "--wallet", "w/alice", "--secret", "--json"}}) {
    const auto run = key(arguments);
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.out + run.err, Not(HasSubstr("33a6f3093f158a71")));
    EXPECT_THAT(run.out, HasSubstr(kAlice));
  }
  EXPECT_EQ(key({"show", "--wallet", "w/none"}).exit_code, 1);
  EXPECT_EQ(key({"show", "--file", scratch_.write("broken", "{")}).exit_code, 1);
}

TEST_F(KeyCommand, SignsWhatVerifyAccepts) {
  import_alice();
  const auto signed_text = key({"sign", "--wallet", "w/alice", "--message", "hello"});
  ASSERT_EQ(signed_text.exit_code, 0) << signed_text.err;
  const std::string signature = signed_text.out.substr(0, 128);
  EXPECT_EQ(signed_text.out, signature + "\n" + kAlice + "\n") << "as btcli prints it";
  const auto verify = [&](const std::string& by, const std::vector<std::string>& message) {
    std::vector<std::string> arguments = {"verify", "--by", by, "--signature", signature};
    arguments.insert(arguments.end(), message.begin(), message.end());
    return key(arguments).exit_code;
  };
  EXPECT_EQ(verify(kAlice, {"--message", "hello"}), 0);
  EXPECT_EQ(verify(kAlice, {"--hex", "0x68656c6c6f"}), 0);
  EXPECT_EQ(verify(kAlice, {"--message-file", scratch_.write("m", "hello")}), 0);
  EXPECT_EQ(verify("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
                   {"--message", "hello"}),
            0);
  EXPECT_EQ(verify(kAlice, {"--message", "hello!"}), 1);
  EXPECT_EQ(verify("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", {"--message", "hello"}), 1);
  EXPECT_EQ(verify(kAlice, {}), 2);
  EXPECT_EQ(verify("5Grw", {"--message", "hello"}), 2);
  EXPECT_EQ(verify(std::string(64, '0'), {"--message", "hello"}), 2) << "the all-zero account";
  const auto prefixed = key({"sign", "--wallet", "w/alice", "--hex", "", "--0x"});
  EXPECT_THAT(prefixed.out, StartsWith("0x"));
}

TEST_F(KeyCommand, VerifyFailsWithOneForABadSignatureOnly) {
  const std::string signature(128, '0');
  EXPECT_EQ(key({"verify", "--by", kAlice, "--signature", signature, "--message", "m"}).exit_code,
            1);
  for (const auto& arguments :
       {std::vector<std::string>{"--by", kAlice, "--signature", signature, "--message-file",
                                 scratch_.file("missing")},
        {"--by", kAlice, "--signature", signature, "--message-file", scratch_.file("")},
        {"--by", kAlice, "--signature", "00", "--message", "m"},
        {"--by", "nobody", "--signature", signature, "--message", "m"}}) {
    auto all = arguments;
    all.insert(all.begin(), "verify");
    EXPECT_EQ(key(all).exit_code, 2);
  }
}

TEST_F(KeyCommand, VerifyKnowsWhatPolkadotJsWraps) {
  import_alice();
  const auto run = key({"sign", "--wallet", "w/alice", "--message", "<Bytes>hello</Bytes>"});
  const auto verified = key({"verify", "--by", kAlice, "--signature", run.out.substr(0, 128),
                             "--message", "hello", "--json"});
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_EQ(json::parse(verified.out)["wrapped"], true);
}

TEST_F(KeyCommand, VerifiesEd25519WhenTold) {
  const std::vector<std::string> arguments = {"verify",
                                              "--by",
                                              "5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu",
                                              "--message-file",
                                              "-",
                                              "--signature",
                                              std::string(128, '0')};
  auto ed25519 = arguments;
  ed25519.insert(ed25519.end(), {"--scheme", "ed25519"});
  EXPECT_EQ(key(ed25519).exit_code, 1);
  EXPECT_EQ(key(arguments).exit_code, 2) << "as an sr25519 key it is no point";
}

TEST_F(KeyCommand, TheVariablesOfTheEcosystemChooseTheWallet) {
  const auto run = key(
      {"import", "--dev-uri", "//Alice"},
      "BT_WALLET_NAME=w BT_WALLET_HOTKEY=h BT_WALLET_PATH=" + quoted(scratch_.file("elsewhere")));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(fs::exists(scratch_.file("elsewhere/w/hotkeys/h")));
}

TEST_F(KeyCommand, TheMinerHasTheSameCommands) {
  const auto miner = test::run_program(YUMA_MINER, {"key", "--help"});
  EXPECT_EQ(miner.exit_code, 0);
  for (const char* name : {"new", "import", "list", "show", "sign", "verify"}) {
    EXPECT_THAT(miner.out, HasSubstr(std::string("  ") + name + " "));
  }
  EXPECT_EQ(test::run_program(YUMA_MINER, {"key"}).exit_code, 2);
  EXPECT_EQ(test::run_program(YUMA_VALIDATOR, {"--version"}).exit_code, 0);
}

TEST_F(KeyCommand, AResultThatCannotBeWrittenIsAFailure) {
  import_alice();
  const auto run = test::run_program(
      YUMA_VALIDATOR, {"key", "sign", "--file", wallet_file("w/hotkeys/alice"), "--message", "m"},
      "", "/dev/full");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("standard output"));
}

TEST_F(KeyCommand, OnATerminalPasswordsAreAskedTwiceAndNotShown) {
  TerminalRun run = on_terminal({"new", "--wallet", "w", "--coldkey"});
  ASSERT_TRUE(run.wait_for("New password for "));
  EXPECT_FALSE(run.echoes());
  run.type("correct horse\n");
  ASSERT_TRUE(run.wait_for("The same again: "));
  EXPECT_FALSE(run.echoes());
  run.type("correct horse\n");
  EXPECT_EQ(run.finish(), 0) << run.screen();
  EXPECT_THAT(run.screen(), Not(HasSubstr("horse")));
  const auto file = open_key_file(bytes_of(contents(wallet_file("w/coldkey"))), "correct horse");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(run.screen(), HasSubstr("secret phrase"));
  const std::string phrase(file->phrase.text());
  EXPECT_THAT(run.screen(), HasSubstr("   1 " + phrase.substr(0, phrase.find(' '))));
  EXPECT_THAT(run.screen(), HasSubstr("12 " + phrase.substr(phrase.rfind(' ') + 1)));
}

TEST_F(KeyCommand, TwoPasswordsThatDifferWriteNothing) {
  TerminalRun run = on_terminal({"new", "--wallet", "w/h", "--encrypt"});
  ASSERT_TRUE(run.wait_for("New password for "));
  run.type("one\n");
  ASSERT_TRUE(run.wait_for("The same again: "));
  run.type("another\n");
  EXPECT_EQ(run.finish(), 1);
  EXPECT_THAT(run.screen(), HasSubstr("the two passwords differ"));
  EXPECT_FALSE(fs::exists(wallet_file("w/hotkeys/h")));
}

TEST_F(KeyCommand, AnInterruptedQuestionGivesTheTerminalBack) {
  for (const auto& [signal, typed] : {std::pair{SIGINT, "\x03"}, std::pair{SIGQUIT, "\x1c"}}) {
    TerminalRun run = on_terminal({"import", "--phrase"});
    ASSERT_TRUE(run.wait_for("not shown"));
    EXPECT_FALSE(run.echoes());
    run.type(typed);
    EXPECT_EQ(run.finish(), -signal);
    EXPECT_TRUE(run.echoes());
  }
}

TEST_F(KeyCommand, APhraseIsTypedUnseen) {
  TerminalRun run = on_terminal({"import", "--phrase", "--wallet", "w/h"});
  ASSERT_TRUE(run.wait_for("not shown"));
  run.type(kPhrase + "\n");
  EXPECT_EQ(run.finish(), 0);
  EXPECT_THAT(run.screen(), AllOf(HasSubstr("5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH"),
                                  Not(HasSubstr("abandon"))));
}

TEST_F(KeyCommand, ASecretIsShownAfterAYesOnly) {
  import_alice();
  for (const std::string answer : {"no", "y", ""}) {
    TerminalRun run = on_terminal({"show", "--wallet", "w/alice", "--secret"});
    ASSERT_TRUE(run.wait_for("Type yes: "));
    run.type(answer + "\n");
    EXPECT_EQ(run.finish(), 1);
    EXPECT_THAT(run.screen(), Not(HasSubstr("33a6f3093f158a71")));
  }
  TerminalRun run = on_terminal({"show", "--wallet", "w/alice", "--secret"});
  ASSERT_TRUE(run.wait_for("Type yes: "));
  run.type("yes\n");
  EXPECT_EQ(run.finish(), 0);
  EXPECT_THAT(run.screen(), HasSubstr("0x33a6f3093f158a71"));
}

}  // namespace
}  // namespace yuma
