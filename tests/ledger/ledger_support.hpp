// SPDX-License-Identifier: MIT
#pragma once

// A ledger of a small subnet in a scratch folder.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "storage/sqlite.hpp"
#include "tests/support/history.hpp"
#include "tests/support/process.hpp"

namespace yuma::test {

inline void expect_equal(const Restored& a, const Restored& b) {
  EXPECT_EQ(a.sealed.state, b.sealed.state);
  EXPECT_EQ(a.sealed.block_id, b.sealed.block_id);
  EXPECT_EQ(a.seal, b.seal);
  EXPECT_EQ(a.objects, b.objects);
  EXPECT_EQ(a.intents, b.intents);
}

inline Restored restored_of(const Ledger& ledger) {
  auto out = ledger.restore();
  EXPECT_TRUE(out.ok()) << out.status();
  return out.ok() ? *std::move(out) : Restored();
}

/// Everything that a ledger would export.
inline std::string exported_of(const Ledger& ledger) {
  std::ostringstream out;
  const absl::Status status = ledger.export_to(out);
  EXPECT_TRUE(status.ok()) << status;
  return out.str();
}

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() {
    EXPECT_TRUE(Ledger::create(path, history.genesis()).ok());
    open();
  }
  void open() {
    ledger.reset();
    auto opened = Ledger::open(path);
    ASSERT_TRUE(opened.ok()) << opened.status();
    ledger = *std::move(opened);
  }
  void keep(std::size_t epochs) {
    const absl::Status status = keep_epochs(*ledger, history, epochs);
    ASSERT_TRUE(status.ok()) << status;
  }
  /// Closes the ledger and changes its file as somebody could who has it.
  void change(const std::string& sql) {
    ledger.reset();
    auto db = open_sqlite(path);
    ASSERT_TRUE(db.ok()) << db.status();
    const absl::Status status = run_sql(db->get(), sql.c_str());
    ASSERT_TRUE(status.ok()) << status << " " << sql;
  }
  Restored restored() const { return restored_of(*ledger); }

  ScratchFolder folder;
  std::string path = folder.file("subnet.ledger");
  History history;
  std::unique_ptr<Ledger> ledger;
};

}  // namespace yuma::test
