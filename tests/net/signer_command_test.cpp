// SPDX-License-Identifier: MIT

// `signer init|run|status` as a user runs them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "nlohmann/json.hpp"
#include "tests/net/raw_client.hpp"
#include "tests/net/signer_process.hpp"

namespace yuma {
namespace {

using test::Messages;
using test::RawClient;
using test::SignerProcess;
using test::SignerWallet;
using ::testing::HasSubstr;
using ::testing::Not;

/// Waits until the signer answers; nothing where it ended instead.
std::optional<SignerAnswer> first_answer(const SignerProcess& signer, const SignerWallet& wallet,
                                         ByteView message) {
  std::optional<SignerAnswer> answer;
  while (!answer && signer.runs()) answer = RawClient(wallet.socket()).sign(message);
  return answer;
}

unsigned mode_of(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
}

TEST(SignerCommand, MakesItsStateOnce) {
  const SignerWallet wallet;
  const auto made = wallet.run({"init"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr(wallet.key.address()));
  EXPECT_EQ(mode_of(wallet.state()), 0600U);
  EXPECT_EQ(mode_of(wallet.folder.file("wallets/default/signer")), 0700U);
  const auto again = wallet.run({"init"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("already"));
}

TEST(SignerCommand, DoesNotStartWithoutItsState) {
  const SignerWallet wallet;
  const auto run = wallet.run({"run"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("signer init"));
}

TEST(SignerCommand, DoesNotStartWithoutItsKey) {
  const SignerWallet wallet;
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  EXPECT_EQ(wallet.run({"run", "--hotkey", "none"}).exit_code, 1);
  EXPECT_EQ(wallet.run({"init", "--hotkey", "none"}).exit_code, 1);
}

TEST(SignerCommand, SignsUntilItIsStopped) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run"}, {}}) {
    const SignerWallet wallet;
    const Messages m{wallet.key};
    ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
    SignerProcess signer(wallet, words);
    const Bytes vote = m.vote(5, 1);
    const auto answer = first_answer(signer, wallet, vote);
    ASSERT_TRUE(answer && std::holds_alternative<Signature>(*answer)) << signer.log();
    EXPECT_TRUE(verify(wallet.key, vote, std::get<Signature>(*answer)));
    EXPECT_EQ(mode_of(wallet.socket()), 0600U);
    EXPECT_EQ(signer.end(SIGTERM), 0) << signer.log();
    EXPECT_EQ(mode_of(wallet.socket()), 0U);
    EXPECT_THAT(signer.log(), HasSubstr("listens on " + wallet.socket()));
    EXPECT_THAT(signer.log(), HasSubstr(wallet.key.address()));
    EXPECT_THAT(signer.log(), HasSubstr("signer: stopped"));
  }
}

TEST(SignerCommand, IsAloneWithItsState) {
  const SignerWallet wallet;
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  SignerProcess signer(wallet, {"run"});
  ASSERT_TRUE(first_answer(signer, wallet, Bytes{1})) << signer.log();
  const auto second = wallet.run({"run"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("another signer holds"));
  const auto elsewhere = wallet.run({"run", "--socket", wallet.folder.file("other.sock")});
  EXPECT_EQ(elsewhere.exit_code, 1);
}

TEST(SignerCommand, SignsNothingUpToItsFloor) {
  const SignerWallet wallet;
  const Messages m{wallet.key};
  const auto made = wallet.run({"init", "--above", "10"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("up to epoch 10"));
  EXPECT_THAT(made.out, HasSubstr("no amendments"));
  EXPECT_THAT(made.out, HasSubstr("no addresses"));
  SignerProcess signer(wallet, {"run"});
  const auto low = first_answer(signer, wallet, m.vote(10, 1));
  EXPECT_TRUE(low && std::holds_alternative<SignerRefusal>(*low)) << signer.log();
  const RawClient client(wallet.socket());
  EXPECT_TRUE(std::holds_alternative<Signature>(client.sign(m.vote(11, 1)).value()));
  EXPECT_TRUE(std::holds_alternative<SignerRefusal>(client.sign(m.amendment(7, 1)).value()));
  EXPECT_TRUE(std::holds_alternative<SignerRefusal>(client.sign(m.address(1, 1)).value()));
}

TEST(SignerCommand, TellsItsStatus) {
  const SignerWallet wallet;
  const Messages m{wallet.key};
  EXPECT_EQ(wallet.run({"status"}).exit_code, 1);
  ASSERT_EQ(wallet.run({"init", "--above", "3"}).exit_code, 0);
  SignerProcess signer(wallet, {"run"});
  ASSERT_TRUE(first_answer(signer, wallet, m.vote(5, 1))) << signer.log();
  const auto text = wallet.run({"status"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr(wallet.key.address()));
  const auto status = nlohmann::json::parse(wallet.run({"status", "--json"}).out);
  EXPECT_EQ(status["hotkey"], wallet.key.address());
  EXPECT_EQ(status["scheme"], "sr25519");
  EXPECT_EQ(status["places"], 1);
  EXPECT_EQ(status["above_epoch"], 3);
  EXPECT_EQ(status["signed"], 1);
}

TEST(SignerCommand, LogsReasonsAndNoMessages) {
  const SignerWallet wallet;
  const Messages m{wallet.key};
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  SignerProcess signer(wallet, {"run"});
  ASSERT_TRUE(first_answer(signer, wallet, m.vote(5, 1))) << signer.log();
  const RawClient client(wallet.socket());
  const std::string secret = "btauth/1\nsr25519\nPOST\n/secret-path";
  ASSERT_TRUE(client.sign(bytes_of(secret)));
  ASSERT_TRUE(client.sign(m.vote(5, 2)));
  EXPECT_THAT(signer.log(), HasSubstr("conflict: another vote for epoch 5 was signed"));
  EXPECT_THAT(signer.log(), HasSubstr("malformed"));
  EXPECT_THAT(signer.log(), Not(HasSubstr("secret-path")));
}

TEST(SignerCommand, RefusesWrongOptions) {
  const SignerWallet wallet;
  EXPECT_EQ(wallet.run({"run", "--allow-user", "no-such-user"}).exit_code, 2);
  EXPECT_EQ(wallet.run({"run", "--group", "no-such-group"}).exit_code, 2);
  EXPECT_EQ(wallet.run({"run", "--rate", "0"}).exit_code, 2);
  EXPECT_EQ(wallet.run({"init", "--above", "-1"}).exit_code, 2);
  EXPECT_EQ(wallet.run({"init", "run"}).exit_code, 2);
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  EXPECT_EQ(wallet.run({"run", "--socket", std::string(200, 'a')}).exit_code, 2);
}

}  // namespace
}  // namespace yuma
