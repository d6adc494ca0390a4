// SPDX-License-Identifier: MIT

// genesis new: the genesis of a new subnet, from flags and a TOML file.

#include <chrono>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/files.hpp"
#include "cli/genesis_draft.hpp"
#include "cli/genesis_file.hpp"
#include "cli/genesis_result.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/subnet_warnings.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "genesis new";
constexpr std::size_t kMostToml = std::size_t{8} << 20;

struct Options {
  std::string from, out, wallets;
  /// The flags of GenesisDraft::set(), which are empty where they were not given.
  std::string netuid, mechanism, owner, uids, block_time, start, rules;
  std::vector<std::string> validators, miners, set;
};

/// Unix time, down to the second: nobody needs a start in ms.
std::uint64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now).count()) * 1000;
}

std::string nth(const char* flag, const std::vector<std::string>& values, std::size_t i) {
  return values.size() == 1 ? flag : absl::StrCat(flag, " no. ", i + 1);
}

template <class Parse>
void take_members(const char* flag, const std::vector<std::string>& values, Parse parse,
                  GenesisDraft& draft) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Given given{Given::By::kFlag, nth(flag, values, i)};
    const absl::StatusOr<MemberText> member = parse(values[i]);
    if (member.ok()) {
      draft.add_member(*member, given);
    } else {
      draft.add_problem(given, std::string(member.status().message()));
    }
  }
}

void take_flags(const Options& o, GenesisDraft& draft) {
  const struct {
    const char *flag, *field;
    const std::string& text;
  } fields[] = {{"--netuid", "netuid", o.netuid},
                {"--mechanism", "mechanism", o.mechanism},
                {"--owner", "owner", o.owner},
                {"--uids", "uids", o.uids},
                {"--block-time", "block_time", o.block_time},
                {"--start", "start", o.start},
                {"--rules", "rules", o.rules}};
  for (const auto& [flag, field, text] : fields) {
    if (!text.empty()) draft.set(field, text, {Given::By::kFlag, flag});
  }
  const std::string& wallets = draft.wallets();
  take_members(
      "--validator", o.validators, [&](const auto& t) { return parse_member(t, 1, wallets); },
      draft);
  take_members(
      "--miner", o.miners, [&](const auto& t) { return parse_miner(t, wallets); }, draft);
  for (std::size_t i = 0; i < o.set.size(); ++i) {
    const auto at = o.set[i].find('=');
    const std::string name = o.set[i].substr(0, at);
    const bool known = parameter_of_name(name).has_value();
    const Given given{Given::By::kFlag, known ? "--set " + name : nth("--set", o.set, i)};
    if (at == std::string::npos) {
      draft.add_problem(given, "must be NAME=VALUE");
    } else {
      draft.set_parameter(name, o.set[i].substr(at + 1), given);
    }
  }
}

int run(const Options& o) {
  const std::uint64_t now = now_ms();
  GenesisDraft draft(expand_home(wallets_folder_of(o.wallets)), now);
  if (!o.from.empty()) {
    const std::string path = expand_home(o.from);
    const auto text = read_file(path, kMostToml);
    if (!text.ok()) return complain(kAbout, text.status());
    read_genesis_toml(path, text_of(*text), draft);
  }
  take_flags(o, draft);
  const auto genesis = draft.build();
  if (!genesis) return draft.problems().complain(kAbout);
  return write_genesis(kAbout, o.out, *genesis, "", start_warnings(genesis->state, now));
}

void add_fields(CLI::App& command, Options& o) {
  const struct {
    const char *flag, *type, *help;
    std::string& text;
  } fields[] = {
      {"--netuid", "N", "number of the subnet (1)", o.netuid},
      {"--mechanism", "N", "its incentive mechanism (0)", o.mechanism},
      {"--owner", "HOTKEY", "the validator that makes the blocks\n(the first one)", o.owner},
      {"--uids", "N", "how many uids there are (256)", o.uids},
      {"--block-time", "TIME", "as 12s or 500ms (12s); never changes", o.block_time},
      {"--start", "TIME", "of block 0: now (default), or as\n2026-10-01T12:00:00Z", o.start},
      {"--rules", "N", "spec_version of the chain's rules (425)", o.rules}};
  for (const auto& [flag, type, help, text] : fields) {
    command.add_option(flag, text, help)->type_name(type)->check(not_empty());
  }
}

}  // namespace

void add_genesis_new(CLI::App& genesis, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = genesis.add_subcommand("new", "make the genesis of a new subnet");
  command->add_option("--out", o->out, "where it is written; no file may be there")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_option("--from", o->from, "read a TOML file first; flags win")
      ->type_name("FILE")
      ->check(not_empty());
  command
      ->add_option("--validator", o->validators,
                   "HOTKEY[:POWER[:STAKE]]: votes (1) and stake in\nTAO (0); repeatable")
      ->type_name("MEMBER")
      ->allow_extra_args(false);
  command->add_option("--miner", o->miners, "HOTKEY[:STAKE], without power; repeatable")
      ->type_name("MEMBER")
      ->allow_extra_args(false);
  add_fields(*command, *o);
  command->add_option("--set", o->set, "a parameter; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_wallets_folder(*command, o->wallets);
  command->footer(
      "A HOTKEY is an address, with ed25519: in front if it is of that scheme, or\n"
      "WALLET/HOTKEY. docs/subnet.md shows the file and says how much power is safe.\n"
      "Exit status: 0 done, 1 a file could not be read or written, 2 bad input.\n"
      "Example: genesis new --out net.genesis --validator a/hot:1:1000 \\\n"
      "  --validator 5Grw...:1:1000 --set tempo=25 --set 'emission_per_block=1 TAO'");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
