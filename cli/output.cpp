// SPDX-License-Identifier: MIT

#include "cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"

namespace yuma::cli {

int print_result(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return kDone;
  return complain("standard output", absl::UnavailableError(absl::StrCat("cannot be written: ",
                                                                         std::strerror(errno))));
}

int complain(std::string_view about, const absl::Status& status) {
  std::string text = absl::StrCat(program_invocation_short_name, ": ");
  if (!about.empty()) absl::StrAppend(&text, absl::string_view(about.data(), about.size()), ": ");
  note(absl::StrCat(text, status.message()));
  const bool bad_input = status.code() == absl::StatusCode::kInvalidArgument ||
                         status.code() == absl::StatusCode::kOutOfRange;
  return bad_input ? kBadInput : kFailed;
}

void note(std::string_view text) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return out;
}

}  // namespace yuma::cli
