// SPDX-License-Identifier: MIT

#include "cli/text.hpp"

#include <gtest/gtest.h>

namespace yuma::cli {
namespace {

TEST(Text, WrapsBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(wrapped("one two three", 2, 8), "  one\n  two\n  three\n");
  EXPECT_EQ(wrapped("averylongword b", 0, 5), "averylongword\nb\n");
  EXPECT_EQ(wrapped("", 2, 9), "  \n");
}

TEST(Text, LabelsTheFirstLineOnly) {
  EXPECT_EQ(labelled("quorum", "any three", 80), "quorum      any three\n");
  EXPECT_EQ(labelled("quorum", "any three", 16), "quorum      any\n            three\n");
}

TEST(Text, ListsWords) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

TEST(Text, TablesAlignAndNarrow) {
  const std::vector<TableColumn> columns = {{"uid"}, {"hotkey", false, true}, {"stake"}};
  const std::vector<std::vector<std::string>> rows = {{"7", "abcdefgh", "1"}, {"12", "xy", "1000"}};
  EXPECT_EQ(text_table(columns, rows, 20),
            "uid  hotkey    stake\n"
            "  7  abcdefgh      1\n"
            " 12  xy         1000\n");
  EXPECT_EQ(text_table(columns, rows, 19),
            "uid hotkey   stake\n"
            "  7 abcdefgh     1\n"
            " 12 xy        1000\n");
  EXPECT_EQ(text_table(columns, rows, 17),
            "uid  stake\n"
            "     hotkey\n"
            "  7      1\n"
            "     abcdefgh\n"
            " 12   1000\n"
            "     xy\n");
}

}  // namespace
}  // namespace yuma::cli
