// SPDX-License-Identifier: MIT

// yuma-lab table: who did what and earned what in the epochs of a subnet; with --follow as they are
// sealed.

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lab/commands.hpp"
#include "lab/epoch_output.hpp"
#include "lab/open_ledger.hpp"
#include "lab/subnet_table.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;
constexpr std::chrono::milliseconds kLookEvery{200};

struct Options {
  std::string ledger, names, journal;
  std::optional<std::uint64_t> epoch;
  std::size_t top = 32;
  bool follow = false;
  std::uint64_t until = 0;     // with --follow: ends after this epoch; 0: never
  std::uint32_t patience = 0;  // seconds without a new epoch; 0: any
};

int failed(int exit_code, const absl::Status& status) {
  return complain(exit_code, "table", absl::Status(status.code(), printable(status)));
}

/// What a journal says so far; a node writes it meanwhile, and at first there is none.
absl::StatusOr<std::vector<JournalRound>> journal_so_far(const Options& options) {
  if (options.journal.empty()) return std::vector<JournalRound>();
  auto journal = read_journal(options.journal);
  if (options.follow && absl::IsInvalidArgument(journal.status())) {
    return std::vector<JournalRound>();
  }
  return journal;
}

/// Walks up to an epoch and prints it.
class Printer {
 public:
  Printer(const Options& options, Names names) : options_(options), names_(std::move(names)) {}

  /// Prints `epoch` of the ledger, or only walks there. Walks on from the last call.
  absl::StatusOr<bool> print(const Ledger& ledger, std::uint64_t epoch) {
    auto walk = SubnetWalk::from(ledger, epoch);
    if (!walk.ok()) return walk.status();
    while (walk->sealed_epoch() < epoch) {
      const auto next = walk->next();
      if (!next.ok()) return next.status();
      if (next->number() != epoch) continue;
      const auto journal = journal_so_far(options_);
      if (!journal.ok()) return journal.status();
      const std::string table = subnet_table(*next, names_, *journal, options_.top);
      return print_result(absl::StrCat(any_ ? "\n" : "", table)) && (any_ = true);
    }
    return absl::NotFoundError(absl::StrCat("the ledger cannot replay epoch ", epoch));
  }

 private:
  const Options& options_;
  Names names_;
  bool any_ = false;
};

/// Epochs of the ledger that are not printed yet: the last one at first.
int follow(const Options& options, Printer& printer) {
  std::optional<std::uint64_t> printed;
  auto heard = std::chrono::steady_clock::now();
  for (;; std::this_thread::sleep_for(kLookEvery)) {
    const auto ledger = open_ledger(options.ledger);
    if (!ledger.ok() && !absl::IsNotFound(ledger.status()))
      return failed(kBadInput, ledger.status());
    if (ledger.ok()) {
      const auto first = (*ledger)->first_epoch(), last = (*ledger)->last_epoch();
      if (!first.ok()) return failed(kFailed, first.status());
      if (!last.ok()) return failed(kFailed, last.status());
      std::uint64_t next = printed ? *printed + 1 : *first + 1;
      for (; next <= *last; ++next) {
        const auto done = printer.print(**ledger, next);
        if (!done.ok()) return failed(kFailed, done.status());
        if (!*done) return kFailed;
        printed = next;
        heard = std::chrono::steady_clock::now();
        if (next == options.until) return kDone;
      }
    }
    const auto waited = std::chrono::steady_clock::now() - heard;
    if (options.patience != 0 && waited > std::chrono::seconds(options.patience)) {
      return failed(kFailed, absl::DeadlineExceededError(
                                 absl::StrCat("no epoch was sealed for ", options.patience,
                                              " s; the validators' logs say why")));
    }
  }
}

int run(const Options& options) {
  Names names;
  if (!options.names.empty()) {
    auto read = read_names(options.names);
    if (!read.ok()) return failed(kBadInput, read.status());
    names = *std::move(read);
  }
  Printer printer(options, std::move(names));
  if (options.follow) return follow(options, printer);
  const auto ledger = open_ledger(options.ledger);
  if (!ledger.ok()) return failed(kBadInput, ledger.status());
  const auto first = (*ledger)->first_epoch(), last = (*ledger)->last_epoch();
  if (!first.ok()) return failed(kFailed, first.status());
  if (!last.ok()) return failed(kFailed, last.status());
  const std::uint64_t epoch = options.epoch.value_or(*last);
  if (epoch <= *first || epoch > *last) {
    const auto why = *first == *last ? std::string("the ledger holds no sealed epoch")
                                     : absl::StrCat("--epoch: ", epoch, ": the ledger has epochs ",
                                                    *first + 1, " to ", *last);
    return failed(kBadInput, absl::OutOfRangeError(why));
  }
  const auto done = printer.print(**ledger, epoch);
  if (!done.ok()) return failed(kFailed, done.status());
  return *done ? kDone : kFailed;
}

}  // namespace

void add_table_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("table", "who did and earned what in an epoch of a subnet");
  command
      ->add_option("LEDGER", options->ledger,
                   "a ledger (also while a node writes it), or an exported one")
      ->required();
  auto* epoch =
      command->add_option("--epoch", options->epoch, "default: the last")->check(whole_number());
  command->add_option("--names", options->names, "file with a line NAME HOTKEY for each member");
  command->add_option("--journal", options->journal, "what a validator measured: JSON lines");
  command->add_option("--top", options->top, "rows of the table; 0 for all")
      ->check(whole_number())
      ->capture_default_str();
  auto* follow = command->add_flag("--follow", options->follow, "all epochs, as they are sealed")
                     ->excludes(epoch);
  command->add_option("--until", options->until, "with --follow: the last epoch")
      ->check(whole_number())
      ->needs(follow);
  command
      ->add_option("--patience", options->patience,
                   "with --follow: seconds without a new epoch until it gives up")
      ->needs(follow);
  command->footer(
      "Stake and emission are in units of 10^9 rao. Validators earn dividends, miners incentive.\n"
      "Exit status: 0 done, 1 the ledger does not hold, or nothing was sealed, 2 bad input.\n"
      "Example: yuma-lab table subnet.ledger --follow");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
