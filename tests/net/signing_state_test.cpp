// SPDX-License-Identifier: MIT

#include "yuma/net/signing_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "tests/net/signing_support.hpp"
#include "tests/support/process.hpp"

namespace yuma {
namespace {

using test::key_of;
using test::Messages;
using test::ScratchFolder;
using ::testing::HasSubstr;

constexpr std::uint64_t kNow = 1'700'000'000'000'000'000;

mode_t mode_of(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                                std::filesystem::directory_iterator()));
}

class SigningStateTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SigningState>> open() {
    return SigningState::open(path, key.public_key());
  }
  void create(const SigningFloor& floor = {}) {
    const auto status = SigningState::create(path, key.public_key(), floor);
    ASSERT_TRUE(status.ok()) << status;
  }
  /// What a signer with this state answers.
  SignerAnswer sign(SigningStore& state, const Bytes& message) {
    SigningService service(key, state, {}, [] { return kNow; });
    return service.answer({SignerRequestKind::kSign, message});
  }
  std::string refusal(SigningStore& state, const Bytes& message) {
    const SignerAnswer answer = sign(state, message);
    const auto* refused = std::get_if<SignerRefusal>(&answer);
    return refused == nullptr ? "not refused"
                              : refused->reason.substr(0, refused->reason.find(':'));
  }

  ScratchFolder folder;
  std::string path = folder.file("state.db");
  LocalSigner key{key_of("//Alice")};
  Messages messages{key.public_key()};
};

TEST_F(SigningStateTest, IsMadeForItsOwnerAlone) {
  const mode_t before = umask(0);
  create();
  auto state = open();
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vote(1, 1))));
  umask(before);
  for (const auto& file : std::filesystem::directory_iterator(folder.file(""))) {
    EXPECT_EQ(mode_of(file.path()), 0600U) << file.path();
  }
  state->reset();
  EXPECT_EQ(files_in(folder.file("")), 1U);
}

TEST_F(SigningStateTest, IsNeverReplaced) {
  create();
  ASSERT_TRUE(std::holds_alternative<Signature>(sign(**open(), messages.vote(1, 1))));
  const auto again = SigningState::create(path, key.public_key(), {});
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(refusal(**open(), messages.vote(1, 2)), "conflict");
  EXPECT_EQ(files_in(folder.file("")), 1U);
}

TEST_F(SigningStateTest, IsNotMadeWhereThereIsNoFolder) {
  path = folder.file("none/state.db");
  EXPECT_FALSE(SigningState::create(path, key.public_key(), {}).ok());
}

TEST_F(SigningStateTest, IsNotMadeByOpening) {
  const auto state = open();
  EXPECT_EQ(state.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(state.status().message()), HasSubstr("signer init"));
  EXPECT_EQ(files_in(folder.file("")), 0U);
}

TEST_F(SigningStateTest, RemembersEachKindAcrossARestart) {
  create();
  const std::vector<Bytes> first = {
      messages.commit(4, 1), messages.vector(4, 1),  messages.have(4, 1),     messages.block(4, 1),
      messages.vote(4, 1),   messages.address(4, 1), messages.amendment(4, 1)};
  const std::vector<Bytes> second = {
      messages.commit(4, 2), messages.vector(4, 2),  messages.have(4, 2),     messages.block(4, 2),
      messages.vote(4, 2),   messages.address(4, 2), messages.amendment(4, 2)};
  std::vector<SignerAnswer> answers;
  {
    auto state = open();
    ASSERT_TRUE(state.ok()) << state.status();
    for (const Bytes& m : first) answers.push_back(sign(**state, m));
  }
  auto state = open();
  ASSERT_TRUE(state.ok()) << state.status();
  for (std::size_t i = 0; i < first.size(); ++i) {
    ASSERT_TRUE(std::holds_alternative<Signature>(answers[i])) << i;
    EXPECT_EQ(std::get<Signature>(sign(**state, first[i])), std::get<Signature>(answers[i])) << i;
    EXPECT_EQ(refusal(**state, second[i]), "conflict") << i;
  }
  EXPECT_EQ((*state)->memory().entries().size(), first.size());
}

