// SPDX-License-Identifier: MIT

// yuma-lab report: a subnet's epochs as one HTML file: who earned what over time, what its miners
// were measured at, the best route that was found.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/commands.hpp"
#include "lab/epoch_output.hpp"
#include "lab/open_ledger.hpp"
#include "lab/progress.hpp"
#include "lab/report/epoch_report.hpp"
#include "lab/report/text.hpp"
#include "lab/report/write_file.hpp"
#include "lab/roster_table.hpp"
#include "lab/subnet_epochs.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;

struct Options {
  std::string ledger, html = "report.html", names, journal;
  std::uint64_t epochs = 100;
};

int failed(int exit_code, const absl::Status& status) {
  return complain(exit_code, "report", absl::Status(status.code(), printable(status)));
}

/// The epochs of the report, the oldest first.
absl::StatusOr<std::vector<SubnetEpoch>> read_epochs(const Ledger& ledger, std::uint64_t count) {
  const auto first = ledger.first_epoch(), last = ledger.last_epoch();
  if (!first.ok()) return first.status();
  if (!last.ok()) return last.status();
  if (*first == *last) return absl::NotFoundError("the ledger holds no sealed epoch");
  const std::uint64_t begin =
      count == 0 || *last - *first <= count ? *first + 1 : *last - count + 1;
  auto walk = SubnetWalk::from(ledger, begin);
  if (!walk.ok()) return walk.status();
  Progress progress(*last - walk->sealed_epoch(), "epochs");
  std::vector<SubnetEpoch> out;
  while (walk->sealed_epoch() < *last) {
    auto next = walk->next();
    if (!next.ok()) return next.status();
    if (next->number() >= begin) out.push_back(*std::move(next));
    progress.step();
  }
  return out;
}

std::string called(const State& state, std::uint16_t uid, const Names& names) {
  const auto name = names.find(hotkey_of(state, uid));
  return name == names.end() ? "" : name->second;
}

std::string label(const State& state, std::uint16_t uid, const Names& names) {
  const std::string name = called(state, uid, names);
  return name.empty() ? absl::StrCat("uid ", uid) : absl::StrCat(uid, " ", name);
}

/// The mean of what a hotkey was measured at in the rounds of an epoch; NaN where it never was.
/// As a share above the best of each round where `relative`.
double mean_of(const std::vector<JournalRound>& journal, std::uint64_t epoch,
               const std::string& hotkey, bool relative) {
  double sum = 0;
  int count = 0;
  for (const JournalRound& round : journal) {
    if (round.epoch != epoch) continue;
    double best = INFINITY;
    for (const JournalMiner& miner : round.miners)
      best = std::min(best, miner.value.value_or(INFINITY));
    for (const JournalMiner& miner : round.miners) {
      if (miner.hotkey != hotkey || !miner.value || !std::isfinite(*miner.value)) continue;
      if (relative && !(best > 0)) continue;
      sum += relative ? 100 * (*miner.value / best - 1) : *miner.value;
      ++count;
    }
  }
  return count == 0 ? std::nan("") : sum / count;
}

MeasureView measures(const std::vector<SubnetEpoch>& epochs, const Names& names,
                     const std::vector<JournalRound>& journal, bool relative) {
  MeasureView out;
  const JournalRound& any = journal.front();
  out.title = relative ? absl::StrCat(any.what, " above the best of each round") : any.what;
  out.unit = relative ? "per cent" : any.unit;
  for (const SubnetEpoch& epoch : epochs) out.epochs.push_back(static_cast<double>(epoch.number()));
  const State& state = epochs.back().after();
  for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid] || power_of(state, uid) > 0) continue;
    MeasureView::Line line{label(state, uid, names), {}};
    const std::string hotkey = hotkey_of(state, uid);
    for (const SubnetEpoch& epoch : epochs) {
      line.values.push_back(mean_of(journal, epoch.number(), hotkey, relative));
    }
    out.lines.push_back(std::move(line));
  }
  return out;
}

/// What miners were measured at, and the last route.
std::optional<ReportPart> work_part(const std::vector<SubnetEpoch>& epochs, const Names& names,
                                    const std::vector<JournalRound>& journal) {
  if (journal.empty()) return std::nullopt;
  ReportPart out{"What the miners did", {}, {}, {}};
  out.paragraphs.push_back(
      absl::StrFormat("As one validator measured it, in %d rounds.", journal.size()));
  for (const bool relative : {false, true}) {
    if (auto chart = measure_chart(measures(epochs, names, journal, relative))) {
      out.charts.push_back(*std::move(chart));
    }
  }
  const auto last = std::find_if(journal.rbegin(), journal.rend(),
                                 [](const JournalRound& round) { return round.route.has_value(); });
  if (last != journal.rend()) {
    if (auto chart = route_chart(*last->route)) out.charts.push_back(*std::move(chart));
  }
  return out;
}

