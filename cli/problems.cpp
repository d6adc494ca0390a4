// SPDX-License-Identifier: MIT

#include "cli/problems.hpp"

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace yuma::cli {

void Problems::add(const std::string& where, std::string_view what) {
  lines_.push_back(absl::StrCat(where, ": ", std::string(what)));
}

void Problems::add(const std::string& where, const absl::Status& status) {
  add(where, std::string(status.message()));
}

int Problems::complain(std::string_view about) const {
  for (const std::string& line : lines_) cli::complain(about, absl::InvalidArgumentError(line));
  return kBadInput;
}

}  // namespace yuma::cli
