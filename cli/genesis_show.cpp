// SPDX-License-Identifier: MIT

// genesis show: what a genesis says, or the last sealed state of a ledger.

#include <memory>

#include "cli/key_info.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/subnet_text.hpp"
#include "cli/terminal.hpp"

namespace yuma::cli {

namespace {

struct Options {
  std::string file;
  bool all = false, json = false;
};

int run(const Options& o) {
  const auto source = read_subnet(o.file);
  if (!source.ok()) return complain("genesis show", source.status());
  if (o.json) return print_result(printed(subnet_json(*source)));
  const Detail detail = o.all ? Detail::kAll : Detail::kShort;
  return print_result(subnet_text(*source, detail, columns()));
}

}  // namespace

void add_genesis_show(CLI::App& genesis, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      genesis.add_subcommand("show", "what it says: roster, who decides, who can stop it");
  command->add_option("file", o->file, "a genesis; or a ledger or a state:\nits last sealed state")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_flag("--all", o->all, "all parameters and all miners");
  command->add_flag("--json", o->json, "as JSON, with amounts in rao and times in Unix ms");
  command->footer("Exit status: 0 done, 1 the file could not be read, 2 it is none of these.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
