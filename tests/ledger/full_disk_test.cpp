// SPDX-License-Identifier: MIT

// A disk that is full: files may not grow beyond a size, which the system tells with EFBIG. The
// limit holds for a whole process, so that each test has one of its own.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "tests/ledger/ledger_support.hpp"

namespace yuma {
namespace {

using test::exported_of;
using test::HistoryEpoch;

void limit_files_to(rlim_t bytes) {
  const rlimit limit{bytes, RLIM_INFINITY};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(90);
}

/// In a child: the number of the first expectation that does not hold, or 0.
int in_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    _exit(work());
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class LedgerFullDisk : public test::LedgerTest {};

TEST_F(LedgerFullDisk, LosesNothingAndGoesOn) {
  keep(3);
  std::vector<KeepBatch> batches;
  for (int i = 0; i < 3; ++i) {
    const HistoryEpoch epoch = history.step();
    batches.insert(batches.end(), epoch.batches.begin(), epoch.batches.end());
  }
  ledger.reset();
  const auto full = std::filesystem::file_size(path);
  int refusals = 0;
  // So that the limit strikes at each write: of the log's header, of each of its pages.
  for (rlim_t room = 0; room <= 12 * 4'096; room += 2'048) {
    const std::string copy = folder.file("copy");
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    const int result = in_child([&] {
      auto opened = Ledger::open(copy);
      if (!opened.ok()) return 1;
      limit_files_to(room);
      std::size_t kept = 0;
      absl::Status status;
      while (kept < batches.size() && (status = (*opened)->keep(batches[kept])).ok()) ++kept;
      if (status.ok()) return 2;
      if (!absl::IsResourceExhausted(status)) return 3;
      // Not only once, and it can be read all the same.
      if (!absl::IsResourceExhausted((*opened)->keep(batches[kept]))) return 4;
      const auto before = (*opened)->restore();
      if (!before.ok()) return 5;
      limit_files_to(RLIM_INFINITY);
      const auto after = (*opened)->restore();
      if (!after.ok() || after->objects != before->objects || after->intents != before->intents ||
          after->seal != before->seal) {
        return 6;
      }
      for (; kept < batches.size(); ++kept) {
        if (!(*opened)->keep(batches[kept]).ok()) return 7;
      }
      return 0;
    });
    EXPECT_EQ(result, 0) << room;
    ++refusals;
    auto opened = Ledger::open(copy);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ((*opened)->last_epoch().value(), history.sealed().state.epoch);
    EXPECT_TRUE((*opened)->check_integrity().ok());
  }
  EXPECT_GT(refusals, 10);
  EXPECT_GT(full, 12U * 4'096);
}

TEST_F(LedgerFullDisk, IsTheSameAfterARestart) {
  keep(2);
  const std::string before = exported_of(*ledger);
  const HistoryEpoch next = history.step();
  ledger.reset();
  EXPECT_EQ(in_child([&] {
              auto opened = Ledger::open(path);
              if (!opened.ok()) return 1;
              limit_files_to(4'096);
              for (int i = 0; i < 3; ++i) {
                for (const KeepBatch& batch : next.batches) {
                  const auto status = (*opened)->keep(batch);
                  if (!absl::IsResourceExhausted(status)) return 2;
                }
              }
              // As if killed: nothing is closed.
              kill(getpid(), SIGKILL);
              return 3;
            }),
            -1);
  open();
  EXPECT_EQ(exported_of(*ledger), before);
  EXPECT_TRUE(test::keep_epoch(*ledger, next).ok());
}

TEST_F(LedgerFullDisk, LeavesNoHalfFile) {
  keep(3);
  const std::string file = folder.file("exported");
  ASSERT_TRUE(ledger->export_file(file).ok());
  EXPECT_EQ(
      in_child([&] {
        limit_files_to(10'000);
        const auto status = ledger->export_file(folder.file("new export"));
        if (!absl::IsResourceExhausted(status)) return 2;
        if (!absl::IsResourceExhausted(Ledger::import_file(file, folder.file("new import")))) {
          return 3;
        }
        const auto made = Ledger::create(folder.file("new ledger"), history.genesis());
        return absl::IsResourceExhausted(made) ? 0 : 4;
      }),
      0);
  for (const auto& entry : std::filesystem::directory_iterator(folder.file(""))) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("new")) << entry.path();
  }
}

}  // namespace
}  // namespace yuma
