// SPDX-License-Identifier: MIT

#include "cli/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <iterator>

#include "tests/support/process.hpp"

namespace yuma::cli {
namespace {

using test::contents;
using test::ScratchFolder;
using testing::HasSubstr;

std::size_t files_in(const ScratchFolder& folder) {
  const std::filesystem::directory_iterator all(folder.file(""));
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(Files, ReadsNoMoreThanAllowed) {
  const ScratchFolder scratch;
  const auto path = scratch.write("f", "12345");
  EXPECT_EQ(text_of(read_file(path, 5).value()), "12345");
  EXPECT_EQ(read_file(path, 4).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(text_of(read_beginning(path, 2).value()), "12");
  EXPECT_EQ(text_of(read_beginning(path, 9).value()), "12345");
  EXPECT_TRUE(read_file(scratch.write("empty", ""), 5)->empty());
  EXPECT_EQ(read_file(scratch.file("none"), 5).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(read_file(scratch.file(""), 5).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(read_file("/dev/zero", 5).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Files, CreateReplacesNothing) {
  const ScratchFolder scratch;
  const auto path = scratch.file("f");
  ASSERT_TRUE(create_file(path, bytes_of("one")).ok());
  const auto again = create_file(path, bytes_of("two"));
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(again.message()), HasSubstr(path));
  EXPECT_EQ(contents(path), "one");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0644));
  EXPECT_EQ(files_in(scratch), 1U) << "no draft is left";
  EXPECT_FALSE(create_file(scratch.file("none/f"), bytes_of("x")).ok());
}

TEST(Files, ReplaceIsWholeOrNotAtAll) {
  const ScratchFolder scratch;
  const auto path = scratch.write("f", "one");
  ASSERT_TRUE(replace_file(path, bytes_of("two")).ok());
  EXPECT_EQ(contents(path), "two");
  EXPECT_EQ(files_in(scratch), 1U);
}

TEST(Files, ReplacesWhatALinkLeadsTo) {
  const ScratchFolder scratch;
  const auto path = scratch.write("f", "one"), link = scratch.file("link");
  std::filesystem::create_symlink("f", link);
  ASSERT_TRUE(replace_file(link, bytes_of("two")).ok());
  EXPECT_EQ(contents(path), "two");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(files_in(scratch), 2U);
  // A new file takes the place of nothing, whatever lies there.
  std::filesystem::create_symlink("nowhere", scratch.file("broken"));
  EXPECT_EQ(create_file(scratch.file("broken"), bytes_of("x")).code(),
            absl::StatusCode::kAlreadyExists);
}

#ifdef SYS_link
constexpr unsigned kLink = SYS_link;
#else
constexpr unsigned kLink = SYS_linkat;
#endif

/// From now on this process makes no hard links, as on the file system of a memory card.
bool forbid_links() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kLink, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_linkat, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(filter), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(Files, CreateNeedsNoLinks) {
  const ScratchFolder scratch;
  const auto path = scratch.file("f");
  const pid_t child = fork();
  if (child == 0) {
    if (!forbid_links()) _exit(77);
    const bool made = create_file(path, bytes_of("one")).ok();
    const bool again = absl::IsAlreadyExists(create_file(path, bytes_of("two")));
    _exit(made && again ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no filter of system calls here";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(contents(path), "one");
  EXPECT_EQ(files_in(scratch), 1U);
}

TEST(Files, TheLockKeepsOthersOut) {
  const ScratchFolder scratch;
  const auto path = scratch.file("counter");
  ASSERT_TRUE(create_file(path, bytes_of("0")).ok());
  constexpr int kProcesses = 4, kRounds = 20;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    for (int round = 0; round < kRounds; ++round) {
      const auto lock = FolderLock::of(path);
      const int counter = std::stoi(std::string(text_of(read_file(path, 99).value())));
      if (!replace_file(path, bytes_of(std::to_string(counter + 1))).ok()) _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(contents(path), std::to_string(kProcesses * kRounds));
}

}  // namespace
}  // namespace yuma::cli
