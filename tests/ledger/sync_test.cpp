// SPDX-License-Identifier: MIT

// A kill does not lose what the kernel already has; a power failure does. So the calls that bring
// it to the disk are counted: this program's own fsync() and fdatasync() take the place of the C
// library's, also for SQLite.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>

#include "tests/ledger/ledger_support.hpp"

namespace {

/// Inodes that were synced since the last look.
std::set<ino_t>& synced() {
  static std::set<ino_t> inodes;
  return inodes;
}

int sync_and_note(long call, int fd) {
  struct stat found {};
  if (fstat(fd, &found) == 0) synced().insert(found.st_ino);
  return static_cast<int>(syscall(call, fd));
}

ino_t inode_of(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_ino;
}

}  // namespace

extern "C" int fsync(int fd) { return sync_and_note(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return sync_and_note(SYS_fdatasync, fd); }

namespace yuma {
namespace {

TEST(LedgerSync, EachBatchIsOnDiskBeforeItCounts) {
  const test::ScratchFolder folder;
  const std::string path = folder.file("ledger");
  test::History history;
  synced().clear();
  ASSERT_TRUE(Ledger::create(path, history.genesis()).ok());
  EXPECT_TRUE(synced().contains(inode_of(path)));
  EXPECT_TRUE(synced().contains(inode_of(folder.file(""))));

  const auto ledger = Ledger::open(path);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  bool first = true;
  for (int i = 0; i < 5; ++i) {
    const test::HistoryEpoch epoch = history.step();
    for (const KeepBatch& batch : epoch.batches) {
      synced().clear();
      ASSERT_TRUE((*ledger)->keep(batch).ok());
      EXPECT_TRUE(synced().contains(inode_of(path + "-wal"))) << epoch.epoch;
      if (first) {
        EXPECT_TRUE(synced().contains(inode_of(folder.file("")))) << "the log's name";
      }
      first = false;
    }
  }
}

}  // namespace
}  // namespace yuma
