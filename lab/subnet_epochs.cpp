// SPDX-License-Identifier: MIT

#include "lab/subnet_epochs.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lab/report/text.hpp"
#include "lab/roster_table.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::lab {

namespace {

bool has_uid(const std::vector<UidHash>& list, std::uint16_t uid) {
  return std::any_of(list.begin(), list.end(),
                     [&](const UidHash& item) { return item.uid == uid; });
}

/// Validators whose weights for this uid counted in the epoch.
std::size_t weighed_by(const EpochView& view, std::uint16_t uid) {
  return static_cast<std::size_t>(
      std::count_if(view.weights.begin(), view.weights.end(),
                    [&](const EpochView::Cell& cell) { return cell.miner == uid; }));
}

std::size_t weighs(const EpochView& view, std::uint16_t uid) {
  return static_cast<std::size_t>(
      std::count_if(view.weights.begin(), view.weights.end(),
                    [&](const EpochView::Cell& cell) { return cell.validator == uid; }));
}

std::string plural(std::size_t count, const char* one) {
  return absl::StrCat(count, " ", one, count == 1 ? "" : "s");
}

std::string deed_of_validator(const SubnetEpoch& epoch, std::uint16_t uid) {
  std::vector<std::string> words;
  for (const CountedFault& fault : epoch.replayed.step.epoch.inputs.faults) {
    if (fault.uid == uid) {
      words.push_back(absl::StrCat("signed two ", std::string(kind_name(fault.kind)), "s"));
    }
  }
  const bool voted = std::binary_search(epoch.voters.begin(), epoch.voters.end(), uid);
  if (!voted) words.emplace_back("did not vote");
  const auto copier = std::find_if(epoch.copiers.begin(), epoch.copiers.end(),
                                   [&](const subnet::Copier& one) { return one.uid == uid; });
  if (copier != epoch.copiers.end()) {
    const std::string of = describe(*copier);
    words.push_back(absl::StrCat("COPIER: ", of.substr(0, of.find(" ("))));
  }
  const double clipped = clipped_share(epoch.run.view, uid);
  if (clipped >= 0.005) words.push_back(absl::StrFormat("%.0f %% clipped", 100 * clipped));
  const std::size_t miners = weighs(epoch.run.view, uid);
  if (miners == 0) {
    words.emplace_back(has_uid(epoch.block().commits, uid) ? "no weights yet: committed"
                                                           : "no weights yet");
  } else {
    words.push_back(absl::StrCat("weights for ", plural(miners, "miner")));
  }
  return absl::StrJoin(words, "; ");
}

/// The journal's rounds in this epoch; without them who weighs it.
std::string deed_of_miner(const SubnetEpoch& epoch, std::uint16_t uid,
                          const std::vector<JournalRound>& journal) {
  const std::string hotkey = hotkey_of(epoch.before(), uid);
  std::size_t rounds = 0, good = 0;
  std::string last_good, last_bad;
  for (const JournalRound& round : journal) {
    if (round.epoch != epoch.number()) continue;
    for (const JournalMiner& miner : round.miners) {
      if (miner.hotkey != hotkey) continue;
      ++rounds;
      good += miner.value ? 1U : 0U;
      (miner.value ? last_good : last_bad) = miner.note;
    }
  }
  if (rounds > 0) {
    const std::string& note = good > 0 ? last_good : last_bad;
    return absl::StrCat(good, " of ", rounds, " good", note.empty() ? "" : ": ", note);
  }
  const std::size_t validators = weighed_by(epoch.run.view, uid);
  return validators == 0 ? "no weights for it"
                         : absl::StrCat("weights of ", plural(validators, "validator"));
}

}  // namespace

absl::StatusOr<SubnetWalk> SubnetWalk::from(const Ledger& ledger, std::uint64_t epoch) {
  const auto first = ledger.first_epoch();
  if (!first.ok()) return first.status();
  const std::uint64_t window = subnet::kCopierWindow;
  const std::uint64_t begin = std::max(*first, epoch > window ? epoch - window : 0);
  auto walk = LedgerWalk::from(ledger, begin);
  if (!walk.ok()) return walk.status();
  return SubnetWalk(ledger, *std::move(walk));
}

absl::StatusOr<SubnetEpoch> SubnetWalk::next() {
  SubnetEpoch out;
  out.replayed.before = walk_.sealed().state;
  const std::uint64_t number = out.number();
  auto step = walk_.next();
  if (!step.ok()) {
    return absl::DataLossError(absl::StrCat("epoch ", number, ": ", step.status().message(),
                                            "; `yuma-lab audit` looks at all of it"));
  }
  out.replayed.step = *std::move(step);
  auto run = run_of(out.replayed, false);
  if (!run.ok()) return run.status();
  out.run = *std::move(run);

  const auto bytes = ledger_->seal(number);
  if (!bytes.ok()) return bytes.status();
  const auto object = decode_object(*bytes);
  if (!object.ok()) return object.status();
  if (const auto* seal = std::get_if<SealBody>(&*object)) {
    for (const Endorsement& vote : seal->votes) {
      const auto uid = find_uid(out.before(), vote.signer);
      if (!uid) continue;
      out.voters.push_back(*uid);
      out.power_voted += power_of(out.before(), *uid);
    }
  }
  std::sort(out.voters.begin(), out.voters.end());
  out.power_all = total_power(out.before());

  rows_.push_back(subnet::sealed_rows(out.before(), out.after()));
  if (rows_.size() > subnet::kCopierWindow) rows_.erase(rows_.begin());
  out.copiers = subnet::find_copiers(rows_);
  return out;
}

absl::StatusOr<Names> read_names(const std::string& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat("'", path, "' cannot be read"));
  Names names;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    line = line.substr(0, line.find('#'));
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty()) continue;
    if (words.size() != 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", path, "': line ", number, ": needs a name and a hotkey"));
    }
    names[words[1]] = one_line(words[0]);
  }
  return names;
}

double clipped_share(const EpochView& view, std::uint16_t validator) {
  double weight = 0, left = 0;
  for (const EpochView::Cell& cell : view.weights) {
    if (cell.validator != validator) continue;
    weight += cell.weight;
    left += std::min(cell.clipped, cell.weight);
  }
  return weight > 0 ? 1 - left / weight : 0;
}

std::string deed_of(const SubnetEpoch& epoch, std::uint16_t uid,
                    const std::vector<JournalRound>& journal) {
  return power_of(epoch.before(), uid) > 0 ? deed_of_validator(epoch, uid)
                                           : deed_of_miner(epoch, uid, journal);
}

}  // namespace yuma::lab