ReportPart members_part(const std::vector<SubnetEpoch>& epochs, const Names& names,
                        const std::vector<JournalRound>& journal) {
  const SubnetEpoch& last = epochs.back();
  const State& state = last.before();
  Table table;
  table.caption = absl::StrCat("What each member did in epoch ", last.number(),
                               ", and what it earned in all epochs of this report, in rao.");
  table.columns = {{"uid", Table::Align::kKey},
                   {"name", Table::Align::kLeft},
                   {"role", Table::Align::kLeft},
                   {"earned in all"},
                   {"earned last"},
                   {"what it did", Table::Align::kText}};
  if (names.empty()) table.columns[1].title = "hotkey";
  for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) continue;
    std::uint64_t earned = 0;
    for (const SubnetEpoch& epoch : epochs) {
      const bool held = uid < epoch.terms().emission.size() &&
                        hotkey_of(epoch.before(), uid) == hotkey_of(state, uid);
      if (held) earned += epoch.terms().emission[uid];
    }
    const std::string name = called(state, uid, names);
    table.rows.push_back({absl::StrCat(uid), names.empty() ? hotkey_of(state, uid) : name,
                          role_of(state, uid), format_count(earned),
                          format_count(last.terms().emission[uid]), deed_of(last, uid, journal)});
  }
  ReportPart out{"Members", {}, {}, {std::move(table)}};
  return out;
}

ReportPart seals_part(const std::vector<SubnetEpoch>& epochs) {
  Table table;
  table.columns = {{"epoch", Table::Align::kKey},
                   {"block"},
                   {"votes"},
                   {"power"},
                   {"commits"},
                   {"opened"},
                   {"faults"},
                   {"amendments"},
                   {"state root", Table::Align::kLeft}};
  for (const SubnetEpoch& epoch : epochs) {
    const BlockBody& block = epoch.block();
    table.rows.push_back(
        {absl::StrCat(epoch.number()), absl::StrCat(block.number),
         absl::StrCat(epoch.voters.size(), " of ", validators(epoch.before()).size()),
         absl::StrCat(epoch.power_voted, " of ", epoch.power_all),
         absl::StrCat(block.commits.size()), absl::StrCat(block.vectors.size()),
         absl::StrCat(block.faults.size()), absl::StrCat(block.amendments.size()),
         to_hex(block.state_root)});
  }
  ReportPart out{"Seals", {}, {}, {std::move(table)}};
  out.paragraphs.push_back(
      "Each epoch as its seal has it. Everything here was computed anew from signed bytes, with "
      "the same state root.");
  for (const subnet::Copier& copier : epochs.back().copiers) {
    out.paragraphs.push_back(
        absl::StrCat("Listed as a copier: uid ", copier.uid, " ", describe(copier), "."));
  }
  return out;
}

/// The views of the epochs, with names.
std::vector<EpochView> views_of(const std::vector<SubnetEpoch>& epochs, const Names& names) {
  std::vector<EpochView> out;
  for (const SubnetEpoch& epoch : epochs) {
    EpochView& view = out.emplace_back(epoch.run.view);
    if (names.empty()) continue;
    for (std::uint16_t uid = 0; uid < epoch.before().neurons.size(); ++uid) {
      view.names.push_back(called(epoch.before(), uid, names));
    }
  }
  return out;
}

absl::StatusOr<std::string> report(const Options& options, const Names& names) {
  const auto ledger = open_ledger(options.ledger);
  if (!ledger.ok()) return ledger.status();
  const auto epochs = read_epochs(**ledger, options.epochs);
  if (!epochs.ok()) return epochs.status();
  std::vector<JournalRound> journal;
  if (!options.journal.empty()) {
    auto read = read_journal(options.journal);
    if (!read.ok()) return read.status();
    const std::uint64_t first = epochs->front().number(), last = epochs->back().number();
    std::copy_if(read->begin(), read->end(), std::back_inserter(journal),
                 [&](const JournalRound& r) { return r.epoch >= first && r.epoch <= last; });
  }
  std::vector<ReportPart> parts;
  parts.push_back(members_part(*epochs, names, journal));
  if (auto work = work_part(*epochs, names, journal)) parts.push_back(*std::move(work));
  parts.push_back(seals_part(*epochs));
  return epoch_report_html(views_of(*epochs, names), parts);
}

int run(const Options& options) {
  Names names;
  if (!options.names.empty()) {
    auto read = read_names(options.names);
    if (!read.ok()) return failed(kBadInput, read.status());
    names = *std::move(read);
  }
  const auto html = report(options, names);
  if (!html.ok()) {
    const bool bad = absl::IsNotFound(html.status()) || absl::IsInvalidArgument(html.status());
    return failed(bad ? kBadInput : kFailed, html.status());
  }
  const auto written = write_file_atomically(options.html, *html);
  if (!written.ok()) return failed(kFailed, written);
  std::fprintf(stderr, "wrote %s\n", options.html.c_str());
  return kDone;
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("report", "a subnet's epochs as one HTML file");
  command
      ->add_option("LEDGER", options->ledger,
                   "a ledger (also while a node writes it), or an exported one")
      ->required();
  command->add_option("--html", options->html, "the file to write")->capture_default_str();
  command->add_option("--names", options->names, "file with a line NAME HOTKEY for each member");
  command->add_option("--journal", options->journal, "what a validator measured: JSON lines");
  command->add_option("--epochs", options->epochs, "so many of the last ones; 0 for all")
      ->check(whole_number())
      ->capture_default_str();
  command->footer(
      "Every epoch is recomputed from signed bytes. Exit status: 0 done, 1 the ledger does not\n"
      "hold, or the file could not be written or drawn, 2 bad input.\n"
      "Example: yuma-lab report subnet.ledger --html report.html");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
