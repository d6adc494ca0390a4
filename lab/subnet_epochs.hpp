// SPDX-License-Identifier: MIT
#pragma once

// The sealed epochs of a ledger one after the other, with all that a table or a report of the
// subnet tells of them.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/replayed.hpp"
#include "lab/work_journal.hpp"
#include "yuma/subnet/copiers.hpp"

namespace yuma::lab {

/// One sealed epoch.
struct SubnetEpoch {
  Replayed replayed;
  EpochRun run;
  std::vector<std::uint16_t> voters;  ///< uids, ascending
  std::uint64_t power_voted = 0, power_all = 0;
  std::vector<subnet::Copier> copiers;  ///< as far as can be told by then

  const State& before() const { return replayed.before; }
  const State& after() const { return replayed.step.epoch.outcome.state; }
  const EpochResult& terms() const { return replayed.step.epoch.outcome.terms; }
  const BlockBody& block() const { return replayed.step.block; }
  std::uint64_t number() const { return replayed.before.epoch + 1; }
};

/// Walks through a ledger, recomputing each epoch from signed bytes.
class SubnetWalk {
 public:
  /// Begins behind the oldest kept state, or, where only the last epochs matter, so many before
  /// the last that all can be told of them.
  static absl::StatusOr<SubnetWalk> from(const Ledger& ledger, std::uint64_t epoch);

  /// The next epoch. DataLoss, saying what is missing or differs.
  absl::StatusOr<SubnetEpoch> next();
  std::uint64_t sealed_epoch() const { return walk_.sealed().state.epoch; }

 private:
  SubnetWalk(const Ledger& ledger, LedgerWalk walk) : ledger_(&ledger), walk_(std::move(walk)) {}

  const Ledger* ledger_;
  LedgerWalk walk_;
  std::vector<subnet::SealedRows> rows_;
};

/// What people call the members: hotkey to name.
using Names = std::map<std::string, std::string>;

/// A file with a line "NAME HOTKEY" for each; "#" begins a comment. InvalidArgument names the line.
absl::StatusOr<Names> read_names(const std::string& path);

/// Shares of one row that clipping removed, of 1; 0 without weights.
double clipped_share(const EpochView& view, std::uint16_t validator);

/// What a member did in this epoch, in a few words: of a validator whether it voted, set weights,
/// was clipped, copies or was at fault; of a miner what a journal says of it.
std::string deed_of(const SubnetEpoch& epoch, std::uint16_t uid,
                    const std::vector<JournalRound>& journal);

}  // namespace yuma::lab
