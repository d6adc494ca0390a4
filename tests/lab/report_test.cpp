// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "lab/report/chart.hpp"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_report.hpp"
#include "lab/report/epoch_tables.hpp"
#include "lab/report/gnuplot.hpp"
#include "lab/report/label_placer.hpp"
#include "lab/report/page.hpp"
#include "lab/report/share_axis.hpp"
#include "lab/report/text.hpp"
#include "lab/report/write_file.hpp"

namespace yuma::lab {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kHostile[] =
    "\"><script>alert(1)</script> `touch owned` 'q' $(id) @x \n%s %n {/Bold x} ^2 _3 \\n \xff\xc0 "
    "\x1b[31m EOD";

/// A folder that vanishes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string name = ::testing::TempDir() + "yuma-report-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    for (const std::string& name : entries()) std::remove((path_ + "/" + name).c_str());
    ::rmdir(path_.c_str());
  }
  const std::string& path() const { return path_; }
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    DIR* folder = ::opendir(path_.c_str());
    while (const dirent* entry = folder == nullptr ? nullptr : ::readdir(folder)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (folder != nullptr) ::closedir(folder);
    return names;
  }

 private:
  std::string path_;
};

/// Sets PATH until the end of the scope.
class ScopedPath {
 public:
  explicit ScopedPath(const std::string& path) {
    if (const char* old = std::getenv("PATH")) old_ = old;
    ::setenv("PATH", path.c_str(), 1);
  }
  ScopedPath(const ScopedPath&) = delete;
  ScopedPath& operator=(const ScopedPath&) = delete;
  ~ScopedPath() { ::setenv("PATH", old_.c_str(), 1); }

