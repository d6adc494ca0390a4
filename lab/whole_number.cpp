// SPDX-License-Identifier: MIT

#include "absl/strings/numbers.h"
#include "lab/commands.hpp"

namespace yuma::lab {

CLI::Validator whole_number() {
  const auto check = [](std::string& text) -> std::string {
    std::uint64_t number = 0;
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    const bool plain = digits && (text.size() == 1 || !text.starts_with('0'));
    if (plain && absl::SimpleAtoi(text, &number)) return "";
    return "'" + text + "' is no whole number such as 5";
  };
  return CLI::Validator(check, "");
}

}  // namespace yuma::lab
