// SPDX-License-Identifier: MIT

// genesis from-seal: how a subnet goes on that stands still for good, by decision of its people.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/genesis_result.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_changes.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/subnet_source.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "genesis from-seal";

struct Options {
  std::string file, out, wallets;
  ChangeTexts changes;
};

/// The state with the changes, checked as an amendment's are. It counts as none: the new network
/// has had no vote on it.
absl::StatusOr<State> changed(const State& state, const std::vector<Change>& changes) {
  if (changes.empty()) return state;
  const AmendmentBody body{state.subnet, state.epoch + 1, state.amendments + 1, changes};
  auto next = amend(state, body, state.block);
  if (next.ok()) {
    next->amendments = state.amendments;
    return next;
  }
  // Nobody made an amendment: what is wrong with the change stands behind its name.
  const std::string why(next.status().message());
  const auto name = why.find("): ");
  return absl::Status(next.status().code(), name == std::string::npos ? why : why.substr(name + 3));
}

std::string difference(const SubnetSource& source, const State& next,
                       const std::vector<Change>& changes, std::size_t width) {
  const State& state = source.state;
  std::string out = absl::StrCat(
      labelled("from", absl::StrCat("the state after epoch ", state.epoch, ", block ", state.block),
               width),
      labelled("state root", to_hex(state_root(state)), width),
      labelled("of network", to_hex(state.subnet.network), width));
  if (!state.commits.empty()) {
    absl::StrAppend(
        &out,
        labelled("dropped", absl::StrCat(state.commits.size(), " commits that wait to be opened"),
                 width));
  }
  out += changes_text(changes, &state, width);
  const std::string power = power_difference(state, next, width);
  return absl::StrCat(out, power.empty() ? "" : "\n", power, "\nThe new genesis:\n\n");
}

int run(Options& o) {
  o.changes.remove_flag = "--drop";
  const auto source = read_subnet(o.file);
  if (!source.ok()) return complain(kAbout, source.status());
  if (source->kind == SubnetSource::Kind::kGenesis) {
    return complain(kAbout, absl::InvalidArgumentError(
                                absl::StrCat(source->path,
                                             ": is a genesis, with nothing sealed; give a ledger "
                                             "or a state, or make another with `genesis new`")));
  }
  Problems problems;
  const auto changes =
      changes_of(o.changes, source->state, expand_home(wallets_folder_of(o.wallets)), problems);
  if (!problems.empty()) return problems.complain(kAbout);
  const auto next = changed(source->state, changes);
  if (!next.ok()) return complain(kAbout, next.status());
  return write_genesis(kAbout, o.out, genesis_from(*next),
                       difference(*source, *next, changes, columns()), {});
}

}  // namespace

void add_genesis_from_seal(CLI::App& genesis, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      genesis.add_subcommand("from-seal", "a genesis that goes on from the last sealed state");
  command->add_option("file", o->file, "ledger of a node, or a state")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_option("--out", o->out, "where it is written; no file may be there")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_option("--drop", o->changes.remove, "remove a member; repeatable")
      ->type_name("HOTKEY")
      ->allow_extra_args(false);
  command->add_option("--owner", o->changes.owner, "who makes the blocks from now on")
      ->type_name("HOTKEY")
      ->allow_extra_args(false);
  command->add_option("--power", o->changes.power, "other votes; repeatable")
      ->type_name("HOTKEY=N")
      ->allow_extra_args(false);
  add_wallets_folder(*command, o->wallets);
  command->footer(
      "Keeps roster, stakes, weights, bonds, epoch and block number. The network is\n"
      "new, so nothing signed for the old one fits. From the same state and flags comes\n"
      "the same file: each validator makes its own and all compare the id. Take a\n"
      "ledger with the highest sealed epoch, for what was sealed must not be lost.\n"
      "A HOTKEY is an address, WALLET/HOTKEY or a uid.\n"
      "Exit status: 0 done, 1 it could not be made or written, 2 bad input.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
