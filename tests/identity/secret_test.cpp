// SPDX-License-Identifier: MIT

#include "yuma/identity/secret.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <type_traits>

namespace yuma {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, BeginsWithZerosAndKeepsWhatItIsGiven) {
  Secret secret(40);
  EXPECT_TRUE(std::all_of(secret.bytes().begin(), secret.bytes().end(),
                          [](std::uint8_t b) { return b == 0; }));
  EXPECT_EQ(Secret::copy_of("correct horse").text(), "correct horse");
  EXPECT_TRUE(Secret::copy_of("").empty());
  EXPECT_TRUE(Secret::random(0).empty());
}

TEST(Secret, IsEmptyOnceMovedFrom) {
  Secret a = Secret::copy_of("one");
  Secret b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(b.text(), "one");
  Secret c = Secret::copy_of("two");
  c = std::move(b);
  EXPECT_TRUE(b.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(c.text(), "one");
  Secret& same = c;
  c = std::move(same);
  EXPECT_EQ(c.text(), "one");
}

TEST(Secret, RandomBytesDiffer) {
  const Secret a = Secret::random(32), b = Secret::random(32);
  EXPECT_FALSE(equal_in_constant_time(a.bytes(), b.bytes()));
}

TEST(ForbidCoreDumps, LeavesNoWayToWriteOne) {
  const auto child = [] {
    forbid_core_dumps();
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    std::_Exit(limit.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace yuma
