// SPDX-License-Identifier: MIT

// amend show: what an amendment changes and who has signed it.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/amendment_file.hpp"
#include "cli/key_info.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/terminal.hpp"

namespace yuma::cli {

namespace {

struct Options {
  std::string file;
  SubnetChoice subnet;
  bool json = false;
};

int run(const Options& o) {
  const auto file = read_amendment(o.file);
  if (!file.ok()) return complain("amend show", file.status());
  const auto chosen = chosen_subnet(o.subnet);
  if (!chosen.ok()) return complain("amend show", chosen.status());
  const SubnetSource* subnet = *chosen ? &**chosen : nullptr;
  const std::size_t width = columns();
  const int status = print_result(o.json ? printed(amendment_json(*file, subnet))
                                         : absl::StrCat(amendment_text(*file, subnet, width), "\n",
                                                        signatures_text(*file, subnet, width)));
  return status == kDone && !false_signers(*file).empty() ? kFailed : status;
}

}  // namespace

void add_amend_show(CLI::App& amend, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = amend.add_subcommand("show", "what it changes and who has signed it");
  command->add_option("amendment", o->file, "the file")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  add_subnet_choice(*command, o->subnet);
  command->add_flag("--json", o->json, "as JSON, with amounts in rao");
  command->footer(
      "With --ledger or --genesis also what there was before, whether it fits, and how\n"
      "much power has signed.\n"
      "Exit status: 0 done, 1 a signature does not hold or a file failed, 2 bad input.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
