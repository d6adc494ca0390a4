// SPDX-License-Identifier: MIT

#include "yuma/identity/wallet.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

namespace fs = std::filesystem;

std::string home() {
  if (const char* variable = std::getenv("HOME"); variable != nullptr && *variable != '\0') {
    return variable;
  }
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "" : user->pw_dir;
}

bool listed_as_hotkey(std::string_view name) {
  return !name.ends_with(".lock") && !name.ends_with("pub.txt");
}

absl::Status check_name(absl::string_view what, std::string_view name) {
  const auto wrong = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("the name of a ", what, " ", why));
  };
  constexpr std::size_t kMostBytes = 200;  // file systems take 255, pub.txt included
  if (name.empty()) return wrong("is empty");
  if (name.size() > kMostBytes) return wrong("has more than 200 bytes");
  if (name == "." || name == "..") return wrong("must be a file name");
  for (const char c : name) {
    if (c == '/') return wrong("must have no slash");
    if (static_cast<unsigned char>(c) < ' ') return wrong("must have no control characters");
  }
  return absl::OkStatus();
}

absl::Status check_names(const WalletName& name) {
  if (auto status = check_name("wallet", name.wallet); !status.ok()) return status;
  if (auto status = check_name("hotkey", name.hotkey); !status.ok()) return status;
  if (listed_as_hotkey(name.hotkey)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the name of a hotkey must not end in .lock or pub.txt: it would not be listed");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the digits that a text begins with, or all else up to the next digit.
std::string_view take_run(std::string_view& text, bool digits) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size]) == digits) ++size;
  const std::string_view run = text.substr(0, size);
  text.remove_prefix(size);
  return run;
}

/// Less than, equal to or more than 0, as a comes before, with or after b.
int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int compare_texts(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto before = [&](char x, char y) {
    return static_cast<unsigned char>(lower(x)) < static_cast<unsigned char>(lower(y));
  };
  if (std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), before)) return -1;
  return std::lexicographical_compare(b.begin(), b.end(), a.begin(), a.end(), before) ? 1 : 0;
}

/// hk9 before hk10, HK1 before both; what is equal but for case in the order of its bytes.
bool listed_before(std::string_view a, std::string_view b) {
  const std::string_view all_a = a, all_b = b;
  for (bool digits = false; !a.empty() || !b.empty(); digits = !digits) {
    const auto run_a = take_run(a, digits), run_b = take_run(b, digits);
    const int order = digits ? compare_numbers(run_a, run_b) : compare_texts(run_a, run_b);
    if (order != 0) return order < 0;
  }
  return all_a < all_b;
}

/// The names in a folder whose entries `is` likes; none where there is no such folder, or no folder
/// of that name.
template <class Is>
absl::StatusOr<std::vector<std::string>> names_in(const fs::path& folder, Is is) {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator walk(folder, error);
  for (const fs::directory_iterator end; !error && walk != end; walk.increment(error)) {
    std::error_code gone;  // a name that vanishes meanwhile is nothing
    if (is(*walk, gone)) out.push_back(walk->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    return absl::ErrnoToStatus(error.value(), absl::StrCat(folder.string(), ": cannot be listed"));
  }
  std::sort(out.begin(), out.end(), listed_before);
  return out;
}

}  // namespace

std::string default_wallets_folder() { return expand_home("~/.bittensor/wallets"); }

std::string expand_home(std::string_view path) {
  if (path != "~" && !path.starts_with("~/")) return std::string(path);
  return absl::StrCat(home(), std::string(path.substr(1)));
}

absl::StatusOr<WalletName> parse_wallet_name(std::string_view text) {
  WalletName name;
  const std::size_t slash = text.find('/');
  name.wallet = text.substr(0, slash);
  if (slash != std::string_view::npos) name.hotkey = text.substr(slash + 1);
  if (auto status = check_names(name); !status.ok()) return status;
  return name;
}

absl::StatusOr<WalletPaths> wallet_paths(std::string_view wallets_folder, const WalletName& name) {
  if (auto status = check_names(name); !status.ok()) return status;
  std::string root = expand_home(wallets_folder);
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  WalletPaths out;
  out.folder = absl::StrCat(root == "/" ? "" : root, "/", name.wallet);
  out.coldkey = absl::StrCat(out.folder, "/coldkey");
  out.coldkeypub = absl::StrCat(out.folder, "/coldkeypub.txt");
  out.hotkeys = absl::StrCat(out.folder, "/hotkeys");
  out.hotkey = absl::StrCat(out.hotkeys, "/", name.hotkey);
  out.hotkeypub = absl::StrCat(out.hotkey, "pub.txt");
  return out;
}

absl::StatusOr<std::vector<ListedWallet>> list_wallets(const std::string& wallets_folder) {
  const fs::path root = expand_home(wallets_folder);
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return absl::NotFoundError(absl::StrCat(root.string(), ": there is no such folder"));
  }
  const auto wallets = names_in(root, [](const fs::directory_entry& entry, std::error_code& gone) {
    return entry.is_directory(gone);
  });
  if (!wallets.ok()) return wallets.status();
  std::vector<ListedWallet> out;
  for (const std::string& name : *wallets) {
    auto hotkeys = names_in(
        root / name / "hotkeys", [](const fs::directory_entry& entry, std::error_code& gone) {
          return entry.is_regular_file(gone) && listed_as_hotkey(entry.path().filename().native());
        });
    if (hotkeys.ok()) {
      out.push_back({name, *std::move(hotkeys), ""});
    } else {
      out.push_back({name, {}, std::string(hotkeys.status().message())});
    }
  }
  return out;
}

}  // namespace yuma