 private:
  std::string old_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What is wrong with the nesting of the tags of `xml`; empty if nothing is.
std::string nesting_error(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "unclosed tag";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.empty()) return "empty tag";
    if (tag[0] == '?' || tag[0] == '!' || tag.back() == '/') continue;
    std::size_t length = 1;
    while (length < tag.size() && std::isspace(static_cast<unsigned char>(tag[length])) == 0) {
      ++length;
    }
    const std::string name = tag.substr(0, length);
    if (name[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return "unexpected <" + name + ">";
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "open <" + open.back() + ">";
}

/// Three validators, three miners, one of them clipped.
EpochView small_epoch() {
  EpochView view;
  view.title = "example.json: a small subnet";
  view.facts = {{"block", "1000"}, {"kappa", "0.5"}};
  view.stake = {0.5, 0.3, 0.2, 0, 0, 0};
  view.consensus = {0, 0, 0, 0.5, 0.3, 0};
  view.incentive = {0, 0, 0, 0.625, 0.375, 0};
  view.dividends = {0.55, 0.3, 0.15, 0, 0, 0};
  view.validator_trust = {0.8, 0.8, 0.7, 0, 0, 0};
  view.permit = {true, true, true, false, false, false};
  view.active = {true, true, true, true, true, false};
  view.emission = {275, 150, 75, 312, 188, 0};
  view.weights = {
      {0, 3, 0.6, 0.5}, {0, 4, 0.4, 0.3}, {1, 3, 0.5, 0.5}, {1, 4, 0.5, 0.3}, {2, 5, 1.0, 0.0}};
  view.notes = {"The recorded result agrees."};
  return view;
}

/// `uids` uids of which the first `validators` set weights on all others.
EpochView large_epoch(std::uint32_t uids, std::uint32_t validators) {
  EpochView view;
  view.title = "large";
  for (std::uint32_t uid = 0; uid < uids; ++uid) {
    const bool validates = uid < validators;
    const double share = std::exp(-0.05 * (validates ? uid : uid - validators)) / 20.0;
    view.stake.push_back(validates ? share : 0.0);
    view.dividends.push_back(validates ? share * (uid % 3 + 1) / 2 : 0.0);
    view.incentive.push_back(validates ? 0.0 : share);
    view.consensus.push_back(validates ? 0.0 : share);
    view.validator_trust.push_back(validates ? 1.0 : 0.0);
    view.permit.push_back(validates);
    view.active.push_back(true);
    view.emission.push_back(1'000'000'000);
    if (!validates) continue;
    for (std::uint32_t miner = validators; miner < uids; ++miner) {
      const double weight = 1.0 / (1.0 + miner);
      view.weights.push_back({uid, miner, weight, (uid + miner) % 4 == 0 ? 0.5 * weight : weight});
    }
  }
  return view;
}

class Drawing : public ::testing::Test {
 protected:
  void SetUp() override {
    const Chart dot{"set label 'x' at screen 0.5,0.5\nplot [0:1] [0:1] 0.5\n", 100, 100, "", ""};
    if (is_gnuplot_missing(draw_chart(dot, ImageFormat::kSvg).status())) {
      GTEST_SKIP() << "gnuplot is not installed";
    }
  }
};

TEST(Text, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable_utf8("a\xffz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(printable_utf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  EXPECT_EQ(printable_utf8("\xED\xA0\x80").size(), 9U);               // surrogate
  EXPECT_EQ(printable_utf8("\xF4\x90\x80\x80").size(), 12U);          // beyond U+10FFFF
  EXPECT_EQ(printable_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
  EXPECT_EQ(printable_utf8("\xE2\x82\xAC\xF0\x9F\x98\x80"), "\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(printable_utf8(std::string_view("a\0b\x1b\x7f\xC2\x85\n\t", 9)), "a b   \n\t");
  EXPECT_EQ(printable_utf8("\xEF\xBF\xBF"), " ");
}

TEST(Text, ShortensByCharacters) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcd", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(shorten("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", 3), "\xC3\xA4\xC3\xB6\xE2\x80\xA6");
}

TEST(Text, EscapesForHtml) {
  EXPECT_EQ(html_escape("\"><script>&'"), "&quot;&gt;&lt;script&gt;&amp;&#39;");
}

TEST(Text, QuotesForGnuplot) {
  EXPECT_EQ(gnuplot_quote("it's `x`\n\"%s\""), "'it''s `x` \"%s\"'");
  EXPECT_EQ(gnuplot_quote("'"), "''''");
  EXPECT_EQ(gnuplot_quote("abcdef", 3), "'ab\xE2\x80\xA6'");
}

TEST(Text, FormatsNumbers) {
  EXPECT_EQ(format_share(0.0), "0");
  EXPECT_EQ(format_share(0.25), "0.250000");
  EXPECT_EQ(format_share(1e-9), "1.0e-09");
  EXPECT_EQ(format_share(std::nan("")), "n/a");
  EXPECT_EQ(format_percent(0.1234), "12.3%");
  EXPECT_EQ(format_percent(INFINITY), "n/a");
  EXPECT_EQ(format_ratio(0.134), "0.13");
  EXPECT_EQ(format_ratio(9.996), "10.0");
  EXPECT_EQ(format_ratio(13818.31), "13.8k");
  EXPECT_EQ(format_ratio(245146.36), "245k");
  EXPECT_EQ(format_ratio(999.9), "1.00k");
  EXPECT_EQ(format_ratio(6e13), "6e+13");
  EXPECT_EQ(format_ratio(NAN), "n/a");
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(ImageFormatOf, TakesTheEnding) {
  EXPECT_EQ(*image_format_of("a/b.svg"), ImageFormat::kSvg);
  EXPECT_EQ(*image_format_of("B.PNG"), ImageFormat::kPng);
  const absl::Status status = image_format_of("chart.jpg").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("chart.jpg"), HasSubstr(".svg"), HasSubstr(".png")));
  EXPECT_FALSE(image_format_of("svg").ok());
}

TEST_F(Drawing, ReportsWhatGnuplotComplainsAbout) {
  const absl::Status status = run_gnuplot("set terminal svg\nplot nonsense(\n").status();
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("invalid expression"));
}

TEST_F(Drawing, StopsAtTheTimeLimit) {
  GnuplotOptions options;
  options.time_limit = std::chrono::milliseconds(100);
  const absl::Status status = run_gnuplot("while (1) { x = 1 }\n", options).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
}

TEST_F(Drawing, AnEmptyImageIsAnError) {
  EXPECT_TRUE(absl::IsInternal(run_gnuplot("x = 1\n").status()));
}

TEST_F(Drawing, HostileTextIsDrawnAsItIs) {
  const TempFolder folder;
  Chart chart{"", 400, 300, "", ""};
  chart.script = "set title " + gnuplot_quote(kHostile) + "\nset xlabel " +
                 gnuplot_quote(kHostile) + "\nplot [0:1] x title " + gnuplot_quote(kHostile) + "\n";
  const absl::StatusOr<std::string> svg = draw_chart(chart, ImageFormat::kSvg);
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_EQ(nesting_error(*svg), "");
  EXPECT_THAT(*svg, Not(HasSubstr("<script")));
  EXPECT_THAT(*svg, AllOf(HasSubstr("`touch owned`"), HasSubstr("$(id)"), HasSubstr("{/Bold x}"),
                          HasSubstr("%s %n")));
  EXPECT_TRUE(draw_chart(chart, ImageFormat::kPng).ok());
  EXPECT_NE(::access("owned", F_OK), 0);
}

TEST_F(Drawing, DrawsAnEpochInBothFormats) {
  EpochView view = small_epoch();
  view.title = kHostile;
  const absl::StatusOr<std::string> svg = draw_epoch(view, ImageFormat::kSvg);
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_EQ(nesting_error(*svg), "");
  EXPECT_THAT(*svg, AllOf(HasSubstr("<svg"), HasSubstr("data:image/png;base64,"),
                          Not(HasSubstr("<script")), Not(HasSubstr("<title>"))));
  const absl::StatusOr<std::string> png = draw_epoch(view, ImageFormat::kPng);
  ASSERT_TRUE(png.ok()) << png.status();
  EXPECT_THAT(*png, StartsWith("\x89PNG\r\n\x1a\n"));
}

TEST_F(Drawing, SaysWhatItLeftOutOfLargeMaps) {
  const std::optional<Chart> chart = weight_chart(large_epoch(300, 80));
  ASSERT_TRUE(chart.has_value());
  EXPECT_THAT(chart->caption, AllOf(HasSubstr("top 64 of 80 validators by stake"),
                                    HasSubstr("top 128 of 220 miners by weight")));
  EXPECT_TRUE(draw_chart(*chart, ImageFormat::kSvg).ok());
}

TEST_F(Drawing, DrawsASequence) {
  std::vector<EpochView> views(3, small_epoch());
  views[1].incentive = {0, 0, 0, 0.5, 0.5, 0};
  const absl::StatusOr<std::string> svg = draw_epochs(views, ImageFormat::kSvg);
  ASSERT_TRUE(svg.ok()) << svg.status();
  EXPECT_THAT(*svg, HasSubstr("Incentive over epochs"));
  EXPECT_TRUE(absl::IsInvalidArgument(draw_epochs({}, ImageFormat::kSvg).status()));
}

TEST_F(Drawing, OddInputIsDrawn) {
  EpochView zeros = small_epoch();
  for (auto* shares : {&zeros.stake, &zeros.consensus, &zeros.incentive, &zeros.dividends}) {
    shares->assign(6, 0.0);
  }
  for (EpochView::Cell& cell : zeros.weights) cell.weight = cell.clipped = 0.0;

  EpochView broken = small_epoch();
  broken.stake = {std::nan(""), HUGE_VAL, -HUGE_VAL, -1.0, 0.5, 1e300};
  broken.incentive = broken.stake;
  broken.dividends = {1e-300, std::nan("")};
  broken.permit = {true};
  broken.weights = {{0, 1, std::nan(""), 0},
                    {4'000'000'000U, 5, 0.5, std::nan("")},
                    {1, 2, INFINITY, 1},
                    {2, 3, 1e-300, 2},
                    {3, 3, -1, 0}};

  EpochView one;
  one.stake = {1.0};
  one.weights = {{0, 0, 1.0, 0.0}};

  EpochView barely_clipped;
  barely_clipped.stake = {1.0, 0.0};
  barely_clipped.weights = {{0, 1, 1.0, 0.999}};

  const std::vector<EpochView> cases = {EpochView{}, zeros, broken, one, barely_clipped};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    const absl::StatusOr<std::string> svg = draw_epoch(cases[i], ImageFormat::kSvg);
    EXPECT_TRUE(svg.ok()) << svg.status();
    const absl::StatusOr<std::string> html = epoch_report_html({cases[i]});
    EXPECT_TRUE(html.ok()) << html.status();
  }
  const absl::StatusOr<std::string> all = epoch_report_html(cases);
  EXPECT_TRUE(all.ok()) << all.status();
}

TEST_F(Drawing, AReportNeedsNothingElse) {
  const absl::StatusOr<std::string> html = epoch_report_html({small_epoch(), small_epoch()});
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(*html, EndsWith("</html>\n"));
  for (const char* word : {"http:", "https:", "<script", "<link", "<iframe", "@import",
                           "src=", "href='//", "url(http", "javascript:"}) {
    EXPECT_THAT(*html, Not(HasSubstr(word)));
  }
  EXPECT_THAT(
      *html, AllOf(HasSubstr("<svg role=\"img\" aria-label=\"Scatter chart"),
                   HasSubstr("Content-Security-Policy"), HasSubstr("The recorded result agrees.")));
}

TEST_F(Drawing, ChartsOfAPageHaveTheirOwnIdentifiers) {
  const absl::StatusOr<std::string> html = epoch_report_html({small_epoch()});
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, AllOf(HasSubstr("id='c1-gpPt6'"), HasSubstr("href='#c1-gpPt6'"),
                           HasSubstr("id='c2-gpPt6'"), Not(HasSubstr("'#gpPt"))));
}

TEST(Report, EscapesEverything) {
  const TempFolder empty;
  const ScopedPath path(empty.path());
  EpochView view = small_epoch();
  view.title = kHostile;
  view.facts = {{kHostile, kHostile}};
  view.notes = {kHostile};
  const absl::StatusOr<std::string> html = epoch_report_html({view, view});
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\xff")),
                           Not(HasSubstr("\x1b")), HasSubstr("&lt;script&gt;alert(1)")));
}

