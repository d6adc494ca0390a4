// SPDX-License-Identifier: MIT

// key import: a key that exists already, into a wallet.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_result.hpp"
#include "cli/output.hpp"
#include "yuma/identity/polkadot_export.hpp"

namespace yuma::cli {

namespace {

struct Options {
  KeyChoice choice;
  Scheme scheme = Scheme::kSr25519;
  bool phrase = false, seed = false, private_key = false, uri = false;
  std::string dev_uri, exported, keyfile;
  std::string from;
  int from_descriptor = -1;
  PasswordSource::Options old_password;
  Sealing sealing;
  bool json = false;
};

struct Kind {
  SecretForm form;
  const char* question;
};

Kind kind_of(const Options& o) {
  if (o.phrase) return Kind{SecretForm::kPhrase, "Secret phrase (not shown): "};
  if (o.seed) return Kind{SecretForm::kSeed, "Seed, 64 digits (not shown): "};
  if (o.private_key) return Kind{SecretForm::kPrivateKey, "Private key, digits (not shown): "};
  return Kind{SecretForm::kUri, "Secret URI (not shown): "};
}

absl::StatusOr<Secret> secret_text(const Options& o, const char* question) {
  if (o.from == "-") return read_secret_descriptor(0);
  if (!o.from.empty()) return read_secret_file(o.from);
  if (o.from_descriptor >= 0) return read_secret_descriptor(o.from_descriptor);
  auto answer = ask_on_terminal(question);
  if (answer.status().code() != absl::StatusCode::kFailedPrecondition) return answer;
  return absl::FailedPreconditionError(
      absl::StrCat(answer.status().message(), "; give the secret with --from FILE or --from-fd N"));
}

absl::StatusOr<KeyFile> from_export(const Options& o) {
  const std::string path = expand_home(o.exported);
  const auto stored = read_key_file(path);
  if (!stored.ok()) return stored.status();
  const auto password = PasswordSource(o.old_password).find(KeyRole::kHotkey, path);
  if (!password.ok()) return password.status();
  auto key = open_polkadot_export(stored->contents.text(), password->text());
  if (key.ok()) return key_file_of_key(*std::move(key));
  return absl::Status(key.status().code(), absl::StrCat(path, ": ", key.status().message()));
}

absl::StatusOr<KeyFile> from_key_file(const Options& o) {
  PasswordSource passwords(o.old_password);
  const std::string path = expand_home(o.keyfile);
  auto file = load_key_file(path, KeyRole::kHotkey, passwords, tell);
  if (!file.ok() || file->key) return file;
  return absl::InvalidArgumentError(absl::StrCat(path, ": has the public part of a key only"));
}

/// A key of development, which everybody has: its URI is no secret.
absl::StatusOr<KeyFile> from_dev_uri(const Options& o) {
  if (!o.dev_uri.starts_with('/')) {
    return absl::InvalidArgumentError(
        "--dev-uri: takes the path of a development key, as //Alice; a URI with a phrase or seed "
        "is a secret, which --uri asks for");
  }
  if (o.dev_uri.find("///") != std::string::npos) {
    return absl::InvalidArgumentError(
        "--dev-uri: has a password (after ///), which is a secret; --uri asks for such a URI");
  }
  return key_file_of_text(SecretForm::kUri, o.scheme, o.dev_uri);
}

absl::StatusOr<KeyFile> imported(const Options& o) {
  const int sources = int{o.phrase} + int{o.seed} + int{o.private_key} + int{o.uri} +
                      int{!o.exported.empty()} + int{!o.keyfile.empty()} + int{!o.dev_uri.empty()};
  if (sources != 1) {
    return absl::InvalidArgumentError(
        "one of --phrase, --seed, --private-key, --uri, --export, --keyfile and --dev-uri is "
        "needed, to say what is imported");
  }
  if (!o.exported.empty()) return from_export(o);
  if (!o.keyfile.empty()) return from_key_file(o);
  if (!o.dev_uri.empty()) return from_dev_uri(o);
  const Kind kind = kind_of(o);
  const auto text = secret_text(o, kind.question);
  if (!text.ok()) return text.status();
  return key_file_of_text(kind.form, o.scheme, text->text());
}

int run(const Options& o) {
  const auto place = place_of(o.choice);
  if (!place.ok()) return complain("key import", place.status());
  if (auto free = check_is_free(*place, o.sealing); !free.ok()) return complain("key import", free);
  const auto file = imported(o);
  if (!file.ok()) return complain("key import", file.status());
  if (auto status = write_key(*place, *file, o.sealing); !status.ok()) {
    return complain("key import", status);
  }
  return print_written_key(*place, *file, o.json);
}

void add_sources(CLI::App& command, Options& o) {
  constexpr const char* kGroup = "What is imported, one of";
  command.add_flag("--phrase", o.phrase, "a phrase of 12 to 24 words")->group(kGroup);
  command.add_flag("--seed", o.seed, "a seed of 32 bytes, as digits")->group(kGroup);
  command.add_flag("--private-key", o.private_key, "a private key, as digits")->group(kGroup);
  command.add_flag("--uri", o.uri, "a URI: phrase//hard/soft///password")->group(kGroup);
  command.add_option("--export", o.exported, "a JSON file of polkadot-js or a mobile wallet")
      ->type_name("FILE")
      ->check(not_empty())
      ->group(kGroup);
  command.add_option("--keyfile", o.keyfile, "a key file in any format, old ones too")
      ->type_name("FILE")
      ->check(not_empty())
      ->group(kGroup);
  command.add_option("--dev-uri", o.dev_uri, "a development key that all have, as //Alice")
      ->type_name("URI")
      ->group(kGroup);
}

void add_places_to_read(CLI::App& command, Options& o) {
  auto* from = command
                   .add_option("--from", o.from,
                               "read it from FILE, - for standard input,\n"
                               "instead of asking for it")
                   ->type_name("FILE")
                   ->check(not_empty());
  command.add_option("--from-fd", o.from_descriptor, "or from file descriptor N")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->excludes(from);
  auto* old = command
                  .add_option("--old-password-file", o.old_password.file,
                              "the password of --export or --keyfile")
                  ->type_name("FILE")
                  ->check(not_empty());
  o.old_password.how_to_give = "--old-password-file FILE or --old-password-fd N";
  command.add_option("--old-password-fd", o.old_password.descriptor, "or from descriptor N")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->excludes(old);
}

}  // namespace

void add_key_import(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("import", "put a key that exists already into a wallet");
  add_sources(*command, *o);
  add_places_to_read(*command, *o);
  add_scheme_option(*command, o->scheme);
  add_key_choice(*command, o->choice, WithFile::kNo);
  add_sealing_options(*command, o->sealing);
  command->add_flag("--json", o->json, "print the result as JSON");
  command->footer(
      "--scheme does not matter for --export and --keyfile, which know it.\n"
      "Exit status: 0 done, 1 it could not be read or written, 2 bad input.\n"
      "Example: key import --phrase --wallet mywallet --coldkey");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
