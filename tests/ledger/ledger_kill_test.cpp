// SPDX-License-Identifier: MIT

// A process that writes a ledger as fast as it can is killed, again and again, and goes on with the
// same file. After each kill everything that it had said was kept is there, nothing is there in
// part, and an audit holds. Half of the kills come from outside at random moments, half strike in
// one of the calls that change files: before it, after it, or in the midst of a write.

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

#include "tests/ledger/ledger_support.hpp"
#include "yuma/seal/block.hpp"

namespace {

/// In a child: how many calls that change files are still survived; less than none: all.
int& calls_left() {
  static int left = -1;
  return left;
}
bool is_last_call() { return calls_left() >= 0 && calls_left()-- == 0; }

/// The length of what a torn write leaves.
std::size_t& torn_bytes() {
  static std::size_t bytes = 0;
  return bytes;
}

long change(long number, long a, long b = 0, long c = 0, long d = 0) {
  const bool last = is_last_call();
  if (last && number == SYS_pwrite64) c = std::min(c, static_cast<long>(torn_bytes()));
  if (last && torn_bytes() == 0) kill(getpid(), SIGKILL);
  const long result = syscall(number, a, b, c, d);
  if (last) kill(getpid(), SIGKILL);
  return result;
}

}  // namespace

// This program's own take the place of the C library's, also for SQLite.
extern "C" ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  return change(SYS_pwrite64, fd, reinterpret_cast<long>(data), static_cast<long>(size), at);
}
extern "C" int fsync(int fd) { return static_cast<int>(change(SYS_fsync, fd)); }
extern "C" int fdatasync(int fd) { return static_cast<int>(change(SYS_fdatasync, fd)); }
extern "C" int ftruncate64(int fd, off64_t size) noexcept {
  return static_cast<int>(change(SYS_ftruncate, fd, size));
}
extern "C" int unlink(const char* path) noexcept {
  return static_cast<int>(change(SYS_unlink, reinterpret_cast<long>(path)));
}