TEST(Report, WithoutGnuplotKeepsTheTables) {
  const TempFolder empty;
  const ScopedPath path(empty.path());
  const absl::StatusOr<std::string> html = epoch_report_html({small_epoch()});
  ASSERT_TRUE(html.ok()) << html.status();
  EXPECT_THAT(*html, AllOf(HasSubstr("gnuplot is not installed: install gnuplot-nox"),
                           HasSubstr("0.625000"), Not(HasSubstr("<svg"))));
  const absl::Status status = draw_epoch(small_epoch(), ImageFormat::kPng).status();
  EXPECT_TRUE(is_gnuplot_missing(status));
  EXPECT_EQ(std::string(status.message()), "gnuplot is not installed: install gnuplot-nox");
}

TEST(Report, NeedsAnEpoch) { EXPECT_TRUE(absl::IsInvalidArgument(epoch_report_html({}).status())); }

TEST(Tables, OneRowAUid) {
  const Table table = uid_table(small_epoch());
  ASSERT_THAT(table.rows, SizeIs(6));
  EXPECT_THAT(table.rows[0], ElementsAre("0", "yes", "yes", "0.500000", "0.550000", "1.10",
                                         "0.800000", "0", "0", "275"));
  EXPECT_THAT(table.rows[5], ElementsAre("5", "no", "no", "0", "0", "", "0", "0", "0", "0"));
  EXPECT_THAT(uid_table(large_epoch(4096, 1)).rows, SizeIs(4096));
}