TEST_F(SigningStateTest, KeepsTheCommitOfTheEpochBefore) {
  create();
  {
    auto state = open();
    for (const std::uint64_t epoch : {1U, 2U, 3U}) {
      ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.commit(epoch, 1))));
    }
  }
  auto state = open();
  EXPECT_EQ(refusal(**state, messages.vector(1, 1)), "no_commit");
  EXPECT_EQ(refusal(**state, messages.vector(2, 2)), "not_opening");
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vector(2, 1))));
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vector(3, 1))));
}

TEST_F(SigningStateTest, StaysSmall) {
  create();
  std::uintmax_t early = 0;
  for (const std::uint64_t round : {1U, 2U}) {
    auto state = open();
    for (std::uint64_t i = 1; i <= 200; ++i) {
      const std::uint64_t epoch = round * 1'000 + i;
      ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vote(epoch, 1))));
    }
    state->reset();
    if (round == 1) early = std::filesystem::file_size(path);
  }
  EXPECT_EQ(std::filesystem::file_size(path), early);
}

TEST_F(SigningStateTest, HoldsTheWholeRangeOfNumbers) {
  create();
  constexpr std::uint64_t kTop = std::uint64_t{1} << 63;
  for (const std::uint64_t epoch : {std::uint64_t{1}, kTop - 1, kTop, ~std::uint64_t{0}}) {
    auto state = open();
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.commit(epoch, 1))));
    EXPECT_EQ(refusal(**state, messages.commit(epoch - 1, 1)), "below") << epoch;
  }
}

TEST_F(SigningStateTest, RefusesUpToItsFloorForever) {
  create({10, 20, 30});
  for (int restart = 0; restart < 2; ++restart) {
    auto state = open();
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ((*state)->memory().floor(), (SigningFloor{10, 20, 30}));
    EXPECT_EQ(refusal(**state, messages.vote(10, 1)), "below");
    EXPECT_EQ(refusal(**state, messages.amendment(20, 1)), "below");
    EXPECT_EQ(refusal(**state, messages.address(30, 1)), "below");
  }
  auto state = open();
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vote(11, 1))));
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.amendment(21, 1))));
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.address(31, 1))));
}

TEST_F(SigningStateTest, BelongsToOneHotkey) {
  create();
  const auto other = SigningState::open(path, key_of("//Bob").public_key());
  EXPECT_EQ(other.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("another hotkey"));
  PublicKey scheme = key.public_key();
  scheme.scheme = Scheme::kEd25519;
  EXPECT_EQ(SigningState::open(path, scheme).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SigningStateTest, IsNotOpenedWhereOthersCanReadIt) {
  create();
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_EQ(open().status().code(), absl::StatusCode::kFailedPrecondition) << mode;
  }
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_TRUE(open().ok());
}

TEST_F(SigningStateTest, IsHeldByOneSigner) {
  create();
  auto first = open();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(open().status().code(), absl::StatusCode::kUnavailable);
  // Also by another process.
  const pid_t child = fork();
  if (child == 0) _exit(open().status().code() == absl::StatusCode::kUnavailable ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  first->reset();
  EXPECT_TRUE(open().ok());
}

TEST_F(SigningStateTest, IsNotTakenForAnythingElse) {
  folder.write("text", std::string(8'192, 'x'));
  path = folder.file("text");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(open().status().code(), absl::StatusCode::kDataLoss);
  path = folder.write("empty", "");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(open().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
  path = folder.file("");
  EXPECT_EQ(open().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SigningStateTest, NeverOpensWithLessThanWasSigned) {
  create({3, 4, 5});
  {
    auto state = open();
    for (const std::uint64_t epoch : {6U, 7U}) {
      ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.commit(epoch, 1))));
      ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vote(epoch, 1))));
    }
  }
  const std::string good = test::contents(path);
  std::mt19937 random(1);
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); at += 1 + random() % 40) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1 + random() % 255));
    folder.write("state.db", bad);
    auto state = open();
    if (!state.ok()) {
      ++refused;
      continue;
    }
    EXPECT_EQ(refusal(**state, messages.vote(7, 2)), "conflict") << at;
    EXPECT_EQ(refusal(**state, messages.commit(7, 2)), "conflict") << at;
    EXPECT_EQ(refusal(**state, messages.vector(6, 2)), "not_opening") << at;
    EXPECT_EQ((*state)->memory().floor(), (SigningFloor{3, 4, 5})) << at;
  }
  EXPECT_GT(refused, 20);
  for (std::size_t size = 0; size < good.size(); size += 1'500) {
    folder.write("state.db", good.substr(0, size));
    EXPECT_FALSE(open().ok()) << size;
  }
  folder.write("state.db", good);
  EXPECT_TRUE(open().ok());
}

