// SPDX-License-Identifier: MIT

#include "cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"

namespace yuma::cli {

namespace {

/// Bytes of the UTF-8 character that a text begins with; 0 where it is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  // Longer than need be, half of a UTF-16 pair, or past the last character.
  const unsigned second = byte(1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return size;
}

}  // namespace

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

void note(std::string_view text) { std::fprintf(stderr, "%s\n", printable(text).c_str()); }

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const auto first = static_cast<unsigned char>(text[0]);
    const bool c1 = size == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
    if (size == 0 || c1 || first < 0x20 || first == 0x7f) {
      out += '?';
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace yuma::cli