TEST(Tables, RolesAndHotkeysWhereTheyAreKnown) {
  EpochView view = small_epoch();
  const std::size_t columns = uid_table(view).columns.size();
  view.roles = {"owner", "<b>"};
  view.hotkeys = {"5Cy"};
  const Table table = uid_table(view);
  ASSERT_THAT(table.columns, SizeIs(columns + 2));
  EXPECT_EQ(table.rows[0][columns], "owner");
  EXPECT_EQ(table.rows[0][columns + 1], "5Cy");
  EXPECT_EQ(table.rows[1][columns + 1], "n/a");
  for (const auto& row : table.rows) EXPECT_THAT(row, SizeIs(columns + 2));
}

TEST(Tables, ClippedWeightsByWhatTheyCost) {
  const Table table = clipping_table(small_epoch());
  ASSERT_THAT(table.rows, SizeIs(4));
  EXPECT_THAT(table.rows[0],
              ElementsAre("2", "5", "1.000000", "0", "1.000000", "100%", "0.200000"));
  EXPECT_THAT(table.caption, HasSubstr("4 of 4"));
}

TEST(Page, RefusesFiguresThatAreNotPlainSvg) {
  HtmlPage page("x");
  const std::string before = page.html();
  EXPECT_TRUE(absl::IsInvalidArgument(page.add_figures({{"<p>", "", "", 1}})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      page.add_figures({{"<svg><SCRIPT>alert(1)</SCRIPT></svg>", "", "", 1}})));
  EXPECT_EQ(page.html(), before);
}