TEST_F(SigningStateTest, SignsNothingOnceItsFileIsGone) {
  create();
  auto state = open();
  ASSERT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.vote(1, 1))));
  std::filesystem::rename(path, path + ".away");
  EXPECT_TRUE(std::holds_alternative<SignerFailure>(sign(**state, messages.vote(2, 1))));
  // Also when it is back: what happened meanwhile is not known.
  std::filesystem::rename(path + ".away", path);
  const SignerAnswer answer = sign(**state, messages.vote(2, 1));
  ASSERT_TRUE(std::holds_alternative<SignerFailure>(answer));
  EXPECT_THAT(std::get<SignerFailure>(answer).reason, HasSubstr("restart"));
}

/// In a child: a file may not grow beyond what it has, as on a full disk.
int sign_without_room(SigningState& state, const std::function<SignerAnswer()>& sign) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{4'096, 4'096};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
  const std::size_t before = state.memory().entries().size();
  for (int i = 0; i < 3; ++i) {
    if (!std::holds_alternative<SignerFailure>(sign())) return 11;
  }
  return state.memory().entries().size() == before ? 0 : 12;
}

TEST_F(SigningStateTest, SignsNothingOnAFullDisk) {
  create();
  ASSERT_TRUE(std::holds_alternative<Signature>(sign(**open(), messages.vote(1, 1))));
  const pid_t child = fork();
  if (child == 0) {
    auto state = open();
    _exit(state.ok()
              ? sign_without_room(**state, [&] { return sign(**state, messages.have(1, 1)); })
              : 13);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0) << status;
  auto state = open();
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(refusal(**state, messages.vote(1, 2)), "conflict");
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(**state, messages.have(1, 2))));
}

/// In a child: signs one vote after the other and tells each only when sign() has answered.
[[noreturn]] void sign_until_killed(SigningStore& state, int tell,
                                    const std::function<SignerAnswer(std::uint64_t)>& sign) {
  const auto* entry =
      state.memory().entries().empty() ? nullptr : &state.memory().entries().begin()->second;
  for (std::uint64_t epoch = entry == nullptr ? 1 : entry->last.number + 1;; ++epoch) {
    const SignerAnswer answer = sign(epoch);
    if (!std::holds_alternative<Signature>(answer)) _exit(1);
    if (write(tell, &epoch, sizeof epoch) != sizeof epoch) _exit(0);
  }
}

TEST_F(SigningStateTest, HasWhatWasAnsweredAfterAKillAtAnyMoment) {
  create();
  std::mt19937 random(2);
  std::uint64_t told = 0, kept_before = 0;
  for (int kill_number = 0; kill_number < 40; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const auto variant = static_cast<std::uint16_t>(kill_number);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      auto state = open();
      if (!state.ok()) _exit(2);
      sign_until_killed(**state, ends[1], [&](std::uint64_t epoch) {
        return sign(**state, messages.vote(epoch, variant));
      });
    }
    close(ends[1]);
    // Some answers, then a moment that lies within the next one.
    std::uint64_t epoch = 0;
    const auto hear = [&] {
      if (read(ends[0], &epoch, sizeof epoch) != sizeof epoch) return false;
      told = epoch;
      return true;
    };
    for (auto wanted = 1 + random() % 3; wanted > 0; --wanted) ASSERT_TRUE(hear());
    usleep(static_cast<useconds_t>(random() % 3'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    while (hear()) {
    }
    close(ends[0]);
    auto state = open();
    ASSERT_TRUE(state.ok()) << state.status();
    const auto& entries = (*state)->memory().entries();
    const std::uint64_t kept = entries.empty() ? 0 : entries.begin()->second.last.number;
    EXPECT_GE(kept, told);
    EXPECT_LE(kept, std::max(told, kept_before) + 1);  // kept, and killed before it was told
    kept_before = kept;
    EXPECT_NE(refusal(**state, messages.vote(told, 9'999)), "not refused");
  }
}

}  // namespace
}  // namespace yuma
