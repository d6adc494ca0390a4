// SPDX-License-Identifier: MIT

#include "yuma/identity/password.hpp"

#include <fcntl.h>
#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "descriptor.hpp"
#include "secret_io.hpp"
#include "secret_text.hpp"
#include "sodium.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma {

namespace {

constexpr std::size_t kMostSecretBytes = 4096;
constexpr const char* kTerminal = "the terminal";

/// A variable's value, which is overwritten where the system handed it to this process and kept
/// here: whoever asks next finds it still. A variable that was set anew meanwhile counts.
Secret take_from_environment(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, Secret> taken;
  const std::lock_guard lock(mutex);
  Secret& known = taken[name];
  if (char* value = std::getenv(name.c_str()); value != nullptr) {
    const std::size_t size = std::strlen(value);
    known = Secret::copy_of(std::string_view(value, size));
    sodium_memzero(value, size);
    ::unsetenv(name.c_str());
  }
  return Secret::copy_of(known.bytes());
}

absl::StatusOr<Secret> trimmed_secret(absl::StatusOr<Secret> contents) {
  if (!contents.ok()) return contents;
  Secret password = Secret::copy_of(trimmed(contents->text()));
  if (password.empty()) return absl::InvalidArgumentError("has nothing in it");
  return password;
}

absl::Status named(std::string_view name, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(absl::string_view(name.data(), name.size()), ": ",
                                                  status.message()));
}

absl::Status no_password(KeyRole role, const std::string& path, const std::string& how_to_give,
                         const absl::Status& why) {
  return absl::FailedPreconditionError(absl::StrCat(
      path, " needs a password, and ", why.message(), ". Give it ",
      how_to_give.empty() ? "" : absl::StrCat("with ", how_to_give, ", or "), "in the variable ",
      role == KeyRole::kColdkey ? "BT_WALLET_PASSWORD or " : "", password_variable(path)));
}

}  // namespace

std::string password_variable(std::string_view path) {
  std::string out = "BT_PW_";
  for (char c : path) {
    if (c == '/' || c == '.') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    out.push_back(c);
  }
  return out;
}

std::string password_variable_value(std::string_view variable, std::string_view password) {
  if (variable.empty()) die("a password variable without a name");
  Secret mixed = Secret::copy_of(password);
  for (std::size_t i = 0; i < mixed.size(); ++i) {
    mixed.bytes()[i] ^= static_cast<std::uint8_t>(variable[i % variable.size()]);
  }
  std::string out(sodium_base64_ENCODED_LEN(mixed.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), mixed.bytes().data(), mixed.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the zero that C texts end with
  return out;
}

std::optional<Secret> password_of_variable(std::string_view variable, std::string_view value) {
  if (variable.empty()) return std::nullopt;
  auto out = secret_from_base64(value, Base64::kUsual);
  for (std::size_t i = 0; out && i < out->size(); ++i) {
    out->bytes()[i] ^= static_cast<std::uint8_t>(variable[i % variable.size()]);
  }
  return out;
}

absl::StatusOr<Secret> read_secret_file(const std::string& path) {
  const Descriptor file(::open(expand_home(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be opened"));
  auto password = trimmed_secret(read_secret(file.get(), kMostSecretBytes));
  return password.ok() ? std::move(password) : named(path, password.status());
}

absl::StatusOr<Secret> read_secret_descriptor(int descriptor) {
  auto password = trimmed_secret(read_secret(descriptor, kMostSecretBytes));
  if (password.ok()) return password;
  return named(absl::StrCat("file descriptor ", descriptor), password.status());
}

absl::StatusOr<std::optional<Secret>> PasswordSource::given() {
  if (!given_) {
    absl::StatusOr<Secret> password;
    if (options_.descriptor >= 0) {
      password = read_secret_descriptor(options_.descriptor);
      origin_ = absl::StrCat("file descriptor ", options_.descriptor);
    } else if (!options_.file.empty()) {
      password = read_secret_file(options_.file);
      origin_ = options_.file;
    } else {
      return std::nullopt;
    }
    if (!password.ok()) return password.status();
    given_ = *std::move(password);
  }
  return Secret::copy_of(given_->bytes());
}

absl::StatusOr<std::optional<Secret>> PasswordSource::without_asking(KeyRole role,
                                                                     const std::string& path) {
  auto password = given();
  if (!password.ok() || *password) return password;
  if (role == KeyRole::kColdkey) {
    origin_ = "BT_WALLET_PASSWORD";
    Secret value = take_from_environment(origin_);
    if (!value.empty()) return value;
  }
  const std::string name = origin_ = password_variable(path);
  password = password_of_variable(name, take_from_environment(name).text());
  if (!*password) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is no base64 of a password"));
  }
  if (!(*password)->empty()) return password;
  const char* file = std::getenv("BT_WALLET_PASSWORD_FILE");
  if (role == KeyRole::kHotkey || file == nullptr || *file == '\0') return std::nullopt;
  origin_ = "BT_WALLET_PASSWORD_FILE";
  auto from_file = read_secret_file(file);
  if (!from_file.ok()) return named(origin_, from_file.status());
  return *std::move(from_file);
}

absl::StatusOr<Secret> PasswordSource::find_or_ask(KeyRole role, const std::string& path,
                                                   const char* question) {
  auto password = without_asking(role, path);
  if (!password.ok()) return password.status();
  if (*password) return **std::move(password);
  if (!options_.may_ask) {
    return no_password(role, path, options_.how_to_give,
                       absl::FailedPreconditionError("none was given"));
  }
  origin_ = kTerminal;
  auto answer = ask_on_terminal(absl::StrCat(question, path, ": "));
  if (answer.status().code() == absl::StatusCode::kFailedPrecondition) {
    return no_password(role, path, options_.how_to_give, answer.status());
  }
  return answer;
}

absl::StatusOr<Secret> PasswordSource::find(KeyRole role, const std::string& path) {
  return find_or_ask(role, path, "Password of ");
}

absl::StatusOr<Secret> PasswordSource::choose(KeyRole role, const std::string& path) {
  auto first = find_or_ask(role, path, "New password for ");
  if (!first.ok() || origin_ != kTerminal) return first;
  const auto again = ask_on_terminal("The same again: ");
  if (!again.ok()) return again.status();
  if (!equal_in_constant_time(first->bytes(), again->bytes())) {
    return absl::CancelledError("the two passwords differ; nothing was written");
  }
  return first;
}

}  // namespace yuma