TEST(ShareAxis, HasABandForZerosWhereTheSpreadIsLarge) {
  const ShareAxis axis({0.0, 0.0002, 0.5});
  EXPECT_TRUE(axis.is_logarithmic());
  EXPECT_LT(axis.low(), axis.place(0.0));
  EXPECT_LT(axis.spread(0.0, 1.0), axis.band());
  EXPECT_DOUBLE_EQ(axis.place(0.5), 50.0);
  EXPECT_DOUBLE_EQ(axis.fraction(axis.high()), 1.0);
  EXPECT_THAT(axis.commands("x"), AllOf(HasSubstr("set logscale x"), HasSubstr("'10%%' 10")));
  EXPECT_FALSE(ShareAxis({0.1, 0.2}).is_logarithmic());
  EXPECT_FALSE(ShareAxis({}).is_logarithmic());
}

TEST(LabelPlacer, NeverOverlapsAndGivesUpWhereThereIsNoRoom) {
  LabelPlacer placer(200, 100);
  placer.add_point(50, 50);
  int placed = 0;
  for (int i = 0; i < 50; ++i) placed += placer.place(50, 50, 3).has_value() ? 1 : 0;
  EXPECT_GT(placed, 1);
  EXPECT_LT(placed, 9);
  EXPECT_FALSE(LabelPlacer(5, 5).place(2, 2, 3).has_value());
}

TEST(WriteFile, ReplacesAFile) {
  const TempFolder folder;
  const std::string path = folder.path() + "/report.html";
  ASSERT_TRUE(write_file_atomically(path, "old and longer").ok());
  ASSERT_TRUE(write_file_atomically(path, std::string_view("new\0x", 5)).ok());
  EXPECT_EQ(contents(path), std::string("new\0x", 5));
  EXPECT_THAT(folder.entries(), ElementsAre("report.html"));
}

TEST(WriteFile, FailsWithThePathAndTheReason) {
  const TempFolder folder;
  const std::string missing = folder.path() + "/none/report.html";
  const absl::Status status = write_file_atomically(missing, "x");
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(missing), HasSubstr("No such file or directory")));
  EXPECT_THAT(folder.entries(), IsEmpty());
}

TEST(WriteFile, NeverReplacesAFolder) {
  const TempFolder folder;
  const std::string path = folder.path() + "/taken";
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  EXPECT_THAT(std::string(write_file_atomically(path, "x").message()),
              AllOf(HasSubstr(path), HasSubstr("is not a regular file")));
  EXPECT_THAT(folder.entries(), ElementsAre("taken"));
}

TEST(WriteFile, FailsInAFolderThatCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TempFolder folder;
  ::chmod(folder.path().c_str(), 0500);
  const std::string path = folder.path() + "/report.html";
  EXPECT_THAT(std::string(write_file_atomically(path, "x").message()), HasSubstr(path));
  EXPECT_THAT(folder.entries(), IsEmpty());
  ::chmod(folder.path().c_str(), 0700);
}

}  // namespace
}  // namespace yuma::lab
