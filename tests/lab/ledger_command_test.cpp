// SPDX-License-Identifier: MIT

// `yuma-lab audit`, `replay` and `ledger` as a user runs them, on the ledger of a small subnet and
// on ones that somebody has changed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/exported_ledger.hpp"
#include "tests/support/history.hpp"
#include "tests/support/process.hpp"
#include "yuma/snapshot/epoch_json.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {
namespace {

using test::ExportedParts;
using test::Finished;
using test::HistoryEpoch;
using test::kept;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Finished lab(const std::vector<std::string>& arguments) {
  return test::run_program(YUMA_LAB, arguments);
}

Json parsed(const std::string& text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json.ok()) << json.status() << text;
  return json.ok() ? *json : Json();
}

/// A ledger of seven epochs: weights, an amendment in epoch 3, a fault in epoch 5.
class LedgerCommand : public ::testing::Test {
 protected:
  LedgerCommand() {
    EXPECT_TRUE(Ledger::create(path, history.genesis()).ok());
    for (std::uint64_t epoch = 1; epoch <= 7; ++epoch) run_epoch(epoch);
    keep();
  }

  void run_epoch(std::uint64_t epoch) {
    if (epoch == 3) {
      const State& state = history.sealed().state;
      const auto amendment =
          test::next_amendment(state, {SetParameter{ParameterTag::kKappa, 40'000}});
      epochs.push_back(history.step(
          test::sign_amendment(history.honest.subnet.keys, state, amendment, {0, 1, 2})));
    } else {
      epochs.push_back(epoch == 5 ? history.step_with_fault(2) : history.step());
    }
  }
  void keep() {
    auto ledger = Ledger::open(path);
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    for (const HistoryEpoch& epoch : epochs) {
      ASSERT_TRUE(test::keep_epoch(**ledger, epoch).ok());
    }
    std::ostringstream out;
    ASSERT_TRUE((*ledger)->export_to(out).ok());
    exported = out.str();
  }

  const HistoryEpoch& epoch(std::uint64_t number) const { return epochs[number - 1]; }
  /// The first object of a kind that an epoch's batches have.
  KeptObject object_in(std::uint64_t number, ObjectKind kind) const {
    for (const KeepBatch& batch : epoch(number).batches) {
      for (const KeptObject& object : batch.objects) {
        if (object.kind == kind) return object;
      }
    }
    ADD_FAILURE() << "no " << kind_name(kind) << " in epoch " << number;
    return {};
  }

  /// What an audit says of a ledger that was changed by somebody who makes all hashes right.
  Finished audit_of(const ExportedParts& parts) const {
    const std::string file = folder.file("changed"), changed = folder.file("changed.ledger");
    std::filesystem::remove(changed);
    folder.write("changed", parts.whole());
    const Finished made = lab({"ledger", "import", file, changed});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    const Finished from_export = lab({"audit", file});
    const Finished audit = lab({"audit", changed});
    EXPECT_EQ(from_export.exit_code, audit.exit_code);
    return audit;
  }

  test::ScratchFolder folder;
  std::string path = folder.file("subnet.ledger");
  test::History history;
  std::vector<HistoryEpoch> epochs;
  std::string exported;
};

TEST_F(LedgerCommand, AuditHoldsForWhatWasSealed) {
  const Finished run = lab({"audit", path});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  EXPECT_THAT(run.out, AllOf(HasSubstr("epochs 0 to 7\nfrom the genesis\n"),
                             HasSubstr("7 epochs recomputed"),
                             HasSubstr("inclusion known for 7; 1 fault, 1 amendment\n"),
                             HasSubstr("1 kept state equal"), HasSubstr("the ledger holds")));
  const Json json = parsed(lab({"audit", path, "--json"}).out);
  EXPECT_EQ(json["holds"], true);
  EXPECT_EQ(json["epochs"], 7);
  EXPECT_EQ(json["network"], to_hex(history.start().block_id));
  EXPECT_EQ(json["states_equal"], Json({7}));
  EXPECT_FALSE(json.contains("difference"));
  // Each seal: a block and four votes; then whatever the blocks name.
  EXPECT_GT(json["signatures"].get<int>(), 7 * 5);
}

TEST_F(LedgerCommand, AuditKnowsItsNetwork) {
  const std::string network = to_hex(history.start().block_id);
  EXPECT_EQ(lab({"audit", path, "--network", network}).exit_code, 0);
  const Finished other = lab({"audit", path, "--network", std::string(64, '0')});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.out, HasSubstr("DIFFERS: the file: network"));
  std::string capitals = network;
  for (char& digit : capitals) digit = static_cast<char>(std::toupper(digit));
  EXPECT_EQ(lab({"audit", path, "--network", capitals}).exit_code, 0);
  // A slip is no difference.
  for (const std::string& slip : {std::string(), network.substr(1), "0x" + network}) {
    const Finished run = lab({"audit", path, "--network", slip});
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("64 hexadecimal digits"));
  }
}

TEST_F(LedgerCommand, AuditWorksWhileANodeWrites) {
  const auto node = Ledger::open(path);
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ(lab({"audit", path}).exit_code, 0);
  ASSERT_TRUE(test::keep_epoch(**node, history.step()).ok());
  EXPECT_THAT(lab({"audit", path}).out, HasSubstr("8 epochs recomputed"));
}

TEST_F(LedgerCommand, AuditIsOfOneMoment) {
  // A node seals as fast as it can while ledgers are audited: what is compared is never of a later
  // moment.
  const auto node = Ledger::open(path);
  ASSERT_TRUE(node.ok()) << node.status();
  std::vector<HistoryEpoch> more;
  for (int i = 0; i < 60; ++i) more.push_back(history.step());
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (const HistoryEpoch& epoch : more) EXPECT_TRUE(test::keep_epoch(**node, epoch).ok());
    done = true;
  });
  while (!done) {
    const Finished run = lab({"audit", path});
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  }
  writer.join();
}

