// SPDX-License-Identifier: MIT

// Damaged files: what is read is what was written, or it is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "ledger/rows.hpp"
#include "tests/ledger/ledger_support.hpp"

namespace yuma {
namespace {

using test::contents;

class LedgerDamage : public test::LedgerTest {
 protected:
  /// All that a reader can get, or the first error.
  static absl::StatusOr<std::string> everything(const std::string& path) {
    const auto opened = Ledger::open(path);
    if (!opened.ok()) return opened.status();
    const auto restored = (*opened)->restore();
    if (!restored.ok()) return restored.status();
    std::ostringstream out;
    if (absl::Status s = (*opened)->export_to(out); !s.ok()) return s;
    for (const Intent& intent : restored->intents) out << text_of(intent.body);
    return out.str();
  }
};

TEST_F(LedgerDamage, OfAnyByteIsSeenOrMeansNothing) {
  keep(3);
  ledger.reset();
  const std::string good = contents(path), all = everything(path).value();
  std::mt19937 random(3);
  int refused = 0, same = 0;
  for (std::size_t at = 0; at < good.size(); at += 1 + random() % 500) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1 + random() % 255));
    folder.write("subnet.ledger", bad);
    const auto got = everything(path);
    if (got.ok()) {
      // Room between the rows, or an index that was not asked.
      EXPECT_EQ(*got, all) << at;
      ++same;
    } else {
      EXPECT_FALSE(got.status().message().empty());
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
  EXPECT_GT(same, 0);
}

TEST_F(LedgerDamage, OfACutFileIsSeen) {
  keep(3);
  ledger.reset();
  const std::string good = contents(path);
  for (std::size_t size = 0; size < good.size(); size += 3'000) {
    folder.write("subnet.ledger", good.substr(0, size));
    EXPECT_FALSE(everything(path).ok()) << size;
  }
}

TEST_F(LedgerDamage, OfEachColumnIsSeen) {
  keep(2);
  ledger.reset();
  const std::string good = contents(path);
  const std::pair<const char*, std::vector<std::string>> tables[] = {
      {"ground", {"genesis", "first_epoch", "checksum"}},
      {"states", {"epoch", "block_id", "kept", "state", "checksum"}},
      {"seals", {"epoch", "block_id", "seal", "checksum"}},
      {"objects", {"id", "kind", "epoch", "bytes", "checksum"}},
      {"intents", {"kind", "epoch", "body", "checksum"}}};
  for (const auto& [table, columns] : tables) {
    for (const std::string& column : columns) {
      const bool number = column == "kept" || column == "kind";
      // Another last byte, or another number; nothing, or no number of ours.
      const std::string other =
          "CAST(substr(" + column + ", 1, length(" + column + ") - 1) || x'fe' AS BLOB)";
      for (const std::string& value :
           {number ? column + " + 1" : other, std::string(number ? "99" : "x''")}) {
        folder.write("subnet.ledger", good);
        // The newest row: one of an epoch that is over is not read by a restart.
        const std::string last = std::string("(SELECT max(rowid) FROM ") + table + ")";
        change(std::string("UPDATE ") + table + " SET " + column + " = " + value +
               " WHERE rowid = " + last);
        // An object that is nowhere is one that is missing: an audit tells.
        if (table == std::string("objects") && column == "epoch" && value == "x''") continue;
        EXPECT_FALSE(everything(path).ok()) << table << "." << column << " = " << value;
      }
    }
  }
  folder.write("subnet.ledger", good);
  EXPECT_TRUE(everything(path).ok());
}

std::uint64_t root_page(const test::ScratchFolder& folder, const std::string& file,
                        std::string_view tree) {
  const auto db = open_sqlite(folder.write("looked.at", file));
  if (!db.ok()) return 0;
  SqlStatement row(db->get(), "SELECT rootpage FROM sqlite_schema WHERE name = ?");
  return row.bind(tree).next() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

/// The file with the newest cell of a leaf taken away, as one bit does that counts them.
std::string without_newest_cell(std::string file, std::uint64_t page) {
  constexpr std::uint64_t kPageSize = 4'096;
  char& low_byte = file[(page - 1) * kPageSize + 4];
  --low_byte;
  return file;
}

TEST_F(LedgerDamage, OfTheTreesOfIntentsIsSeen) {
  keep(2);
  ledger.reset();
  const std::string good = contents(path);
  for (const char* tree : {"intents", "sqlite_autoindex_intents_1"}) {
    folder.write("subnet.ledger", without_newest_cell(good, root_page(folder, good, tree)));
    EXPECT_EQ(Ledger::open(path).status().code(), absl::StatusCode::kDataLoss) << tree;
  }
}

TEST_F(LedgerDamage, OfMissingRowsIsSeen) {
  keep(3);
  ledger.reset();
  const std::string good = contents(path);
  for (const char* sql : {"DELETE FROM ground", "DELETE FROM states", "DELETE FROM seals",
                          "DELETE FROM seals WHERE rowid = 1", "DELETE FROM seals WHERE rowid = 2",
                          "DELETE FROM seals WHERE rowid = 3"}) {
    folder.write("subnet.ledger", good);
    change(sql);
    EXPECT_EQ(Ledger::open(path).status().code(), absl::StatusCode::kDataLoss) << sql;
    const auto reader = Ledger::open_to_read(path);
    for (const absl::Status& told :
         reader.ok() ? std::vector{(*reader)->newest_state().status(),
                                   (*reader)->restore().status(), (*reader)->check_integrity()}
                     : std::vector{reader.status()}) {
      EXPECT_EQ(told.code(), absl::StatusCode::kDataLoss) << sql;
    }
  }
}

TEST_F(LedgerDamage, LeavesTheRestToBeRead) {
  keep(3);
  const Bytes seal = ledger->seal(2).value();
  change("UPDATE states SET checksum = x'00'");
  const auto reader = Ledger::open_to_read(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->seal(2).value(), seal);
  EXPECT_EQ((*reader)->last_epoch().value(), 3U);
  EXPECT_EQ((*reader)->newest_state().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Ledger::open(path).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LedgerDamage, OfAnIntentLeavesTheState) {
  keep(2);
  change("UPDATE intents SET checksum = x'00'");
  const auto reader = Ledger::open_to_read(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->newest_state()->state, history.sealed().state);
  EXPECT_EQ((*reader)->restore().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ((*reader)->check_integrity().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LedgerDamage, NoStateTakesThePlaceOfTheGenesis) {
  keep(2);
  ledger.reset();
  // Somebody's own beginning, in a row with a right checksum.
  SealedState forged = history.start();
  forged.state.neurons[4]->stake += 1;
  {
    const auto db = open_sqlite(path);
    ASSERT_TRUE(db.ok()) << db.status();
    const ledger::StateRow row{0, forged.block_id, true, encode_state(forged.state)};
    ASSERT_TRUE(ledger::write_state(db->get(), row).ok());
  }
  EXPECT_EQ(Ledger::open(path).status().code(), absl::StatusCode::kDataLoss);
  const auto reader = Ledger::open_to_read(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->state_at_or_before(0)->state, history.start().state);
  EXPECT_EQ((*reader)->check_integrity().code(), absl::StatusCode::kDataLoss);
}

/// The file with an index whose pages each name the next one hundreds of times.
std::string with_pages_in_circles(std::string file, std::uint64_t root) {
  constexpr std::size_t kPageSize = 4'096, kCells = 380, kLevels = 5;
  const auto put = [](std::string& page, std::size_t at, std::size_t value, std::size_t size) {
    while (size-- > 0) {
      page[at + size] = static_cast<char>(value & 0xff);
      value >>= 8;
    }
  };
  const auto page_over = [&](std::size_t child) {
    constexpr std::size_t kCellSize = 8, kHeader = 12, kBegin = kPageSize - kCells * kCellSize;
    std::string page(kPageSize, '\0');
    page[0] = 2;  // an interior page of an index
    put(page, 3, kCells, 2);
    put(page, 5, kBegin, 2);
    put(page, 8, child, 4);
    for (std::size_t i = 0; i < kCells; ++i) {
      const std::size_t cell = kBegin + i * kCellSize;
      put(page, cell, child, 4);
      page[cell + 4] = 3;  // bytes of a key, of which there are two columns that are null
      page[cell + 5] = 2;
      put(page, kHeader + 2 * i, cell, 2);
    }
    return page;
  };
  const std::string leaf = file.substr((root - 1) * kPageSize, kPageSize);
  std::size_t last = file.size() / kPageSize;
  file.replace((root - 1) * kPageSize, kPageSize, page_over(last + 1));
  for (std::size_t level = 1; level < kLevels; ++level) file += page_over(++last + 1);
  file += leaf;
  put(file, 28, last + 1, 4);  // pages of the file
  return file;
}

TEST_F(LedgerDamage, OfPagesInCirclesEndsEveryAnswer) {
  keep(3);
  ledger.reset();
  const std::string good = contents(path);
  for (const char* tree : {"sqlite_autoindex_intents_1", "sqlite_autoindex_seals_1"}) {
    folder.write("subnet.ledger", with_pages_in_circles(good, root_page(folder, good, tree)));
    const auto reader = Ledger::open_to_read(path);
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_EQ((*reader)->summary().status().code(), absl::StatusCode::kDataLoss) << tree;
    EXPECT_EQ((*reader)->check_integrity().code(), absl::StatusCode::kDataLoss) << tree;
  }
}

TEST_F(LedgerDamage, OfAnExchangedStateIsSeen) {
  keep(2);
  // The state of another history with a right checksum in its row.
  test::SubnetShape shape;
  shape.stake = 5;
  test::History other(shape);
  for (int i = 0; i < 2; ++i) other.step();
  SealedState foreign = other.sealed();
  foreign.state.subnet.network = ledger->network();
  const std::string donor = folder.file("donor");
  ASSERT_TRUE(Ledger::create_at(donor, history.genesis(), foreign).ok());
  change("ATTACH '" + donor +
         "' AS donor; DELETE FROM states; INSERT INTO states SELECT * FROM "
         "donor.states");
  const auto opened = Ledger::open(path);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->restore().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LedgerDamage, IsFoundByTheCheckOfTheFile) {
  keep(2);
  EXPECT_TRUE(ledger->check_integrity().ok());
  ledger.reset();
  std::string bad = contents(path);
  const Bytes32 object = Ledger::open(path).value()->objects(1)->front().id;
  const std::string id(text_of(object));
  // Ids stand in the table and in its indexes; the last one is changed.
  const auto at = bad.rfind(id);
  ASSERT_NE(at, std::string::npos);
  bad[at] = static_cast<char>(bad[at] ^ 1);
  folder.write("subnet.ledger", bad);
  const auto opened = Ledger::open_to_read(path);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->check_integrity().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace yuma
