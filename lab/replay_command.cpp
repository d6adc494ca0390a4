// SPDX-License-Identifier: MIT

// yuma-lab replay: a past epoch of a ledger as `yuma-lab epoch` shows one.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lab/commands.hpp"
#include "lab/epoch_output.hpp"
#include "lab/epoch_table.hpp"
#include "lab/open_ledger.hpp"
#include "lab/progress.hpp"
#include "lab/replayed.hpp"
#include "lab/roster_table.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;

struct Options {
  std::string ledger;
  std::optional<std::uint64_t> epoch;
  bool json = false, raw = false, roster = false;
  TableOptions table;
  DrawOptions draw;
};

absl::StatusOr<std::uint64_t> choose_epoch(const Ledger& ledger,
                                           const std::optional<std::uint64_t>& wanted) {
  const auto first = ledger.first_epoch();
  if (!first.ok()) return first.status();
  const auto last = ledger.last_epoch();
  if (!last.ok()) return last.status();
  if (*first == *last) return absl::NotFoundError("the ledger holds no sealed epoch");
  const std::uint64_t epoch = wanted.value_or(*last);
  if (epoch > *first && epoch <= *last) return epoch;
  return absl::OutOfRangeError(absl::StrCat("--epoch: ", epoch, ": the ledger can replay epochs ",
                                            *first + 1, " to ", *last));
}

/// Computes from the newest kept state before the epoch up to it.
absl::StatusOr<Replayed> replay(const Ledger& ledger, std::uint64_t epoch) {
  auto walk = LedgerWalk::from(ledger, epoch - 1);
  if (!walk.ok()) return walk.status();
  Progress progress(epoch - walk->sealed().state.epoch, "epochs");
  Replayed out;
  while (walk->sealed().state.epoch < epoch) {
    out.before = walk->sealed().state;
    auto step = walk->next();
    if (!step.ok()) {
      return absl::DataLossError(absl::StrCat("epoch ", out.before.epoch + 1, ": ",
                                              step.status().message(),
                                              "; `yuma-lab audit` looks at all of it"));
    }
    out.step = *std::move(step);
    progress.step();
  }
  return out;
}

int run(Options& options) {
  if (const auto s = choose_format(options.draw); !s.ok()) return complain(kBadInput, "--plot", s);
  const auto failed = [&](int exit_code, const absl::Status& status) {
    return complain(exit_code, "replay", absl::Status(status.code(), printable(status)));
  };
  const auto ledger = open_ledger(options.ledger);
  if (!ledger.ok()) return failed(kBadInput, ledger.status());
  const auto epoch = choose_epoch(**ledger, options.epoch);
  if (!epoch.ok()) return failed(kBadInput, epoch.status());
  const auto replayed = replay(**ledger, *epoch);
  if (!replayed.ok()) return failed(kFailed, replayed.status());
  const auto one = run_of(*replayed, options.raw);
  if (!one.ok()) return failed(kFailed, one.status());
  std::string text =
      options.json ? epochs_json({*one}, false)
                   : absl::StrCat(epoch_heading(*one, 0, 1), epoch_table(*one, options.table));
  if (options.roster) {
    absl::StrAppend(&text, "\n", roster_table(replayed->before, options.table.top));
  }
  if (!print_result(text)) return kFailed;
  return draw_epochs_to_files(options.draw, {one->view});
}

}  // namespace

void add_replay_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", "compute and show a past epoch of a ledger");
  command
      ->add_option("LEDGER", options->ledger,
                   "a ledger (also while a node writes it), or an exported one")
      ->required();
  command->add_option("--epoch", options->epoch, "default: the last")->check(whole_number());
  command->add_option("--top", options->table.top, "rows of the table; 0 for all")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--sort", options->table.sort, "column to sort the table by")
      ->check(CLI::IsMember(table_columns()))
      ->capture_default_str();
  auto* json = command->add_flag("--json", options->json, "print the result as JSON");
  command->add_flag("--roster", options->roster, "who held the uids: role, power, hotkey")
      ->excludes(json);
  command->add_flag("--raw", options->raw, "with --json: all stages too")->needs(json);
  command->add_option("--plot", options->draw.plot, "write charts to FILE.svg or FILE.png");
  command->add_option("--report", options->draw.report, "write tables and charts to FILE.html");
  command->footer(
      "Stakes, permits, powers and hotkeys are those that the epoch began with.\n"
      "Exit status: 0 done, 1 the ledger does not hold up to this epoch, or a file could not be\n"
      "written or drawn, 2 bad input.\n"
      "Example: yuma-lab replay subnet.ledger --epoch 41 --report epoch41.html");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
