// SPDX-License-Identifier: MIT

// A kill does not lose what the kernel already has; a power failure does. So the calls that bring
// it to the disk are counted: this program's own fsync() and fdatasync() take the place of the C
// library's, also for SQLite.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>

#include "tests/net/signing_support.hpp"
#include "tests/support/process.hpp"
#include "yuma/net/signing_state.hpp"

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

TEST(SigningSync, EachSignatureIsOnDiskBeforeItIsGiven) {
  const test::ScratchFolder folder;
  const std::string path = folder.file("state.db");
  LocalSigner key(test::key_of("//Alice"));
  synced().clear();
  ASSERT_TRUE(SigningState::create(path, key.public_key(), {}).ok());
  EXPECT_TRUE(synced().contains(inode_of(path)));
  EXPECT_TRUE(synced().contains(inode_of(folder.file(""))));

  const auto state = SigningState::open(path, key.public_key());
  ASSERT_TRUE(state.ok()) << state.status();
  SigningService service(key, **state, {}, [] { return std::uint64_t{0}; });
  const test::Messages messages{key.public_key()};
  for (std::uint64_t epoch = 1; epoch <= 50; ++epoch) {
    synced().clear();
    const Bytes vote = messages.vote(epoch, 1);
    const auto answer = service.answer({SignerRequestKind::kSign, vote});
    ASSERT_TRUE(std::holds_alternative<Signature>(answer));
    EXPECT_TRUE(synced().contains(inode_of(path + "-wal"))) << epoch;
    if (epoch == 1) {
      EXPECT_TRUE(synced().contains(inode_of(folder.file("")))) << "the log's name";
    }
  }
}

}  // namespace
}  // namespace yuma
