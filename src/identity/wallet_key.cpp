// SPDX-License-Identifier: MIT

#include <sys/stat.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "yuma/identity/wallet.hpp"

namespace yuma {

absl::StatusOr<KeyFile> load_key_file(const std::string& path, KeyRole role,
                                      PasswordSource& passwords,
                                      const std::function<void(const std::string&)>& tell) {
  const auto stored = read_key_file(path);
  if (!stored.ok()) return stored.status();
  const KeyFileFormat format = key_file_format(stored->contents.bytes());
  const auto about = [&](const absl::Status& status) {
    return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
  };
  absl::StatusOr<Secret> password{Secret()};
  if (is_sealed(format) && format != KeyFileFormat::kPolkadotExport) {
    password = passwords.find(role, path);
    if (!password.ok()) return password.status();
    if (const int seconds = seconds_to_open(format); seconds > 0) {
      tell(absl::StrCat("opening ", path, " takes about ", seconds, " s"));
    }
  }
  auto file = open_key_file(stored->contents.bytes(), password->text());
  if (file.status().code() == absl::StatusCode::kUnauthenticated) {
    return absl::UnauthenticatedError(absl::StrCat(path, ": the password from ", passwords.origin(),
                                                   " does not open it, or the file is damaged"));
  }
  if (!file.ok()) return about(file.status());
  constexpr unsigned kReadableByOthers = 044, kWritableByOthers = 022;
  if (file->key && (stored->mode & (kReadableByOthers | kWritableByOthers)) != 0) {
    const bool read = (stored->mode & kReadableByOthers) != 0;
    tell(absl::StrCat(path, " can be ", read ? "read" : "written",
                      " by other users; `chmod 600` it"));
  }
  return file;
}

absl::Status store_key_file(const std::string& path, const std::string& public_path,
                            const KeyFile& file, std::string_view password, IfThere if_there) {
  if (!file.key) return absl::InvalidArgumentError("store_key_file: there is no secret key in it");
  for (const std::string& name : {path, public_path}) {
    struct stat there {};
    if (if_there == IfThere::kRefuse && ::lstat(name.c_str(), &there) == 0) {
      return absl::AlreadyExistsError(absl::StrCat(name, ": there is such a file already"));
    }
  }
  const auto json = key_file_json(file);
  if (!json.ok()) return json.status();
  absl::Status written;
  if (password.empty()) {
    written = write_key_file(path, json->bytes(), if_there);
  } else {
    const auto sealed = seal_key_file(json->bytes(), password);
    if (!sealed.ok()) return sealed.status();
    written = write_key_file(path, *sealed, if_there);
  }
  if (!written.ok()) return written;
  return write_key_file(public_path, bytes_of(public_key_file_json(file.public_key)), if_there);
}

}  // namespace yuma
