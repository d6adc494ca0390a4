// SPDX-License-Identifier: MIT

// amend sign: one validator's signature, into the file.

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/amendment_file.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "cli/subnet_commands.hpp"
#include "cli/subnet_hotkey.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "yuma/net/signer_client.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "amend sign";

struct Options {
  std::string file, signer;
  KeyChoice key;
  PasswordSource::Options password;
  SubnetChoice subnet;
  bool yes = false;
};

absl::StatusOr<std::unique_ptr<Signer>> signer_of(const Options& o) {
  return make_signer(o.signer, [&]() -> absl::StatusOr<KeyPair> {
    const auto place = place_of(o.key);
    if (!place.ok()) return place.status();
    PasswordSource passwords(o.password);
    auto file = load_key_file(place->path, place->role, passwords, tell);
    if (!file.ok()) return file.status();
    if (file->key) return *std::move(file->key);
    return absl::FailedPreconditionError(
        absl::StrCat(place->path, ": has the public part of a key only"));
  });
}

/// Whether this key should sign it at all.
absl::Status check_may_sign(const AmendmentFile& file, const SubnetSource* subnet,
                            const PublicKey& key) {
  if (subnet == nullptr) return absl::OkStatus();
  if (find_validator(subnet->state, key)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      hotkey_text(key), " is no validator of this subnet: its signature would not count for ",
      file.path));
}

bool has_signed(const AmendmentFile& file, const PublicKey& key) {
  return std::any_of(file.object.signatures.begin(), file.object.signatures.end(),
                     [&](const Endorsement& e) { return e.signer == key; });
}

/// Shows what is signed, to whoever is asked or, with --yes, in the log.
absl::Status confirm(const Options& o, const AmendmentFile& file, const SubnetSource* subnet,
                     const PublicKey& key) {
  const std::size_t width = columns();
  std::string text = absl::StrCat(amendment_text(file, subnet, width), "\n");
  if (subnet == nullptr) {
    text += wrapped(
        "! without --ledger or --genesis it is not known what there was before, nor "
        "whether this fits",
        0, width);
  }
  text += wrapped(absl::StrCat("A validator signs one amendment of number ", file.body.number,
                               " and never another one with this number; an isolated signer "
                               "keeps to that by itself."),
                  0, width);
  if (o.yes) {
    note(absl::StrCat("signing amendment ", to_hex(file.id), " as ", hotkey_text(key)));
    return absl::OkStatus();
  }
  const std::string question = absl::StrCat("Sign it as ", hotkey_text(key), "?\nType yes: ");
  if (confirmed_on_terminal(absl::StrCat(text, "\n", question))) return absl::OkStatus();
  return absl::CancelledError(
      "it was not signed: that needs a terminal and the answer yes, or --yes");
}

int finish(const AmendmentFile& file, const SubnetSource* subnet) {
  return print_result(signatures_text(file, subnet, columns()));
}

int run(const Options& o) {
  auto file = read_amendment(o.file);
  if (!file.ok()) return complain(kAbout, file.status());
  drop_false_signatures(*file);
  const auto chosen = chosen_subnet(o.subnet);
  if (!chosen.ok()) return complain(kAbout, chosen.status());
  const SubnetSource* subnet = *chosen ? &**chosen : nullptr;
  if (subnet != nullptr) {
    const auto fits = check_fits(*file, subnet->state);
    if (!fits.ok()) return complain(kAbout, fits);
  }
  const auto signer = signer_of(o);
  if (!signer.ok()) return complain(kAbout, signer.status());
  const PublicKey& key = (*signer)->public_key();
  if (auto may = check_may_sign(*file, subnet, key); !may.ok()) return complain(kAbout, may);
  if (has_signed(*file, key)) {
    note(absl::StrCat("note: ", hotkey_text(key), " has signed it already"));
    return finish(*file, subnet);
  }
  if (auto status = confirm(o, *file, subnet, key); !status.ok()) return complain(kAbout, status);
  const auto signature = endorse(file->body, **signer);
  if (!signature.ok()) return complain(kAbout, signature.status());
  const auto now = add_signatures(*file, {*signature}, subnet);
  if (!now.ok()) return complain(kAbout, now.status());
  return finish(*now, subnet);
}

}  // namespace

void add_amend_sign(CLI::App& amend, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = amend.add_subcommand("sign", "sign an amendment, after a question");
  command->add_option("amendment", o->file, "the file; the signature is added to it")
      ->type_name("FILE")
      ->required()
      ->check(not_empty());
  add_subnet_choice(*command, o->subnet);
  add_key_choice(*command, o->key, WithFile::kYes);
  command->remove_option(command->get_option("--coldkey"));  // a validator signs with its hotkey
  add_password_options(*command, o->password);
  auto* signer =
      command->add_option("--signer", o->signer, "unix:PATH of an isolated signer that has the key")
          ->type_name("WHERE")
          ->check(not_empty());
  for (const char* other :
       {"--wallet", "--name", "--hotkey", "--file", "--password-file", "--password-fd"}) {
    signer->excludes(command->get_option(other));
  }
  command->add_flag("--yes", o->yes, "do not ask");
  command->footer(
      "Look at it with --ledger: then it says what changes, and that it fits. Where\n"
      "each signs a copy, `amend merge` puts the signatures into one file.\n"
      "Exit status: 0 done, 1 it was not signed, 2 bad input.\n"
      "Example: amend sign 1.amendment --ledger net.db --wallet mine/hot");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