TEST_F(LedgerCommand, AuditReadsExportedFiles) {
  folder.write("exported", exported);
  EXPECT_EQ(lab({"audit", folder.file("exported")}).exit_code, 0);
  folder.write("exported", exported.substr(0, exported.size() - 1));
  const Finished cut = lab({"audit", folder.file("exported")});
  EXPECT_EQ(cut.exit_code, 2);
  EXPECT_THAT(cut.err, HasSubstr("cut short"));
}

TEST_F(LedgerCommand, AuditNeedsALedger) {
  EXPECT_EQ(lab({"audit", folder.file("none")}).exit_code, 2);
  EXPECT_EQ(lab({"audit", folder.write("text", "hello")}).exit_code, 2);
  EXPECT_EQ(lab({"audit"}).exit_code, 2);
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfAChangedVector) {
  // The signature does not cover another weight.
  const KeptObject vector = object_in(3, ObjectKind::kVector);
  ExportedParts parts(exported);
  std::string& record = parts.records[parts.of(vector.id)];
  record[record.size() - 66] = static_cast<char>(record[record.size() - 66] ^ 1);
  ASSERT_NE(kept_object(ExportedParts::bytes_in(record))->id, vector.id);
  parts.sort_objects();
  const Finished run = audit_of(parts);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("DIFFERS: epoch 3: "),
                             HasSubstr("object " + to_hex(vector.id) + " is missing"),
                             HasSubstr("2 epochs recomputed"), Not(HasSubstr("holds"))));
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfAChangedSignature) {
  const KeptObject vector = object_in(4, ObjectKind::kVector);
  ExportedParts parts(exported);
  std::string& record = parts.records[parts.of(vector.id)];
  record.back() = static_cast<char>(record.back() ^ 1);
  const Finished run = audit_of(parts);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("DIFFERS: epoch 4: "), HasSubstr("does not count")));

  // Haves and commits are no inputs, but they are evidence.
  const KeptObject have = object_in(6, ObjectKind::kHave);
  ExportedParts other(exported);
  std::string& changed = other.records[other.of(have.id)];
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_THAT(audit_of(other).out, HasSubstr("DIFFERS: epoch 6: evidence"));
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfARemovedObject) {
  for (const auto& [number, kind] :
       {std::pair(2, ObjectKind::kVector), std::pair(3, ObjectKind::kAmendment),
        std::pair(5, ObjectKind::kFault)}) {
    const KeptObject object = object_in(static_cast<std::uint64_t>(number), kind);
    ExportedParts parts(exported);
    parts.erase(parts.of(object.id));
    const Finished run = audit_of(parts);
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_THAT(run.out, AllOf(HasSubstr("DIFFERS: epoch " + std::to_string(number) + ": "),
                               HasSubstr(to_hex(object.id) + " is missing")));
  }
}

