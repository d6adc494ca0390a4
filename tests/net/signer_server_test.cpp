// SPDX-License-Identifier: MIT

#include "yuma/net/signer_server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/net/raw_client.hpp"
#include "tests/net/running_server.hpp"
#include "tests/net/signing_support.hpp"
#include "tests/support/process.hpp"

namespace yuma {
namespace {

using std::chrono::milliseconds;
using test::key_of;
using test::Messages;
using test::RawClient;
using test::RunningServer;
using test::ScratchFolder;
using ::testing::Contains;
using ::testing::HasSubstr;

const SignerRequest kAskKey{SignerRequestKind::kPublicKey, {}};

class SignerServerTest : public ::testing::Test {
 protected:
  SignerServerOptions options() const {
    SignerServerOptions out;
    out.path = path;
    out.per_connection = out.overall = {0, 0};
    return out;
  }
  std::unique_ptr<RunningServer> run(SignerServerOptions with) {
    auto server = std::make_unique<RunningServer>(std::move(with), key, store);
    EXPECT_TRUE(server->status.ok()) << server->status;
    return server;
  }
  absl::Status why_not(SignerServerOptions with) {
    return RunningServer(std::move(with), key, store).status;
  }

  ScratchFolder folder;
  std::string path = folder.file("signer.sock");
  LocalSigner key{key_of("//Alice")};
  VolatileSigningStore store;
  Messages messages{key.public_key()};
};

TEST_F(SignerServerTest, AnswersManyFramesOfOneConnection) {
  const auto server = run(options());
  const RawClient client(path);
  for (std::uint64_t epoch = 1; epoch <= 20; ++epoch) {
    const Bytes vote = messages.vote(epoch, 1);
    const auto answer = client.sign(vote);
    ASSERT_TRUE(answer && std::holds_alternative<Signature>(*answer));
    EXPECT_TRUE(verify(key.public_key(), vote, std::get<Signature>(*answer)));
    const auto other = client.sign(messages.vote(epoch, 2));
    ASSERT_TRUE(other && std::holds_alternative<SignerRefusal>(*other));
  }
  const auto status = client.ask({SignerRequestKind::kStatus, {}});
  ASSERT_TRUE(status);
  EXPECT_EQ(std::get<SignerStatus>(*status).signed_count, 20U);
  EXPECT_EQ(std::get<SignerStatus>(*status).refused_count, 20U);
  EXPECT_EQ(std::get<SignerStatus>(*status).connections, 1U);
}

TEST_F(SignerServerTest, TakesFramesInAnyPieces) {
  const auto server = run(options());
  const RawClient client(path);
  Bytes stream = encode_signer_request(kAskKey);
  const Bytes second = encode_signer_request({SignerRequestKind::kStatus, {}});
  stream.insert(stream.end(), second.begin(), second.end());
  for (const std::uint8_t byte : stream) ASSERT_TRUE(client.send(ByteView(&byte, 1)));
  EXPECT_TRUE(std::holds_alternative<PublicKey>(client.receive().value()));
  EXPECT_TRUE(std::holds_alternative<SignerStatus>(client.receive().value()));
  ASSERT_TRUE(client.send(stream));
  EXPECT_TRUE(std::holds_alternative<PublicKey>(client.receive().value()));
  EXPECT_TRUE(std::holds_alternative<SignerStatus>(client.receive().value()));
}

TEST_F(SignerServerTest, EndsAConnectionAfterOneBadFrame) {
  const auto server = run(options());
  const RawClient good(path);
  const std::vector<Bytes> bad = {{0, 0, 0, 0},              // no version
                                  {1, 0, 0, 0, 1},           // no kind
                                  {0xff, 0xff, 0xff, 0xff},  // longer than anything
                                  {0x23, 0, 1, 0, 1, 2},     // a byte longer than the longest
                                  {2, 0, 0, 0, 2, 1},        // version 2
                                  {2, 0, 0, 0, 1, 0},
                                  {2, 0, 0, 0, 1, 4},     // no kinds
                                  {3, 0, 0, 0, 1, 1, 0},  // a body where there is none
                                  {2, 0, 0, 0, 1, 0x81},  // an answer
                                  {'G', 'E', 'T', ' ', '/'}};
  for (const Bytes& frame : bad) {
    const RawClient client(path);
    ASSERT_TRUE(client.send(frame));
    const auto answer = client.receive();
    ASSERT_TRUE(answer && std::holds_alternative<SignerFailure>(*answer)) << frame.size();
    EXPECT_TRUE(client.closed_by_server());
  }
  EXPECT_TRUE(std::holds_alternative<PublicKey>(good.ask(kAskKey).value()));
  EXPECT_THAT(server->log(), Contains(HasSubstr("another version")));
}

TEST_F(SignerServerTest, CutsOffWhoIsSlow) {
  auto slow = options();
  slow.frame_limit = milliseconds(50);
  const auto server = run(slow);
  const Bytes frame = encode_signer_request({SignerRequestKind::kSign, Bytes(100, 1)});
  for (const std::size_t sent : {1U, 3U, 4U, 6U, 50U}) {
    const RawClient client(path);
    ASSERT_TRUE(client.send(ByteView(frame).first(sent)));
    EXPECT_TRUE(client.closed_by_server()) << sent;
  }
}

TEST_F(SignerServerTest, CutsOffWhoSaysNothing) {
  auto idle = options();
  idle.idle_limit = milliseconds(50);
  const auto server = run(idle);
  const RawClient client(path);
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(SignerServerTest, CutsOffWhoTakesNoAnswers) {
  auto deaf = options();
  deaf.answer_limit = milliseconds(50);
  const auto server = run(deaf);
  const RawClient client(path);
  // The buffers of both directions fill, then only a deadline helps.
  while (client.send(kAskKey)) {
  }
  EXPECT_TRUE(std::holds_alternative<PublicKey>(RawClient(path).ask(kAskKey).value()));
}

TEST_F(SignerServerTest, TakesOnlySoManyConnections) {
  auto few = options();
  few.max_connections = 2;
  const auto server = run(few);
  const RawClient first(path);
  RawClient second(path);
  ASSERT_TRUE(first.ask(kAskKey) && second.ask(kAskKey));
  const RawClient third(path);
  EXPECT_TRUE(std::holds_alternative<SignerBusy>(third.receive().value()));
  EXPECT_TRUE(third.closed_by_server());
  // Once one is gone there is room again.
  second.hang_up();
  for (bool answered = false; !answered;) {
    const auto answer = RawClient(path).ask(kAskKey);
    answered = answer && std::holds_alternative<PublicKey>(*answer);
  }
  EXPECT_TRUE(first.ask(kAskKey));
}

TEST_F(SignerServerTest, TakesOnlyItsUsers) {
  auto strangers = options();
  strangers.allowed_uids = {geteuid() + 1, geteuid() + 2};
  {
    const auto server = run(strangers);
    const RawClient client(path);
    EXPECT_TRUE(std::holds_alternative<SignerRefusal>(client.receive().value()));
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_THAT(server->log(), Contains(HasSubstr("refused a connection of user")));
  }
  strangers.allowed_uids.push_back(geteuid());
  const auto server = run(strangers);
  EXPECT_TRUE(RawClient(path).ask(kAskKey));
}

TEST_F(SignerServerTest, LimitsTheRateOfEachConnection) {
  auto limited = options();
  limited.per_connection = {0.001, 3};
  const auto server = run(limited);
  const RawClient client(path);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(std::holds_alternative<PublicKey>(client.ask(kAskKey).value())) << i;
  }
  const SignerAnswer answer = client.ask(kAskKey).value();
  ASSERT_TRUE(std::holds_alternative<SignerBusy>(answer));
  EXPECT_THAT(std::get<SignerBusy>(answer).reason, HasSubstr("rate limit"));
  EXPECT_TRUE(std::holds_alternative<PublicKey>(RawClient(path).ask(kAskKey).value()));
}

TEST_F(SignerServerTest, LimitsTheRateOfAll) {
  auto limited = options();
  limited.overall = {0.001, 3};
  const auto server = run(limited);
  for (int i = 0; i < 5; ++i) {
    const SignerAnswer answer = RawClient(path).ask(kAskKey).value();
    EXPECT_EQ(std::holds_alternative<PublicKey>(answer), i < 3) << i;
  }
}

TEST_F(SignerServerTest, ThinsOutItsLogOfRefusals) {
  const auto server = run(options());
  const RawClient client(path);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(client.sign(Bytes{1, 2, 3}));
  EXPECT_LT(server->log().size(), 100U);
  EXPECT_THAT(server->log(), Contains(HasSubstr("unknown_shape")));
}

TEST_F(SignerServerTest, MakesASocketForItsOwnerAlone) {
  for (const mode_t mask : {0U, 022U, 077U}) {
    const mode_t before = umask(mask);
    const auto server = run(options());
    umask(before);
    struct stat found {};
    ASSERT_EQ(lstat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777, 0600U) << mask;
  }
  auto grouped = options();
  grouped.group = getegid();
  const auto server = run(grouped);
  struct stat found {};
  ASSERT_EQ(lstat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0660U);
  EXPECT_EQ(found.st_gid, getegid());
}

TEST_F(SignerServerTest, RefusesASocketThatSomebodyListensOn) {
  const auto server = run(options());
  const absl::Status status = why_not(options());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("listens on"));
  EXPECT_TRUE(RawClient(path).ask(kAskKey));
}

TEST_F(SignerServerTest, ReplacesASocketThatNobodyListensOn) {
  const pid_t child = fork();
  if (child == 0) {
    SigningService service(key, store, {}, [] { return std::uint64_t{0}; });
    const auto server = SignerServer::listen(options(), service);
    kill(getpid(), SIGKILL);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  ASSERT_TRUE(std::filesystem::is_socket(path));
  const auto server = run(options());
  EXPECT_TRUE(RawClient(path).ask(kAskKey));
}

TEST_F(SignerServerTest, LeavesOtherFilesAlone) {
  folder.write("signer.sock", "precious");
  EXPECT_EQ(why_not(options()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(test::contents(path), "precious");
}

TEST_F(SignerServerTest, RefusesPathsThatAreNone) {
  for (const std::string& bad :
       {std::string(), std::string(108, 'a'), folder.file("none/s.sock")}) {
    path = bad;
    EXPECT_FALSE(why_not(options()).ok()) << bad;
  }
}

TEST_F(SignerServerTest, DoesNotStartWhileAnotherIsStarting) {
  const int lock = open(folder.file("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  EXPECT_EQ(why_not(options()).code(), absl::StatusCode::kFailedPrecondition);
  close(lock);
  EXPECT_TRUE(why_not(options()).ok());
}

TEST_F(SignerServerTest, RemovesItsSocketWhenItStops) {
  auto server = run(options());
  const RawClient client(path);
  ASSERT_TRUE(client.ask(kAskKey));
  server->stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_THAT(server->log(), Contains("signer: stopped"));
}

TEST_F(SignerServerTest, LeavesTheSocketOfAnotherWhenItStops) {
  auto first = run(options());
  std::filesystem::rename(path, path + ".old");
  const auto second = run(options());
  first->stop();
  EXPECT_TRUE(RawClient(path).ask(kAskKey));
}

TEST_F(SignerServerTest, StopsOnSignals) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const pid_t child = fork();
    if (child == 0) {
      SigningService service(key, store, {}, [] { return std::uint64_t{0}; });
      const auto server = SignerServer::listen(options(), service);
      if (!server.ok()) _exit(2);
      (*server)->run(/*until_signal=*/true);
      _exit(std::filesystem::exists(path) ? 3 : 0);
    }
    // Answered: the signal's handler is in place.
    for (bool answered = false; !answered;) answered = RawClient(path).ask(kAskKey).has_value();
    kill(child, signal);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << signal;
    EXPECT_EQ(WEXITSTATUS(status), 0) << signal;
  }
}

}  // namespace
}  // namespace yuma