namespace yuma {
namespace {

/// The environment can ask for more or less.
int kills_wanted() {
  const char* text = std::getenv("YUMA_LEDGER_KILLS");
  return text == nullptr ? 500 : std::max(1, std::atoi(text));
}

/// A small subnet: what is tested is not its signatures.
test::SubnetShape shape() {
  test::SubnetShape out;
  out.validators = 2;
  out.miners = 2;
  return out;
}

/// A folder in memory, where the system has one: a kill loses nothing that the kernel has, so that
/// a disk would only make it slow (sync_test.cpp sees to the disk).
class FastFolder {
 public:
  FastFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent =
        access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    path_ = (parent / "yuma_test_XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~FastFolder() { std::filesystem::remove_all(path_); }
  FastFolder(const FastFolder&) = delete;
  FastFolder& operator=(const FastFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Batches as they would be asked for, made when they are needed.
class Batches {
 public:
  const KeepBatch& at(std::size_t index) {
    while (all_.size() <= index) {
      for (KeepBatch& batch : history_.step().batches) all_.push_back(std::move(batch));
    }
    return all_[index];
  }
  const Genesis& genesis() const { return history_.genesis(); }

 private:
  test::History history_{shape()};
  std::vector<KeepBatch> all_;
};

/// Recomputes every sealed epoch from signed bytes; the number of epochs.
absl::StatusOr<std::uint64_t> audit(const Ledger& ledger) {
  const std::uint64_t first = ledger.first_epoch().value(), last = ledger.last_epoch().value();
  auto sealed = ledger.state_at_or_before(first);
  if (!sealed.ok()) return sealed.status();
  EpochWorkspace workspace;
  std::vector<KeptObject> before = ledger.objects(first).value();
  for (std::uint64_t epoch = first + 1; epoch <= last; ++epoch) {
    const auto seal = ledger.seal(epoch);
    if (!seal.ok()) return seal.status();
    const std::vector<KeptObject> own = ledger.objects(epoch).value();
    before.insert(before.end(), own.begin(), own.end());
    auto audited =
        audit_seal(*sealed, std::get<SealBody>(decode_object(*seal).value()), before, workspace);
    if (!audited.ok()) return audited.status();
    if (!audited->inclusion_known) return absl::DataLossError("a have or commit is missing");
    *sealed = {std::move(audited->outcome.state), audited->block_id};
    before = own;
  }
  const auto newest = ledger.state_at_or_before(last);
  if (!newest.ok()) return newest.status();
  if (newest->state != sealed->state) return absl::DataLossError("another newest state");
  return last - first;
}

/// How a life of the writer ends.
struct Death {
  std::uint64_t told = 0;          ///< batches that it tells before
  std::uint64_t microseconds = 0;  ///< after that
  int calls = -1;                  ///< or in the call after so many
  std::size_t torn = 0;            ///< which, if it writes, writes only so many bytes
};

/// In a child: writes from batch `next` on and tells each only when keep() has returned.
[[noreturn]] void write_until_killed(const std::string& path, Batches& batches, std::size_t next,
                                     int tell) {
  auto ledger = Ledger::open(path);
  if (!ledger.ok()) _exit(2);
  for (;; ++next) {
    const KeepBatch& batch = batches.at(next);
    if (!(*ledger)->keep(batch).ok()) _exit(3);
    const std::uint64_t kept = next + 1;
    if (write(tell, &kept, sizeof kept) != sizeof kept) _exit(0);
    // Behind a checkpoint it also forgets.
    if (batch.seal && batch.seal->epoch % Ledger::kCheckpointEvery == 3 &&
        !(*ledger)->prune(batch.seal->epoch).ok()) {
      _exit(4);
    }
  }
}

class LedgerKill : public ::testing::Test {
 protected:
  LedgerKill() {
    EXPECT_TRUE(Ledger::create(path, batches.genesis()).ok());
    reference = Ledger::in_memory(batches.genesis()).value();
  }

  /// One life of the writer; the batches that it told of.
  std::uint64_t live(const Death& death) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    // Made before, so that the child only writes.
    batches.at(kept + 200);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      torn_bytes() = death.torn;
      calls_left() = death.calls;
      write_until_killed(path, batches, kept, ends[1]);
    }
    close(ends[1]);
    std::uint64_t told = kept, number = 0;
    const auto hear = [&] {
      if (read(ends[0], &number, sizeof number) != sizeof number) return false;
      told = number;
      return true;
    };
    if (death.calls < 0) {
      for (std::uint64_t i = 0; i < death.told; ++i) EXPECT_TRUE(hear());
      usleep(static_cast<useconds_t>(death.microseconds));
      kill(child, SIGKILL);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed: " << WEXITSTATUS(status);
    while (hear()) {
    }
    close(ends[0]);
    return told;
  }

  /// What is in the file is what a ledger has that was never killed, after the batches that were
  /// told, or one more.
  void compare(const Ledger& ledger, std::uint64_t told) {
    for (; kept < told; ++kept) ASSERT_TRUE(reference->keep(batches.at(kept)).ok());
    const std::uint64_t first = ledger.first_epoch().value();
    if (first > reference->first_epoch().value()) {
      ASSERT_EQ(reference->prune(first).value(), first);
    }
    if (same(ledger)) return;
    ASSERT_TRUE(reference->keep(batches.at(kept)).ok());
    ++kept;
    ++untold;
    EXPECT_TRUE(same(ledger)) << "after batch " << told;
  }
  bool same(const Ledger& ledger) const {
    const Restored a = test::restored_of(ledger), b = test::restored_of(*reference);
    return a.sealed.state == b.sealed.state && a.sealed.block_id == b.sealed.block_id &&
           a.seal == b.seal && a.objects == b.objects && a.intents == b.intents &&
           test::exported_of(ledger) == test::exported_of(*reference);
  }

  FastFolder folder;
  std::string path = folder.file("ledger");
  Batches batches;
  std::unique_ptr<Ledger> reference;
  std::uint64_t kept = 0, untold = 0;
};

TEST_F(LedgerKill, LosesNothingThatWasKept) {
  std::mt19937 random(1);
  const int wanted = kills_wanted();
  std::uint64_t audited = 0;
  int kills = 0, in_calls = 0;
  for (; kills < wanted && !HasFailure(); ++kills) {
    Death death;
    if (kills % 2 == 0) {
      // One time in four while it opens the file, else within one of its next batches.
      death.told = random() % 4 == 0 ? 0 : 1 + random() % 12;
      death.microseconds = random() % 2'000;
    } else {
      ++in_calls;
      death.calls = static_cast<int>(random() % 80);
      death.torn = random() % 3 == 0 ? 0 : random() % 4'200;
    }
    const std::uint64_t told = live(death);
    auto ledger = Ledger::open(path);
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    compare(**ledger, told);
    const auto epochs = audit(**ledger);
    ASSERT_TRUE(epochs.ok()) << epochs.status();
    audited += *epochs;
  }
  EXPECT_GT(kept, static_cast<std::uint64_t>(wanted));
  std::cout << kills << " kills, " << in_calls << " of them in a call, " << kept
            << " batches kept, " << untold << " of them killed before they were told, "
            << reference->last_epoch().value() << " epochs, " << audited << " epochs audited\n";
}

}  // namespace
}  // namespace yuma