TEST_F(LedgerCommand, AuditSaysWhereInclusionIsNotKnown) {
  for (const ObjectKind kind : {ObjectKind::kHave, ObjectKind::kCommit}) {
    ExportedParts parts(exported);
    parts.erase(parts.of(object_in(4, kind).id));
    const Finished run = audit_of(parts);
    EXPECT_EQ(run.exit_code, 0) << run.out;
    EXPECT_THAT(run.out, HasSubstr("7 epochs recomputed"));
    EXPECT_THAT(run.out, HasSubstr("inclusion known for 6;"));
  }
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfAnExchangedSeal) {
  const auto exchanged = [&](std::uint64_t number, const SealBody& seal) {
    ExportedParts parts(exported);
    parts.records[parts.first(ExportedParts::kSeal) + number - 1] =
        ExportedParts::record(ExportedParts::kSeal, encode_object(seal).value());
    return audit_of(parts);
  };
  // Too few votes.
  SealBody seal = epoch(4).seal;
  seal.votes.resize(2);
  Finished run = exchanged(4, seal);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("DIFFERS: epoch 4: replay: the seal: "));
  // A vote that somebody else gave.
  seal = epoch(4).seal;
  std::swap(seal.votes[0].signature, seal.votes[1].signature);
  EXPECT_THAT(exchanged(4, seal).out, HasSubstr("DIFFERS: epoch 4: replay: the seal: "));
  // Of another history of the same subnet, in which all signed something else.
  test::History other;
  for (int i = 1; i <= 3; ++i) other.step();
  run = exchanged(4, other.step_with_fault(1).seal);
  EXPECT_THAT(run.out, HasSubstr("DIFFERS: epoch 4: "));
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfAnotherState) {
  // The newest, and one in the midst; both with a block whose state root they are not.
  const auto with_state = [&](const SealedState& sealed) {
    ExportedParts parts(exported);
    const Bytes encoded = encode_state(sealed.state);
    Bytes bytes(sealed.block_id.begin(), sealed.block_id.end());
    bytes.insert(bytes.end(), encoded.begin(), encoded.end());
    parts.records[parts.first(ExportedParts::kState)] =
        ExportedParts::record(ExportedParts::kState, bytes);
    return audit_of(parts);
  };
  SealedState richer = epoch(7).next;
  richer.state.neurons[4]->stake += 1;
  const Finished run = with_state(richer);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("DIFFERS: epoch 7: state"), HasSubstr("7 epochs")));
  SealedState elsewhere = epoch(7).next;
  elsewhere.block_id[0] ^= 1U;
  EXPECT_THAT(with_state(elsewhere).out, HasSubstr("DIFFERS: epoch 7: state"));
}

TEST_F(LedgerCommand, AuditNamesTheEpochOfADamagedRow) {
  // A byte on the disk, in a vector that stands there once.
  const KeptObject vector = object_in(4, ObjectKind::kVector);
  std::string bytes = test::contents(path);
  const auto at = bytes.find(text_of(vector.bytes));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 100] = static_cast<char>(bytes[at + 100] ^ 1);
  folder.write("subnet.ledger", bytes);
  const Finished run = lab({"audit", path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("DIFFERS: epoch 4: "), HasSubstr("not what was written")));
}

TEST_F(LedgerCommand, AuditSaysWhatOfADamagedLedgerCanBeTrusted) {
  // A byte of the newest state: all before it is whole.
  const Bytes state = encode_state(epoch(7).next.state);
  std::string bytes = test::contents(path);
  const std::string_view begin = text_of(ByteView(state).first(64));
  const auto at = bytes.find(begin);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 40] = static_cast<char>(bytes[at + 40] ^ 1);
  folder.write("subnet.ledger", bytes);
  const Finished run = lab({"audit", path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("7 epochs recomputed"), HasSubstr("DIFFERS: epoch 7: state: "),
                    HasSubstr("a row of states is not what was written")));
  EXPECT_EQ(lab({"replay", path, "--epoch", "7"}).exit_code, 0);
  EXPECT_EQ(lab({"ledger", "show", path}).exit_code, 0);
  EXPECT_THAT(lab({"ledger", "prune", path, "--before", "0"}).err, HasSubstr("It is damaged"));
}

