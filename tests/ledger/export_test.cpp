// SPDX-License-Identifier: MIT

// Exported files: what goes in comes out, and nothing else is taken.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/ledger/ledger_support.hpp"
#include "tests/support/exported_ledger.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using test::exported_of;
using test::ExportedParts;
using test::restored_of;
using ::testing::HasSubstr;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

absl::StatusOr<std::unique_ptr<Ledger>> imported(const std::string& bytes) {
  std::istringstream in(bytes);
  return Ledger::import_in_memory(in);
}

class LedgerExport : public ::testing::Test {
 protected:
  LedgerExport() {
    auto made = Ledger::in_memory(history.genesis());
    EXPECT_TRUE(made.ok()) << made.status();
    if (made.ok()) ledger = *std::move(made);
  }
  void keep(std::size_t epochs) { ASSERT_TRUE(test::keep_epochs(*ledger, history, epochs).ok()); }
  test::History history;
  std::unique_ptr<Ledger> ledger;
};

/// Restored without what is not exported.
Restored without_intents(Restored restored) {
  restored.intents.clear();
  return restored;
}

TEST_F(LedgerExport, GivesTheSameLedger) {
  for (const std::size_t epochs : {0U, 1U, 3U, 98U}) {
    keep(epochs);
    const std::string bytes = exported_of(*ledger);
    const auto copy = imported(bytes);
    ASSERT_TRUE(copy.ok()) << copy.status();
    EXPECT_EQ(exported_of(**copy), bytes);
    test::expect_equal(restored_of(**copy), without_intents(restored_of(*ledger)));
    const LedgerSummary a = ledger->summary().value(), b = (*copy)->summary().value();
    EXPECT_EQ(a.states, b.states);
    EXPECT_EQ(a.seals, b.seals);
    EXPECT_EQ(b.intents, 0U);
  }
}

TEST_F(LedgerExport, GivesTheSameLedgerAfterPruning) {
  keep(203);
  ASSERT_EQ(ledger->prune(200).value(), 200U);
  const std::string bytes = exported_of(*ledger);
  const auto copy = imported(bytes);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(exported_of(**copy), bytes);
  EXPECT_EQ((*copy)->first_epoch().value(), 200U);
  EXPECT_EQ((*copy)->prune(203).value(), 200U);
}

TEST_F(LedgerExport, GoesThroughFiles) {
  keep(4);
  const test::ScratchFolder folder;
  const std::string file = folder.file("exported"), path = folder.file("ledger");
  std::vector<std::uint64_t> done;
  ASSERT_TRUE(ledger
                  ->export_file(file,
                                [&](std::uint64_t at, std::uint64_t all) {
                                  EXPECT_EQ(all, 4U);
                                  done.push_back(at);
                                })
                  .ok());
  EXPECT_EQ(done, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(test::contents(file), exported_of(*ledger));
  EXPECT_EQ(ledger->export_file(file).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(Ledger::import_file(file, path).ok());
  EXPECT_EQ(Ledger::import_file(file, path).code(), absl::StatusCode::kAlreadyExists);
  auto copy = Ledger::open(path);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(exported_of(**copy), exported_of(*ledger));
  // It goes on like any other.
  const auto next = history.step();
  EXPECT_TRUE(test::keep_epoch(**copy, next).ok());
}

TEST_F(LedgerExport, EndsWithTheHashOfAllBefore) {
  keep(2);
  const std::string bytes = exported_of(*ledger);
  constexpr std::size_t kEnd = 1 + 4 + 32;
  ASSERT_GT(bytes.size(), kEnd);
  const std::string before = bytes.substr(0, bytes.size() - kEnd);
  const Bytes32 hash = blake2b_256(bytes_of(before));
  EXPECT_EQ(bytes.substr(bytes.size() - 32), text_of(hash));
  EXPECT_TRUE(before.starts_with("yuma-ledger 1\n"));
}

TEST_F(LedgerExport, RefusesWhatIsCutOrChanged) {
  keep(2);
  const std::string good = exported_of(*ledger);
  std::mt19937 random(1);
  for (std::size_t size = 0; size < good.size(); size += 1 + random() % 97) {
    EXPECT_EQ(imported(good.substr(0, size)).status().code(), kDataLoss) << size;
  }
  for (std::size_t at = 0; at < good.size(); at += 1 + random() % 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1 + random() % 255));
    EXPECT_EQ(imported(bad).status().code(), kDataLoss) << at;
  }
  EXPECT_EQ(imported(good + "x").status().code(), kDataLoss);
  EXPECT_TRUE(imported(good).ok());
}

