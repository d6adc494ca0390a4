// SPDX-License-Identifier: MIT

// key list: the wallets of a folder and what is in them.

#include <algorithm>
#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_info.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"

namespace yuma::cli {

namespace {

struct Options {
  std::string path;
  bool json = false;
};

struct NamedKey {
  std::string name;
  KeyInfo info;
};

struct Wallet {
  std::string name, folder;
  std::optional<KeyInfo> coldkey;
  std::vector<NamedKey> hotkeys;
  std::vector<std::string> warnings;
};

Wallet read_wallet(const std::string& root, const ListedWallet& listed) {
  Wallet out;
  out.name = listed.name;
  out.folder = absl::StrCat(root, "/", listed.name);
  auto coldkey = key_info(
      {KeyRole::kColdkey, absl::StrCat(out.folder, "/coldkey"), out.folder + "/coldkeypub.txt"});
  if (coldkey.ok()) out.coldkey = *std::move(coldkey);
  for (const std::string& name : listed.hotkeys) {
    const std::string path = absl::StrCat(out.folder, "/hotkeys/", name);
    auto info = key_info({KeyRole::kHotkey, path, path + "pub.txt"});
    if (info.ok()) out.hotkeys.push_back({name, *std::move(info)});
  }
  if (!listed.warning.empty()) out.warnings.push_back(listed.warning);
  for (const char* left_over : {"coldkey.tmp", "coldkeypub.txt.tmp", ".yuma-new.lock"}) {
    const std::string path = absl::StrCat(out.folder, "/", left_over);
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
      out.warnings.push_back(absl::StrCat(path, " was left by an interrupted write"));
    }
  }
  return out;
}

/// The columns of a table, as wide as what is in them.
struct Widths {
  std::size_t name = 4, format = 6, line = 80;
};

constexpr std::size_t kAddress = 48, kScheme = 7;

std::string row(const std::string& name, const KeyInfo& info, const Widths& widths) {
  const auto& key = info.public_key;
  // What is right of the name needs its room: a long name has a line of its own.
  std::string out = absl::StrCat(" ", printable(name));
  if (out.size() > widths.name + 1) absl::StrAppend(&out, "\n");
  const std::size_t in_line = out.ends_with('\n') ? 0 : out.size();
  out.append(widths.name + 1 - in_line, ' ');
  absl::StrAppend(&out, " ", padded(key ? key->address() : unknown_address(info), kAddress), " ",
                  padded(key ? std::string(scheme_name(key->scheme)) : "", kScheme), " ",
                  padded(info.format, widths.format), " ", info.mode, "\n");
  for (const std::string& warning : info.warnings) {
    absl::StrAppend(&out, wrapped(absl::StrCat("! ", printable(warning)), 3, widths.line));
  }
  return out;
}

Widths widths_of(const std::vector<Wallet>& wallets) {
  Widths out;
  out.line = columns();
  for (const Wallet& wallet : wallets) {
    if (wallet.coldkey) {
      out.name = std::max<std::size_t>(out.name, 7);
      out.format = std::max(out.format, wallet.coldkey->format.size());
    }
    for (const NamedKey& hotkey : wallet.hotkeys) {
      out.name = std::max(out.name, hotkey.name.size());
      out.format = std::max(out.format, hotkey.info.format.size());
    }
  }
  const std::size_t others = 1 + 1 + kAddress + 1 + kScheme + 1 + out.format + 1 + 4;
  const std::size_t room = out.line > others ? out.line - others : 0;
  out.name = std::clamp<std::size_t>(room, 4, out.name);
  return out;
}

std::string text_of(const std::string& root, const std::vector<Wallet>& wallets) {
  if (wallets.empty()) {
    return absl::StrCat("no wallets in ", printable(root), "; `key new` makes one\n");
  }
  const Widths widths = widths_of(wallets);
  std::string out = absl::StrCat("wallets in ", printable(root), "\n");
  for (const Wallet& wallet : wallets) {
    absl::StrAppend(&out, "\n", printable(wallet.name), "\n");
    if (wallet.coldkey) out += row("coldkey", *wallet.coldkey, widths);
    for (const NamedKey& hotkey : wallet.hotkeys) out += row(hotkey.name, hotkey.info, widths);
    if (!wallet.coldkey && wallet.hotkeys.empty()) out += " no keys\n";
    for (const std::string& warning : wallet.warnings) {
      out += wrapped(absl::StrCat("! ", printable(warning)), 1, widths.line);
    }
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<Wallet>& wallets) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Wallet& wallet : wallets) {
    nlohmann::ordered_json one;
    one["wallet"] = wallet.name;
    one["folder"] = wallet.folder;
    one["coldkey"] = nullptr;
    if (wallet.coldkey) one["coldkey"] = cli::json_of(*wallet.coldkey);
    one["hotkeys"] = nlohmann::ordered_json::array();
    for (const NamedKey& hotkey : wallet.hotkeys) {
      nlohmann::ordered_json key;
      key["hotkey"] = hotkey.name;
      key.update(cli::json_of(hotkey.info));
      one["hotkeys"].push_back(std::move(key));
    }
    one["warnings"] = wallet.warnings;
    out.push_back(std::move(one));
  }
  return out;
}

int run(const Options& options) {
  const std::string root = expand_home(wallets_folder_of(options.path));
  const auto listed = list_wallets(root);
  // Who has never made a wallet has none, which is no mistake; a folder that was named is one.
  const bool none_yet =
      options.path.empty() && listed.status().code() == absl::StatusCode::kNotFound;
  if (!listed.ok() && !none_yet) return complain("key list", listed.status());
  std::vector<Wallet> wallets;
  if (listed.ok()) {
    for (const ListedWallet& wallet : *listed) wallets.push_back(read_wallet(root, wallet));
  }
  return print_result(options.json ? printed(json_of(wallets)) : text_of(root, wallets));
}

}  // namespace

void add_key_list(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("list", "the wallets of this machine and their keys");
  add_wallets_folder(*command, o->path);
  command->add_flag("--json", o->json, "print the result as JSON");
  command->footer(
      "Lists what the official SDK lists, in its order, and needs no password: the\n"
      "address of a sealed key is that of the public part beside it. Lines with ! warn.\n"
      "Formats: plain; NaCl, vault (Ansible), fernet: sealed; public: without a secret.");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
