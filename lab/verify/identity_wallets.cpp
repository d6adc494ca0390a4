// SPDX-License-Identifier: MIT

// Recorded wallet folders: the modes of files that were written in some order, what of a folder is
// listed, and the variables that passwords are in. Folders are made anew in a place of their own.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>

#include "absl/strings/str_format.h"
#include "lab/verify/identity.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::lab {

namespace {

namespace fs = std::filesystem;

/// A new folder, removed with all that is in it.
class Scratch {
 public:
  Scratch() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "yuma-verify-XXXXXX").string();
    if (!error && mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (ok()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  bool ok() const { return !path_.empty(); }
  fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

/// The process has one umask: cases that change it take turns.
class Umask {
 public:
  explicit Umask(mode_t mask) : lock_(turn()), before_(umask(mask)) {}
  ~Umask() { umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  static std::mutex& turn() {
    static std::mutex mutex;
    return mutex;
  }

  std::lock_guard<std::mutex> lock_;
  mode_t before_;
};

/// Whether a recorded path stays inside the folder that it is put in.
bool stays_inside(const fs::path& path) {
  return !path.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& p) { return p == ".."; });
}

/// "wallets/w/hotkeys/h": where the wallets are, and the names of one and its hotkey.
struct Layout {
  std::string wallets;
  WalletName name;
};

std::optional<Layout> layout_of(const Json& modes) {
  for (const auto& item : modes.items()) {
    const fs::path path = item.key();
    const std::vector<fs::path> parts(path.begin(), path.end());
    const bool hotkey = parts.size() == 4 && parts[2] == "hotkeys" &&
                        !item.key().ends_with("pub.txt") && stays_inside(path);
    if (hotkey) return Layout{parts[0].string(), {parts[1].string(), parts[3].string()}};
  }
  return std::nullopt;
}

absl::Status write_wallet(const WalletPaths& paths, bool hotkey_first) {
  const std::string empty = "{}";
  std::vector<std::string> order = {paths.coldkey, paths.coldkeypub, paths.hotkey, paths.hotkeypub};
  if (hotkey_first) std::rotate(order.begin(), order.begin() + 2, order.end());
  for (const std::string& file : order) {
    if (auto s = write_key_file(file, bytes_of(empty), IfThere::kRefuse); !s.ok()) return s;
  }
  return absl::OkStatus();
}

std::string octal_mode(const fs::path& path) {
  struct stat info {};
  constexpr mode_t kPermissions = 07777;
  if (stat(path.c_str(), &info) != 0) return "nothing";
  return absl::StrFormat("%04o", info.st_mode & kPermissions);
}

}  // namespace

void verify_wallet_modes(Case& c) {
  const std::string order = c.text("order"), mask = c.text("umask");
  const Json& recorded = c.field("modes");
  const auto layout = recorded.is_object() ? layout_of(recorded) : std::nullopt;
  if (!layout) c.fail("modes", "name no hotkey");
  const bool octal =
      !mask.empty() && mask.size() <= 4 && mask.find_first_not_of("01234567") == std::string::npos;
  if (!octal) c.fail("umask", "not an octal number");
  const bool hotkey_first = order == "hotkey first";
  if (!hotkey_first && order != "coldkey first") c.fail("order", "not a known order");
  if (!c.ok()) return;
  if (c.run().effort == Effort::kCheap) return c.leave_out();
  const Scratch scratch;
  if (!scratch.ok()) return c.fail("", "no folder to write to");
  const auto paths = wallet_paths((scratch / layout->wallets).string(), layout->name);
  if (!paths.ok()) return c.expect_refused("modes", paths.status());
  {
    constexpr int kOctal = 8;
    const Umask umask(static_cast<mode_t>(std::stoul(mask, nullptr, kOctal) & 0777));
    const auto written = write_wallet(*paths, hotkey_first);
    if (!written.ok()) return c.expect_refused("modes", written);
  }
  Json modes = Json::object();
  for (const auto& item : recorded.items()) {
    if (stays_inside(item.key())) modes[item.key()] = octal_mode(scratch / item.key());
  }
  c.expect("modes", modes);
}

void verify_wallet_listing(Case& c) {
  if (c.run().effort == Effort::kCheap) return c.leave_out();
  const Scratch scratch;
  if (!scratch.ok()) return c.fail("", "no folder to write to");
  Case present = c.part("present");
  for (std::size_t i = 0; i < present.size() && c.ok(); ++i) {
    const std::string name = present.element(i).text("");
    if (!stays_inside(name)) return c.fail("present", "a path that leads elsewhere");
    const fs::path path = scratch / name;
    std::error_code error;
    fs::create_directories(name.ends_with('/') ? path : path.parent_path(), error);
    if (!error && !name.ends_with('/')) std::ofstream(path) << "";
  }
  if (!c.ok()) return;
  const auto wallets = list_wallets((scratch / "").string());
  if (!wallets.ok()) return c.expect_refused("sdk", wallets.status());
  Json listed = Json::array();
  for (const ListedWallet& w : *wallets) listed.push_back(Json::array({w.name, w.hotkeys}));
  c.expect("sdk", listed);
}

/// {path, variable, password, value} or, without a path, {name, password, value_base64}.
void verify_password_variable(Case& c) {
  const bool named = c.has("name");
  const std::string variable = c.text(named ? "name" : "variable"), password = c.text("password");
  const char* field = named ? "value_base64" : "value";
  const std::string value = c.text(field);
  if (variable.empty()) c.fail(named ? "name" : "variable", "is empty");
  if (!c.ok()) return;
  if (!named) c.expect("variable", password_variable(c.text("path")));
  c.expect(field, password_variable_value(variable, password));
  const auto read = password_of_variable(variable, value);
  c.expect("password", read ? Json(std::string(read->text())) : Json(nullptr));
}

}  // namespace yuma::lab
