// SPDX-License-Identifier: MIT

// amend merge: signatures from copies of one amendment into one file.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/amendment_file.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/terminal.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "amend merge";

struct Options {
  std::string file;
  std::vector<std::string> others;
  SubnetChoice subnet;
};

/// The signatures of all others that hold; they must be over the same body.
absl::StatusOr<std::vector<Endorsement>> gathered(const AmendmentFile& file,
                                                  const std::vector<std::string>& others) {
  std::vector<Endorsement> out;
  for (const std::string& path : others) {
    auto other = read_amendment(path);
    if (!other.ok()) return other.status();
    if (other->id != file.id) {
      return absl::InvalidArgumentError(absl::StrCat(other->path, ": is another amendment than ",
                                                     file.path, ", of id ", to_hex(other->id),
                                                     " and not ", to_hex(file.id)));
    }
    drop_false_signatures(*other);
    const auto& signatures = other->object.signatures;
    out.insert(out.end(), signatures.begin(), signatures.end());
  }
  return out;
}

int run(const Options& o) {
  auto file = read_amendment(o.file);
  if (!file.ok()) return complain(kAbout, file.status());
  const auto subnet = chosen_subnet(o.subnet);
  if (!subnet.ok()) return complain(kAbout, subnet.status());
  const SubnetSource* known = *subnet ? &**subnet : nullptr;
  if (known != nullptr) {
    if (auto same = check_subnet(*file, known->state); !same.ok()) return complain(kAbout, same);
  }
  drop_false_signatures(*file);
  const auto signatures = gathered(*file, o.others);
  if (!signatures.ok()) return complain(kAbout, signatures.status());
  const auto now = add_signatures(*file, *signatures, known);
  if (!now.ok()) return complain(kAbout, now.status());
  return print_result(signatures_text(*now, known, columns()));
}

}  // namespace

void add_amend_merge(CLI::App& amend, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      amend.add_subcommand("merge", "put signatures of several copies into one file");
  command->add_option("amendment", o->file, "the file that gets them")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  command->add_option("copies", o->others, "the files that have them")
      ->type_name("FILE")
      ->check(not_empty());
  add_subnet_choice(*command, o->subnet);
  command->footer(
      "Nothing is taken where a file holds another amendment. Signatures that do not\n"
      "hold are left out, with a note; `amend merge FILE` alone takes them out of it.\n"
      "With --ledger or --genesis signatures of others than validators are left out.\n"
      "Exit status: 0 done, 1 a file failed, 2 bad input.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
