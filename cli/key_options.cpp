// SPDX-License-Identifier: MIT

#include "cli/key_options.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "cli/output.hpp"

namespace yuma::cli {

namespace {

std::string variable_or(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::move(otherwise) : value;
}

absl::StatusOr<Bytes> read_message(std::istream& in, const std::string& name) {
  constexpr std::size_t kMost = 64U << 20U;
  Bytes out;
  char block[1 << 16];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    if (out.size() + static_cast<std::size_t>(in.gcount()) > kMost) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": has more than 64 MiB"));
    }
    out.insert(out.end(), block, block + in.gcount());
  }
  if (in.bad()) return absl::UnavailableError(absl::StrCat(name, ": cannot be read"));
  return out;
}

}  // namespace

CLI::Validator not_empty() {
  return CLI::Validator([](std::string& text) { return std::string(text.empty() ? kEmpty : ""); },
                        "");
}

CLI::Option* add_wallets_folder(CLI::App& command, std::string& path) {
  return command
      .add_option("--path,--wallets", path,
                  "folder of the wallets\n(BT_WALLET_PATH, ~/.bittensor/wallets)")
      ->type_name("FOLDER")
      ->check(not_empty());
}

void add_key_choice(CLI::App& command, KeyChoice& choice, WithFile with_file) {
  auto* wallet =
      command.add_option("--wallet", choice.wallet, "wallet and hotkey")->type_name("COLD/HOT");
  auto* name = command.add_option("--name", choice.name, "the wallet (BT_WALLET_NAME, default)")
                   ->type_name("NAME");
  auto* hotkey =
      command.add_option("--hotkey", choice.hotkey, "its hotkey (BT_WALLET_HOTKEY, default)")
          ->type_name("NAME");
  auto* path = add_wallets_folder(command, choice.path);
  auto* coldkey = command.add_flag("--coldkey", choice.coldkey, "the coldkey, not the hotkey");
  for (auto* option : {wallet, name, hotkey}) option->check(not_empty());
  wallet->excludes(name)->excludes(hotkey);
  if (with_file == WithFile::kNo) return;
  auto* file = command.add_option("--file", choice.file, "a key file that is in no wallet")
                   ->type_name("FILE")
                   ->check(not_empty());
  for (auto* option : {wallet, name, hotkey, path, coldkey}) file->excludes(option);
}

std::string wallets_folder_of(const std::string& path) {
  return path.empty() ? variable_or("BT_WALLET_PATH", default_wallets_folder()) : path;
}

absl::StatusOr<KeyPlace> place_of(const KeyChoice& choice) {
  if (!choice.file.empty()) {
    const std::string file = expand_home(choice.file);
    return KeyPlace{KeyRole::kHotkey, file, file};
  }
  WalletName name{variable_or("BT_WALLET_NAME", "default"),
                  variable_or("BT_WALLET_HOTKEY", "default")};
  if (!choice.wallet.empty()) {
    auto parsed = parse_wallet_name(choice.wallet);
    if (!parsed.ok()) return parsed.status();
    const bool hotkey_too = choice.wallet.find('/') != std::string::npos;
    name.wallet = parsed->wallet;
    if (hotkey_too) name.hotkey = parsed->hotkey;
  }
  if (!choice.name.empty()) name.wallet = choice.name;
  if (!choice.hotkey.empty()) name.hotkey = choice.hotkey;
  const auto paths = wallet_paths(wallets_folder_of(choice.path), name);
  if (!paths.ok()) return paths.status();
  if (choice.coldkey) return KeyPlace{KeyRole::kColdkey, paths->coldkey, paths->coldkeypub};
  return KeyPlace{KeyRole::kHotkey, paths->hotkey, paths->hotkeypub};
}

void add_password_options(CLI::App& command, PasswordSource::Options& options) {
  auto* file = command.add_option("--password-file", options.file, "read the password from FILE")
                   ->type_name("FILE")
                   ->check(not_empty());
  options.how_to_give = "--password-file FILE or --password-fd N";
  command.add_option("--password-fd", options.descriptor, "read it from file descriptor N")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->excludes(file);
}