TEST_F(LedgerCommand, AuditStartsAtACheckpoint) {
  for (std::uint64_t number = 8; number <= 103; ++number) run_epoch(number);
  std::filesystem::remove(path);
  ASSERT_TRUE(Ledger::create(path, history.genesis()).ok());
  keep();
  EXPECT_THAT(lab({"audit", path}).out, HasSubstr("2 kept states equal"));
  const Finished none = lab({"ledger", "prune", path, "--before", "99"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_THAT(none.out, HasSubstr("nothing to remove"));
  const Finished pruned = lab({"ledger", "prune", path, "--before", "103"});
  EXPECT_EQ(pruned.exit_code, 0) << pruned.err;
  EXPECT_THAT(pruned.out, HasSubstr("starts with epoch 100 now"));
  const Finished run = lab({"audit", path});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_THAT(run.out, AllOf(HasSubstr("from the checkpoint of epoch 100"),
                             HasSubstr("3 epochs recomputed"), HasSubstr("inclusion known for 3")));
  EXPECT_EQ(lab({"replay", path, "--epoch", "101"}).exit_code, 0);
  const Finished gone = lab({"replay", path, "--epoch", "100"});
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_THAT(gone.err, HasSubstr("epochs 101 to 103"));
  EXPECT_EQ(parsed(lab({"ledger", "show", path, "--json"}).out)["first_epoch"], 100);
}

TEST_F(LedgerCommand, ReplayShowsWhatWasSealed) {
  for (const HistoryEpoch& past : epochs) {
    const std::string number = std::to_string(past.epoch);
    const Finished json = lab({"replay", path, "--epoch", number, "--json"});
    ASSERT_EQ(json.exit_code, 0) << json.err;
    EXPECT_EQ(parsed(json.out)["terms"], terms_json(past.terms)) << number;
  }
  const Finished last = lab({"replay", path});
  EXPECT_EQ(last.exit_code, 0) << last.err;
  EXPECT_THAT(last.out, AllOf(StartsWith("subnet 7, mechanism 1, epoch 7\n"),
                              HasSubstr("commits opened 4 of 4"), HasSubstr("commit-reveal on"),
                              HasSubstr("shared out "), Not(HasSubstr("hotkey"))));
  EXPECT_THAT(lab({"replay", path, "--epoch", "5"}).out, HasSubstr("faults 1"));
  EXPECT_THAT(lab({"replay", path, "--epoch", "3"}).out, HasSubstr("amendments 1"));
  // The amendment holds from the next epoch on.
  EXPECT_THAT(lab({"replay", path, "--epoch", "3"}).out, Not(HasSubstr("(40000)")));
  EXPECT_THAT(lab({"replay", path, "--epoch", "4"}).out, HasSubstr("(40000)"));
}

TEST_F(LedgerCommand, ReplayFitsATerminal) {
  const Finished run = lab({"replay", path, "--roster", "--top", "5"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  const auto owner = history.sealed().state.neurons[0]->hotkey.address();
  EXPECT_THAT(run.out, AllOf(ContainsRegex("0  owner  +1  " + owner), HasSubstr("validator"),
                             HasSubstr("5 of 8 uids shown")));
}

TEST_F(LedgerCommand, ReplayWritesAReport) {
  const std::string report = folder.file("report.html");
  const Finished run = lab({"replay", path, "--epoch", "6", "--report", report});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::string html = test::contents(report);
  EXPECT_THAT(html, AllOf(HasSubstr("subnet 7, mechanism 1, epoch 6"), HasSubstr("owner"),
                          HasSubstr(history.sealed().state.neurons[1]->hotkey.address())));
  EXPECT_EQ(lab({"replay", path, "--report", folder.file("no/report.html")}).exit_code, 1);
  EXPECT_EQ(lab({"replay", path, "--plot", "plot.txt"}).exit_code, 2);
}

TEST_F(LedgerCommand, ReplayNeedsAnEpochThatHolds) {
  const Finished beyond = lab({"replay", path, "--epoch", "8"});
  EXPECT_EQ(beyond.exit_code, 2);
  EXPECT_THAT(beyond.err, HasSubstr("the ledger can replay epochs 1 to 7"));
  EXPECT_EQ(lab({"replay", path, "--epoch", "0"}).exit_code, 2);
  EXPECT_EQ(lab({"replay", path, "--epoch", "-1"}).exit_code, 2);
  ExportedParts parts(exported);
  parts.erase(parts.of(object_in(4, ObjectKind::kVector).id));
  const std::string changed = folder.write("changed", parts.whole());
  EXPECT_EQ(lab({"replay", changed, "--epoch", "3"}).exit_code, 0);
  const Finished wrong = lab({"replay", changed, "--epoch", "6"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("epoch 4"), HasSubstr("is missing"), HasSubstr("audit")));
  const std::string empty = folder.file("empty");
  ASSERT_TRUE(Ledger::create(empty, history.genesis()).ok());
  EXPECT_EQ(lab({"replay", empty}).exit_code, 2);
}

TEST_F(LedgerCommand, LedgerIsExportedAndImported) {
  const std::string file = folder.file("exported"), copy = folder.file("copy.ledger");
  const Finished written = lab({"ledger", "export", path, file});
  EXPECT_EQ(written.exit_code, 0) << written.err;
  EXPECT_EQ(test::contents(file), exported);
  const Finished again = lab({"ledger", "export", path, file});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("already"));
  EXPECT_EQ(lab({"ledger", "import", file, copy}).exit_code, 0);
  EXPECT_EQ(lab({"audit", copy}).exit_code, 0);
  EXPECT_EQ(lab({"ledger", "import", path, folder.file("other")}).exit_code, 2);
}

TEST_F(LedgerCommand, LedgerIsShown) {
  const Finished shown = lab({"ledger", "show", path});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, AllOf(HasSubstr("epochs 0 to 7"), HasSubstr("states of epochs 7"),
                               ContainsRegex("fault +1 "), ContainsRegex("seal +7\n")));
  const Json json = parsed(lab({"ledger", "show", path, "--json"}).out);
  EXPECT_EQ(json["last_epoch"], 7);
  EXPECT_EQ(json["objects"]["amendment"]["count"], 1);
}

TEST_F(LedgerCommand, LedgerIsPrunedByAPlainNumberOnly) {
  for (const char* number : {"-5", "0x10", "010", "1e3", "", "18446744073709551616"}) {
    const Finished run = lab({"ledger", "prune", path, "--before", number});
    EXPECT_EQ(run.exit_code, 2) << number;
    EXPECT_THAT(run.err, AllOf(StartsWith("yuma-lab: "), HasSubstr("--before"))) << number;
    EXPECT_EQ(lab({"replay", path, "--epoch", number}).exit_code, 2) << number;
  }
  EXPECT_EQ(lab({"ledger", "prune", path, "--before", "18446744073709551615"}).exit_code, 0);
  EXPECT_THAT(lab({"replay", path, "--epoch", "abc"}).err,
              HasSubstr("--epoch: 'abc' is no whole number"));
}

TEST_F(LedgerCommand, LedgerIsToldFromAnExportedOne) {
  const std::string file = folder.write("exported", exported);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"ledger", "prune", file, "--before", "1"},
        std::vector<std::string>{"ledger", "export", file, folder.file("again")}}) {
    const Finished run = lab(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("is an exported ledger"));
  }
  EXPECT_EQ(parsed(lab({"ledger", "show", file, "--json"}).out)["bytes"], exported.size());
}

TEST_F(LedgerCommand, LedgerIsNotPrunedUnderItsNode) {
  const auto node = Ledger::open(path);
  ASSERT_TRUE(node.ok()) << node.status();
  const Finished run = lab({"ledger", "prune", path, "--before", "5"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("stop the other process first"));
  EXPECT_EQ(lab({"ledger"}).exit_code, 2);
}

}  // namespace
}  // namespace yuma