constexpr char kState = ExportedParts::kState, kSeal = ExportedParts::kSeal,
               kObject = ExportedParts::kObject;

TEST_F(LedgerExport, RefusesRecordsThatDoNotFitTogether) {
  keep(3);
  const ExportedParts good(exported_of(*ledger));
  ASSERT_EQ(good.whole(), exported_of(*ledger));
  const auto refused = [&](const char* what, const std::function<void(ExportedParts&)>& change) {
    ExportedParts parts = good;
    change(parts);
    const auto status = imported(parts.whole()).status();
    EXPECT_EQ(status.code(), kDataLoss) << what << ": " << status;
  };
  refused("no genesis", [&](ExportedParts& p) { p.erase(0); });
  refused("two geneses",
          [](ExportedParts& p) { p.records.insert(p.records.begin(), p.records[0]); });
  refused("no state", [&](ExportedParts& p) { p.erase(p.first(kState)); });
  refused("two states", [](ExportedParts& p) {
    p.records.insert(p.records.begin() + 1, p.records[p.first(kState)]);
  });
  refused("a seal missing", [&](ExportedParts& p) { p.erase(p.first(kSeal) + 1); });
  refused("the last seal missing", [&](ExportedParts& p) { p.erase(p.first(kObject) - 1); });
  refused("a seal twice", [](ExportedParts& p) {
    p.records.insert(p.records.begin() + 2, p.records[p.first(kSeal)]);
  });
  refused("seals exchanged", [](ExportedParts& p) { std::swap(p.records[2], p.records[3]); });
  refused("an object twice", [](ExportedParts& p) { p.records.push_back(p.records.back()); });
  refused("objects exchanged",
          [](ExportedParts& p) { std::swap(p.records.back(), *(p.records.end() - 2)); });
  refused("an object as a seal", [](ExportedParts& p) { p.records[p.first(kSeal)][0] = kObject; });
  refused("a seal as an object", [](ExportedParts& p) { p.records[p.first(kObject)][0] = kSeal; });
  refused("an unknown kind", [](ExportedParts& p) { p.records.back()[0] = 9; });
  refused("another first epoch", [](ExportedParts& p) { p.records[0][5] = 2; });
  refused("a record too long", [](ExportedParts& p) { p.records.back()[4] = 0x7f; });
}

TEST_F(LedgerExport, RefusesAPassingStateThatIsNotTheLast) {
  keep(1);
  const ExportedParts one(exported_of(*ledger));
  keep(1);
  ExportedParts two(exported_of(*ledger));
  two.records.insert(two.records.begin() + 1, one.records[1]);
  const auto status = imported(two.whole()).status();
  EXPECT_EQ(status.code(), kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("none that is kept"));
}

TEST_F(LedgerExport, SaysWhatIsWrongWithAFile) {
  const test::ScratchFolder folder;
  const std::string path = folder.file("ledger");
  EXPECT_EQ(Ledger::import_file(folder.file("none"), path).code(), absl::StatusCode::kNotFound);
  const std::string text = folder.write("text", "hello");
  const auto status = Ledger::import_file(text, path);
  EXPECT_EQ(status.code(), kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no exported ledger"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace yuma
