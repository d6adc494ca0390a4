// SPDX-License-Identifier: MIT

// key sign: a signature over a message, as `btcli wallet sign` makes it.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_info.hpp"
#include "cli/output.hpp"

namespace yuma::cli {

namespace {

struct Options {
  KeyChoice choice;
  MessageChoice message;
  PasswordSource::Options password;
  bool json = false, prefixed = false;
};

int run(const Options& options) {
  const auto place = place_of(options.choice);
  if (!place.ok()) return complain("key sign", place.status());
  const auto message = message_of(options.message);
  if (!message.ok()) return complain("key sign", message.status());
  PasswordSource passwords(options.password);
  const auto file = load_key_file(place->path, place->role, passwords, tell);
  if (!file.ok()) return complain("key sign", file.status());
  if (!file->key) {
    return complain("key sign", absl::FailedPreconditionError(absl::StrCat(
                                    place->path, ": has the public part of a key only")));
  }
  const std::string signature =
      absl::StrCat(options.prefixed ? "0x" : "", to_hex(file->key->sign(*message)));
  if (!options.json) {
    return print_result(absl::StrCat(signature, "\n", file->public_key.address(), "\n"));
  }
  nlohmann::ordered_json out;
  out["signature"] = signature;
  add_public_key(out, file->public_key);
  return print_result(printed(out));
}

}  // namespace

void add_key_sign(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("sign", "sign a message");
  add_message_options(*command, o->message);
  add_key_choice(*command, o->choice, WithFile::kYes);
  add_password_options(*command, o->password);
  command->add_flag("--0x", o->prefixed, "print the signature with 0x in front");
  command->add_flag("--json", o->json, "print the result as JSON");
  command->footer(
      "Prints the signature as digits, and on a second line the address. It is over\n"
      "exactly the bytes given. sr25519 signatures are randomised: no two are alike.\n"
      "Exit status: 0 done, 1 the key could not be read, 2 bad input.\n"
      "Example: key sign --wallet mywallet/myhotkey --message hello");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
