// SPDX-License-Identifier: MIT

// A ledger as a file: who may open it, beside whom, and what is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/ledger/ledger_support.hpp"

namespace yuma {
namespace {

using test::expect_equal;
using test::exported_of;
using test::restored_of;
using ::testing::HasSubstr;

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

using LedgerFile = test::LedgerTest;

mode_t mode_of(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

std::set<std::string> files_in(const std::string& folder) {
  std::set<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    out.insert(file.path().filename().string());
  }
  return out;
}

TEST_F(LedgerFile, IsMadeForItsOwnerAlone) {
  ledger.reset();
  std::filesystem::remove(path);
  const mode_t before = umask(0);
  ASSERT_TRUE(Ledger::create(path, history.genesis()).ok());
  open();
  keep(1);
  umask(before);
  for (const auto& file : std::filesystem::directory_iterator(folder.file(""))) {
    EXPECT_EQ(mode_of(file.path()), 0600U) << file.path();
  }
  ledger.reset();
  EXPECT_EQ(files_in(folder.file("")), std::set<std::string>{"subnet.ledger"});
}

TEST_F(LedgerFile, IsNeverReplaced) {
  keep(1);
  EXPECT_EQ(Ledger::create(path, history.genesis()).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ledger->last_epoch().value(), 1U);
  ledger.reset();
  EXPECT_EQ(Ledger::create(path, history.genesis()).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(files_in(folder.file("")), std::set<std::string>{"subnet.ledger"});
}

TEST_F(LedgerFile, IsNotMadeBesideTheLogOfAnother) {
  ASSERT_TRUE(ledger->export_file(folder.file("exported")).ok());
  // As a node leaves it that is killed.
  keep(2);
  const std::string copy = folder.file("new");
  std::filesystem::copy_file(path + "-wal", copy + "-wal");
  for (const auto& made : {Ledger::create(copy, history.genesis()),
                           Ledger::import_file(folder.file("exported"), copy)}) {
    EXPECT_EQ(made.code(), kPrecondition);
    EXPECT_THAT(std::string(made.message()), HasSubstr("new-wal'"));
  }
  EXPECT_FALSE(std::filesystem::exists(copy));
  // What readers leave does no harm.
  std::filesystem::resize_file(copy + "-wal", 0);
  std::filesystem::copy_file(path + "-shm", copy + "-shm");
  EXPECT_TRUE(Ledger::import_file(folder.file("exported"), copy).ok());
  EXPECT_EQ(Ledger::open(copy).value()->last_epoch().value(), 0U);
}

TEST_F(LedgerFile, IsNotMadeOfAWrongGenesis) {
  Genesis wrong = history.genesis();
  wrong.state.owner = 9'999;
  EXPECT_FALSE(Ledger::create(folder.file("other"), wrong).ok());
  EXPECT_FALSE(Ledger::create(folder.file("none/other"), history.genesis()).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.file("other")));
}

TEST_F(LedgerFile, IsNotMadeByOpening) {
  const std::string none = folder.file("none");
  EXPECT_EQ(Ledger::open(none).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Ledger::open_to_read(none).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(none));
}

TEST_F(LedgerFile, IsNotWrittenWhereOthersCanReadIt) {
  ledger.reset();
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_EQ(Ledger::open(path).status().code(), kPrecondition) << mode;
    EXPECT_TRUE(Ledger::open_to_read(path).ok()) << mode;
  }
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_TRUE(Ledger::open(path).ok());
}

TEST_F(LedgerFile, HasOneWriter) {
  const auto second = Ledger::open(path);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another process writes"));
  // Also by another process, which an attempt of the first one does not let in.
  const pid_t child = fork();
  if (child == 0) {
    _exit(Ledger::open(path).status().code() == absl::StatusCode::kUnavailable ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  keep(1);
  ledger.reset();
  EXPECT_TRUE(Ledger::open(path).ok());
}

TEST_F(LedgerFile, HasReadersBesideItsWriter) {
  keep(1);
  const auto reader = Ledger::open_to_read(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (int i = 0; i < 3; ++i) {
    keep(1);
    expect_equal(restored_of(**reader), restored());
    EXPECT_EQ((*reader)->last_epoch().value(), history.sealed().state.epoch);
  }
  EXPECT_EQ((*reader)->keep({}).code(), kPrecondition);
  EXPECT_EQ((*reader)->prune(1).status().code(), kPrecondition);
  // The log stays as long as somebody reads.
  ledger.reset();
  expect_equal(restored_of(**reader), restored_of(**Ledger::open_to_read(path)));
  open();
  keep(1);
  EXPECT_EQ((*reader)->last_epoch().value(), 5U);
}

TEST_F(LedgerFile, IsReadOfOneMoment) {
  keep(2);
  const Restored before = restored();
  const auto reader = Ledger::open_one_moment(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  keep(2);
  expect_equal(restored_of(**reader), before);
  EXPECT_EQ((*reader)->summary()->last_epoch, 2U);
  EXPECT_EQ((*reader)->states().value(), std::vector<std::uint64_t>{2});
  EXPECT_EQ((*reader)->state_at_or_before(2)->state, before.sealed.state);
  EXPECT_TRUE((*reader)->check_integrity().ok());
  EXPECT_EQ(restored().sealed.state.epoch, 4U);
}

TEST_F(LedgerFile, IsTheSameBehindALink) {
  ledger.reset();
  const std::string link = folder.file("links/link");
  std::filesystem::create_directory(folder.file("links"));
  std::filesystem::create_symlink(path, link);
  const auto writer = Ledger::open(link);
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_EQ(Ledger::open(path).status().code(), absl::StatusCode::kUnavailable);
  ASSERT_TRUE(test::keep_epochs(**writer, history, 2).ok());
  EXPECT_EQ(Ledger::open_to_read(link).value()->last_epoch().value(), 2U);
  EXPECT_EQ(files_in(folder.file("links")), std::set<std::string>{"link"});
}

TEST_F(LedgerFile, IsToldFromAnExportedOne) {
  const std::string exported = folder.file("exported");
  ASSERT_TRUE(ledger->export_file(exported).ok());
  for (const auto& status :
       {Ledger::open(exported).status(), Ledger::open_to_read(exported).status()}) {
    EXPECT_EQ(status.code(), kPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("ledger import"));
  }
}

TEST_F(LedgerFile, IsReadWithoutBeingChanged) {
  keep(2);
  const Restored before = restored();
  ledger.reset();
  const std::string bytes = test::contents(path);
  {
    const auto reader = Ledger::open_to_read(path);
    ASSERT_TRUE(reader.ok()) << reader.status();
    expect_equal(restored_of(**reader), before);
  }
  EXPECT_EQ(test::contents(path), bytes);
  // A reader may leave an empty log; the next writer takes it away.
  open();
  ledger.reset();
  EXPECT_EQ(files_in(folder.file("")), std::set<std::string>{"subnet.ledger"});
}

TEST_F(LedgerFile, IsReadInAnotherProcessWhileItIsWritten) {
  keep(1);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    // A reader that opens it again and again, and always finds something whole.
    close(ends[0]);
    for (std::uint64_t last = 0; last < 30;) {
      const auto reader = Ledger::open_to_read(path);
      if (!reader.ok()) _exit(2);
      const auto restored = (*reader)->restore();
      if (!restored.ok()) _exit(3);
      last = restored->sealed.state.epoch;
    }
    _exit(0);
  }
  close(ends[1]);
  keep(30);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(ends[0]);
}

TEST_F(LedgerFile, IsReadWhereNothingCanBeWritten) {
  keep(2);
  const Restored before = restored();
  ledger.reset();
  const std::string closed = folder.file("closed");
  std::filesystem::create_directory(closed);
  std::filesystem::copy_file(path, closed + "/a#b?c%d");
  ASSERT_EQ(chmod((closed + "/a#b?c%d").c_str(), 0400), 0);
  // As a reader leaves it.
  std::ofstream(closed + "/a#b?c%d-wal").close();
  ASSERT_EQ(chmod(closed.c_str(), 0500), 0);
  // For the system's administrator every folder can be written to.
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (chown(closed.c_str(), 65534, 65534) != 0 ||
                           chown((closed + "/a#b?c%d").c_str(), 65534, 65534) != 0 ||
                           chmod(folder.file("").c_str(), 0711) != 0 || setuid(65534) != 0)) {
      _exit(2);
    }
    const auto reader = Ledger::open_to_read(closed + "/a#b?c%d");
    if (!reader.ok()) _exit(3);
    _exit((*reader)->restore()->objects == before.objects ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(files_in(closed).size(), 2U);
  ASSERT_EQ(chmod(closed.c_str(), 0700), 0);
}

TEST_F(LedgerFile, IsNotTakenForAnythingElse) {
  ledger.reset();
  for (const bool write : {true, false}) {
    const auto code_of = [&](const std::string& name, const std::string& text) {
      const std::string file = folder.write(name, text);
      EXPECT_EQ(chmod(file.c_str(), 0600), 0);
      return (write ? Ledger::open(file) : Ledger::open_to_read(file)).status().code();
    };
    EXPECT_EQ(code_of("text", std::string(8'192, 'x')), absl::StatusCode::kDataLoss);
    EXPECT_EQ(code_of("empty", ""), kPrecondition);
    EXPECT_EQ(std::filesystem::file_size(folder.file("empty")), 0U);
  }
  EXPECT_EQ(Ledger::open(folder.file("")).status().code(), kPrecondition);
}

TEST_F(LedgerFile, IsRefusedOfAnotherVersion) {
  for (const int version : {0, 2, 1'000}) {
    change("PRAGMA user_version = " + std::to_string(version));
    const auto opened = Ledger::open(path);
    EXPECT_EQ(opened.status().code(), kPrecondition) << version;
    if (version > 1) {
      EXPECT_THAT(std::string(opened.status().message()), HasSubstr("this program reads 1"));
    }
  }
  change("PRAGMA user_version = 1; PRAGMA application_id = 7");
  EXPECT_EQ(Ledger::open_to_read(path).status().code(), kPrecondition);
}

TEST_F(LedgerFile, IsRefusedWithOtherTables) {
  for (const char* sql :
       {"CREATE TABLE more (a INTEGER) STRICT", "CREATE VIEW seals2 AS SELECT * FROM seals",
        "CREATE TRIGGER t AFTER INSERT ON seals BEGIN DELETE FROM intents; END",
        "DROP TABLE intents", "DROP INDEX objects_by_epoch",
        "ALTER TABLE seals ADD COLUMN note TEXT"}) {
    const std::string other = folder.file("other");
    ledger.reset();
    std::filesystem::remove(other);
    std::filesystem::copy_file(path, other);
    {
      auto db = open_sqlite(other);
      ASSERT_TRUE(db.ok()) << db.status();
      ASSERT_TRUE(run_sql(db->get(), sql).ok()) << sql;
    }
    EXPECT_EQ(Ledger::open(other).status().code(), kPrecondition) << sql;
  }
  EXPECT_TRUE(Ledger::open(path).ok());
}

TEST_F(LedgerFile, KeepsNothingOnceItsFileIsGone) {
  std::filesystem::rename(path, path + ".away");
  const auto gone = ledger->keep(history.step().batches[0]);
  EXPECT_EQ(gone.code(), kPrecondition);
  EXPECT_THAT(std::string(gone.message()), HasSubstr("opened anew"));
  // Also when it is back: what happened meanwhile is not known.
  std::filesystem::rename(path + ".away", path);
  EXPECT_FALSE(ledger->keep(history.step().batches[0]).ok());
  open();
  EXPECT_EQ(ledger->last_epoch().value(), 0U);
}

TEST_F(LedgerFile, WaitsForAnotherProgramAndMayBeTriedAgain) {
  keep(1);
  auto other = open_sqlite(path);
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE(run_sql(other->get(), "BEGIN IMMEDIATE").ok());
  const auto next = history.step();
  EXPECT_EQ(ledger->keep(next.batches[0]).code(), absl::StatusCode::kUnavailable);
  ASSERT_TRUE(run_sql(other->get(), "ROLLBACK").ok());
  EXPECT_TRUE(test::keep_epoch(*ledger, next).ok());
}

TEST_F(LedgerFile, CanLiveInMemory) {
  const auto memory = Ledger::in_memory(history.genesis());
  ASSERT_TRUE(memory.ok()) << memory.status();
  for (int i = 0; i < 3; ++i) {
    const auto epoch = history.step();
    ASSERT_TRUE(test::keep_epoch(*ledger, epoch).ok());
    ASSERT_TRUE(test::keep_epoch(**memory, epoch).ok());
  }
  expect_equal(restored_of(**memory), restored());
  EXPECT_EQ(exported_of(**memory), exported_of(*ledger));
  EXPECT_TRUE((*memory)->prune(2).ok());
}

}  // namespace
}  // namespace yuma