void add_scheme_option(CLI::App& command, Scheme& scheme) {
  const std::map<std::string, Scheme> names = {{"sr25519", Scheme::kSr25519},
                                               {"ed25519", Scheme::kEd25519}};
  command
      .add_option_function<std::string>(
          "--scheme", [&scheme, names](const std::string& name) { scheme = names.at(name); },
          "sr25519 (default) or ed25519")
      ->check(CLI::IsMember({"sr25519", "ed25519"}))
      ->type_name("SCHEME");
}

void add_sealing_options(CLI::App& command, Sealing& sealing) {
  auto* plain = command.add_flag("--plain", sealing.plain, "no password (default for hotkeys)");
  command.add_flag("--encrypt", sealing.encrypt, "seal with a password (default for coldkeys)")
      ->excludes(plain);
  command.add_flag("--overwrite", sealing.overwrite, "replace the key that is there");
  add_password_options(command, sealing.password);
  for (const char* option : {"--password-file", "--password-fd"}) {
    command.get_option(option)->excludes(plain);
  }
}

absl::Status check_is_free(const KeyPlace& place, const Sealing& sealing) {
  for (const std::string& path : {place.path, place.public_path}) {
    std::error_code error;
    const auto there = std::filesystem::symlink_status(path, error);
    if (!sealing.overwrite && std::filesystem::exists(there)) {
      return absl::AlreadyExistsError(absl::StrCat(
          path, ": there is such a file already. --overwrite replaces the key for good"));
    }
  }
  return absl::OkStatus();
}

absl::Status write_key(const KeyPlace& place, const KeyFile& file, const Sealing& sealing) {
  // Who gives a password wants the key sealed, whatever key it is.
  const bool given = !sealing.password.file.empty() || sealing.password.descriptor >= 0;
  const bool seal = sealing.encrypt || given || (place.role == KeyRole::kColdkey && !sealing.plain);
  Secret password;
  if (seal) {
    auto chosen = PasswordSource(sealing.password).choose(place.role, place.path);
    if (!chosen.ok()) return chosen.status();
    password = *std::move(chosen);
    tell(absl::StrCat("sealing takes about ", seconds_to_open(KeyFileFormat::kNacl), " s"));
  }
  return store_key_file(place.path, place.public_path, file, password.text(),
                        sealing.overwrite ? IfThere::kReplace : IfThere::kRefuse);
}

void add_message_options(CLI::App& command, MessageChoice& choice) {
  choice.text_option =
      command.add_option("--message", choice.text, "the message as text")->type_name("TEXT");
  choice.hex_option = command.add_option("--hex", choice.hex, "or as digits, 0x allowed")
                          ->type_name("DIGITS")
                          ->excludes(choice.text_option);
  choice.file_option =
      command.add_option("--message-file", choice.file, "or in a file; - for standard input")
          ->type_name("FILE")
          ->excludes(choice.text_option)
          ->excludes(choice.hex_option);
}

absl::StatusOr<Bytes> message_of(const MessageChoice& choice) {
  if (choice.text_option->count() > 0) return Bytes(choice.text.begin(), choice.text.end());
  if (choice.hex_option->count() > 0) {
    const bool prefixed = choice.hex.starts_with("0x");
    auto bytes = from_hex(std::string_view(choice.hex).substr(prefixed ? 2 : 0));
    if (bytes) return *std::move(bytes);
    return absl::InvalidArgumentError("--hex: is not an even number of hexadecimal digits");
  }
  if (choice.file_option->count() == 0) {
    return absl::InvalidArgumentError(
        "no message: give it with --message TEXT, --hex DIGITS or --message-file FILE");
  }
  if (choice.file == "-") return read_message(std::cin, "standard input");
  std::ifstream file(choice.file, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(choice.file, ": cannot be opened"));
  return read_message(file, choice.file);
}

void tell(const std::string& text) { note(absl::StrCat("note: ", text)); }

}  // namespace yuma::cli
