// SPDX-License-Identifier: MIT

// key show: what a key is, and only when asked twice its secret.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_info.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace yuma::cli {

namespace {

struct Options {
  KeyChoice choice;
  PasswordSource::Options password;
  bool json = false, secret = false;
};

std::string text_of(const KeyInfo& info) {
  std::string out;
  const auto line = [&](absl::string_view name, absl::string_view value) {
    absl::StrAppend(&out, name, std::string(12 - name.size(), ' '), value, "\n");
  };
  if (info.public_key) {
    const std::string_view scheme = scheme_name(info.public_key->scheme);
    line("address", info.public_key->address());
    line("public key", "0x" + to_hex(info.public_key->bytes));
    line("scheme", absl::string_view(scheme.data(), scheme.size()));
  } else {
    line("address", unknown_address(info));
  }
  line("format", info.format);
  line("mode", info.mode);
  line("file", printable(info.path));
  for (const std::string& warning : info.warnings) line("!", printable(warning));
  return out;
}

/// Goes to the terminal only, whatever standard output is.
void show_field(std::string_view name, std::string_view value) {
  show_on_terminal(name);
  show_on_terminal(value);
  show_on_terminal("\n");
}

void show_digits(std::string_view name, ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  Secret digits(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    digits.bytes()[2 * i] = static_cast<std::uint8_t>(kDigits[bytes[i] >> 4U]);
    digits.bytes()[2 * i + 1] = static_cast<std::uint8_t>(kDigits[bytes[i] & 15U]);
  }
  show_field(name, digits.text());
}

int show_secret(const KeyPlace& place, const Options& options) {
  if (!confirmed_on_terminal("Show the SECRET of this key here? Whoever sees it has the key.\n"
                             "Type yes: ")) {
    return complain("key show", absl::CancelledError("the secret was not shown: that needs a "
                                                     "terminal, and the answer yes"));
  }
  PasswordSource passwords(options.password);
  const auto file = load_key_file(place.path, place.role, passwords, tell);
  if (!file.ok()) return complain("key show", file.status());
  if (!file->key) {
    return complain("key show", absl::FailedPreconditionError(absl::StrCat(
                                    place.path, ": has the public part of a key only")));
  }
  if (!file->phrase.empty()) show_field("phrase      ", file->phrase.text());
  if (!file->seed.empty()) show_digits("seed        0x", file->seed.bytes());
  show_digits("private key 0x", file->key->private_key());
  return kDone;
}

int run(const Options& options) {
  const auto place = place_of(options.choice);
  if (!place.ok()) return complain("key show", place.status());
  const auto info = key_info(*place);
  if (!info.ok()) return complain("key show", info.status());
  const int status = print_result(options.json ? printed(json_of(*info)) : text_of(*info));
  if (status != kDone || is_damaged(*info)) return kFailed;
  return options.secret ? show_secret(*place, options) : kDone;
}

}  // namespace

void add_key_show(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("show", "address, public key, scheme and format of a key");
  add_key_choice(*command, o->choice, WithFile::kYes);
  command->add_flag("--json", o->json, "print the result as JSON, without any secret");
  command->add_flag("--secret", o->secret,
                    "show the secret too, on the terminal only,\nafter a question");
  add_password_options(*command, o->password);
  command->footer("Exit status: 0 done, 1 the key could not be read, 2 bad input.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
