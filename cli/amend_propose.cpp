// SPDX-License-Identifier: MIT

// amend propose: an amendment that nobody has signed yet.

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/amendment_file.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_changes.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/subnet_values.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "amend propose";

struct Options {
  SubnetChoice subnet;
  ChangeTexts changes;
  std::optional<std::string> epoch;
  std::string out, wallets;
};

/// The epoch from which it is due: the one that is given, or the next.
absl::StatusOr<std::uint64_t> due_epoch(const Options& o, const State& state) {
  const std::uint64_t next = state.epoch + 1;
  if (!o.epoch) return next;
  const auto epoch = parse_number(*o.epoch, 0, std::numeric_limits<std::uint64_t>::max());
  if (!epoch.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--epoch: ", epoch.status().message()));
  }
  if (*epoch >= next) return *epoch;
  return absl::InvalidArgumentError(
      absl::StrCat("--epoch: epoch ", *epoch, " is sealed; the next is ", next));
}

absl::StatusOr<AmendmentBody> body_of(const Options& o, const State& state,
                                      std::vector<Change> changes) {
  if (changes.empty()) {
    return absl::InvalidArgumentError("nothing is changed: --help lists the changes there are");
  }
  const auto epoch = due_epoch(o, state);
  if (!epoch.ok()) return epoch.status();
  return AmendmentBody{state.subnet, *epoch, state.amendments + 1, std::move(changes)};
}

/// How far off it is, where that may be a slip.
void note_if_far_off(std::uint64_t epoch, const State& state) {
  constexpr std::uint64_t kMonthMs = 30ULL * 24 * 60 * 60 * 1'000;
  const std::uint64_t epochs = epoch - state.epoch;
  const std::uint64_t epoch_ms = state.block_ms * state.parameters.epoch.tempo;
  if (epochs <= kMonthMs / std::max<std::uint64_t>(epoch_ms, 1)) return;
  note(absl::StrCat("note: it is due in ", epochs,
                    " epochs, more than a month off; who signs it signs no other of its number"));
}

int run(const Options& o) {
  const auto subnet = chosen_subnet(o.subnet);
  if (!subnet.ok()) return complain(kAbout, subnet.status());
  if (!*subnet) {
    return complain(kAbout, absl::InvalidArgumentError(
                                "--ledger or --genesis is needed: what is to be changed"));
  }
  const SubnetSource& source = **subnet;
  Problems problems;
  auto changes =
      changes_of(o.changes, source.state, expand_home(wallets_folder_of(o.wallets)), problems);
  if (!problems.empty()) return problems.complain(kAbout);
  auto body = body_of(o, source.state, std::move(changes));
  if (!body.ok()) return complain(kAbout, body.status());
  AmendmentFile file{expand_home(o.out), *std::move(body), {}, {}};
  if (auto fits = check_fits(file, source.state); !fits.ok()) return complain(kAbout, fits);
  note_if_far_off(file.body.epoch, source.state);
  if (auto status = create_amendment(file.path, file.body); !status.ok()) {
    return complain(kAbout, status);
  }
  const auto written = read_amendment(file.path);
  if (!written.ok()) return complain(kAbout, written.status());
  const std::string next =
      absl::StrCat("wrote ", printable(file.path),
                   ", not signed yet. Each validator signs it, or a copy, with `amend sign`.");
  const std::size_t width = columns();
  return print_result(absl::StrCat(amendment_text(*written, &source, width), "\n",
                                   signatures_text(*written, &source, width), "\n",
                                   wrapped(next, 0, width)));
}

void add_changes(CLI::App& command, ChangeTexts& changes) {
  const struct {
    const char *flag, *type, *help;
    std::vector<std::string>& texts;
  } options[] = {
      {"--remove", "UID", "a member leaves", changes.remove},
      {"--replace", "UID=KEY", "another hotkey; power, stake and bonds stay", changes.replace},
      {"--register", "UID=KEY",
       "at a free uid: HOTKEY[:POWER[:STAKE]], power 0\nand 0 TAO if not given",
       changes.registration},
      {"--power", "UID=N", "votes; 0 for none", changes.power},
      {"--owner", "UID", "the validator that makes the blocks", changes.owner},
      {"--uids", "N", "how many uids there are", changes.uids},
      {"--set", "NAME=VALUE", "a parameter", changes.set},
      {"--rules", "N", "spec_version of the chain's rules", changes.rules}};
  for (const auto& [flag, type, help, texts] : options) {
    command.add_option(flag, texts, help)
        ->type_name(type)
        ->allow_extra_args(false)
        ->group("Changes, each repeatable");
  }
}

}  // namespace

void add_amend_propose(CLI::App& amend, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = amend.add_subcommand("propose", "make an amendment, to be signed");
  add_subnet_choice(*command, o->subnet);
  command->add_option("--out", o->out, "where it is written; no file may be there")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_option("--epoch", o->epoch, "due from this epoch on (the next)")->type_name("E");
  add_wallets_folder(*command, o->wallets);
  add_changes(*command, o->changes);
  command->footer(
      "A KEY is an address or WALLET/HOTKEY; so may be a UID that is taken. The changes\n"
      "are applied in the order of this list. Amendments are applied in the order of\n"
      "their numbers, one an epoch, and count from the epoch after.\n"
      "Exit status: 0 done, 1 the subnet cannot take it, or a file failed, 2 bad input.\n"
      "Example: amend propose --ledger net.db --out 1.amendment --power 2=0 --uids 300");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
