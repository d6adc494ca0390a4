// SPDX-License-Identifier: MIT

#include "yuma/net/signer_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/net/raw_client.hpp"
#include "tests/net/running_server.hpp"
#include "tests/net/signing_support.hpp"
#include "tests/support/process.hpp"

namespace yuma {
namespace {

using std::chrono::milliseconds;
using test::key_of;
using test::Messages;
using test::RunningServer;
using test::ScratchFolder;
using ::testing::HasSubstr;

/// Answers the first frame of each connection with fixed bytes and hangs up, or keeps silent.
class FakeServer {
 public:
  FakeServer(const std::string& path, std::vector<Bytes> answers)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), answers_(std::move(answers)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(fd_, 8), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    for (const int c : open_) close(c);
    close(fd_);
  }

 private:
  void serve() {
    for (const Bytes& answer : answers_) {
      const int c = accept(fd_, nullptr, nullptr);
      if (c < 0) return;
      std::array<std::uint8_t, 4'096> request{};
      recv(c, request.data(), request.size(), 0);
      if (answer.empty()) {
        open_.push_back(c);
        continue;
      }
      send(c, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(c);
    }
  }

  int fd_;
  std::vector<Bytes> answers_;
  std::vector<int> open_;
  std::thread thread_;
};

class SignerClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunningServer> run(Signer& with) {
    SignerServerOptions options;
    options.path = path;
    options.overall = options.per_connection = {0, 0};
    auto server = std::make_unique<RunningServer>(std::move(options), with, store);
    EXPECT_TRUE(server->status.ok()) << server->status;
    return server;
  }
  absl::StatusOr<std::unique_ptr<RemoteSigner>> connect(milliseconds limit = milliseconds(5'000)) {
    return RemoteSigner::connect({path, limit});
  }
  /// The status of a call to sign() that gets this answer.
  absl::Status status_for(const Bytes& answer, milliseconds limit = milliseconds(5'000)) {
    const FakeServer server(path, {encode_signer_answer(key.public_key()), answer});
    auto remote = connect(limit);
    EXPECT_TRUE(remote.ok()) << remote.status();
    const absl::Status out = (*remote)->sign(messages.vote(1, 1)).status();
    std::filesystem::remove(path);
    return out;
  }

  ScratchFolder folder;
  std::string path = folder.file("signer.sock");
  LocalSigner key{key_of("//Alice")};
  VolatileSigningStore store;
  Messages messages{key.public_key()};
};

TEST_F(SignerClientTest, SignsWithoutHoldingTheKey) {
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    LocalSigner local(key_of("//Alice", scheme));
    const auto server = run(local);
    auto remote = connect();
    ASSERT_TRUE(remote.ok()) << remote.status();
    EXPECT_EQ((*remote)->public_key(), local.public_key());
    const Messages own{local.public_key()};
    const Bytes request = own.request(unix_time_ns());
    const auto signature = (*remote)->sign(request);
    ASSERT_TRUE(signature.ok()) << signature.status();
    EXPECT_TRUE(verify(local.public_key(), request, *signature));
  }
}

TEST_F(SignerClientTest, TellsWhatThePolicyRefuses) {
  const auto server = run(key);
  auto remote = connect();
  ASSERT_TRUE(remote.ok()) << remote.status();
  ASSERT_TRUE((*remote)->sign(messages.vote(1, 1)).ok());
  const auto second = (*remote)->sign(messages.vote(1, 2));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("conflict"));
  EXPECT_EQ((*remote)->sign(Bytes(32, 1)).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ((*remote)->sign({}).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ((*remote)->sign(Bytes(kMaxSigningBytes + 1)).status().code(),
            absl::StatusCode::kInvalidArgument);
  const auto status = (*remote)->status();
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->signed_count, 1U);
  EXPECT_EQ(status->refused_count, 3U);
}

TEST_F(SignerClientTest, NeedsASignerToConnectTo) {
  EXPECT_EQ(connect().status().code(), absl::StatusCode::kUnavailable);
  path = std::string(200, 'a');
  EXPECT_EQ(connect().status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SignerClientTest, SurvivesARestartOfTheSigner) {
  auto server = run(key);
  auto remote = connect();
  ASSERT_TRUE(remote.ok()) << remote.status();
  const auto before = (*remote)->sign(messages.vote(1, 1));
  ASSERT_TRUE(before.ok());
  server->stop();
  EXPECT_EQ((*remote)->sign(messages.vote(1, 1)).status().code(), absl::StatusCode::kUnavailable);
  server = run(key);
  const auto after = (*remote)->sign(messages.vote(1, 1));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(*after, *before);
}

TEST_F(SignerClientTest, RefusesASignerThatCameBackWithAnotherKey) {
  auto server = run(key);
  auto remote = connect();
  ASSERT_TRUE(remote.ok()) << remote.status();
  server.reset();
  LocalSigner other(key_of("//Bob"));
  server = run(other);
  // The other key's signer refuses Alice's objects; of its own it signs, and that does not fit.
  EXPECT_FALSE((*remote)->sign(messages.vote(1, 1)).ok());
  const Messages bobs{other.public_key()};
  EXPECT_EQ((*remote)->sign(bobs.vote(1, 1)).status().code(), absl::StatusCode::kInternal);
}

TEST_F(SignerClientTest, RefusesWrongAnswers) {
  const auto code = [&](const Bytes& answer) { return status_for(answer).code(); };
  EXPECT_EQ(code(encode_signer_answer(key_of("//Alice").sign(messages.vote(1, 2)))),
            absl::StatusCode::kInternal);
  EXPECT_EQ(code(encode_signer_answer(key_of("//Bob").sign(messages.vote(1, 1)))),
            absl::StatusCode::kInternal);
  EXPECT_EQ(code(encode_signer_answer(Signature{})), absl::StatusCode::kInternal);
  EXPECT_EQ(code(encode_signer_answer(key.public_key())), absl::StatusCode::kInternal);
  EXPECT_EQ(code(Bytes{0, 0, 0, 0}), absl::StatusCode::kInternal);
  EXPECT_EQ(code(Bytes{0xff, 0xff, 0xff, 0xff}), absl::StatusCode::kInternal);
  EXPECT_EQ(code(Bytes{2, 0, 0, 0, 9, 9}), absl::StatusCode::kInternal);
  EXPECT_EQ(code(Bytes{2, 0}), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(Bytes{66, 0, 0, 0, 1, 0x82, 5}), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(encode_signer_answer(SignerBusy{"later"})), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code(encode_signer_answer(SignerFailure{"broken"})), absl::StatusCode::kInternal);
  // The right one, to see that the others are refused for what they are.
  EXPECT_EQ(code(encode_signer_answer(key_of("//Alice").sign(messages.vote(1, 1)))),
            absl::StatusCode::kOk);
}

TEST_F(SignerClientTest, WaitsNoLongerThanItsDeadline) {
  const auto status = status_for({}, milliseconds(50));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("deadline"));
}

TEST_F(SignerClientTest, TakesNoKeyThatIsNone) {
  const FakeServer server(
      path, {encode_signer_answer(PublicKey{}), encode_signer_answer(SignerRefusal{"not you"})});
  EXPECT_EQ(connect().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(connect().status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(SignerClientTest, IsUsedByManyThreads) {
  const auto server = run(key);
  auto remote = connect();
  ASSERT_TRUE(remote.ok()) << remote.status();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        if ((*remote)->sign(messages.request(unix_time_ns())).ok()) ++good;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(good, 200);
}

TEST_F(SignerClientTest, IsChosenByText) {
  const auto server = run(key);
  int opened = 0;
  const auto open_hotkey = [&]() -> absl::StatusOr<KeyPair> {
    ++opened;
    return key_of("//Bob");
  };
  const auto remote = make_signer("unix:" + path, open_hotkey);
  ASSERT_TRUE(remote.ok()) << remote.status();
  EXPECT_EQ((*remote)->public_key(), key.public_key());
  EXPECT_EQ(opened, 0);
  const auto local = make_signer("", open_hotkey);
  ASSERT_TRUE(local.ok()) << local.status();
  EXPECT_EQ((*local)->public_key(), key_of("//Bob").public_key());
  for (const std::string wrong : {"unix:", "unix", "tcp:127.0.0.1:1", "UNIX:/a", "/a"}) {
    EXPECT_EQ(make_signer(wrong, open_hotkey).status().code(), absl::StatusCode::kInvalidArgument)
        << wrong;
  }
  EXPECT_EQ(
      make_signer("", [] { return absl::StatusOr<KeyPair>(absl::NotFoundError("no hotkey")); })
          .status()
          .code(),
      absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace yuma
