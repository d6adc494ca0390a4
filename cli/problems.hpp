// SPDX-License-Identifier: MIT
#pragma once

// All that is wrong with an input, so that a person can mend it in one go.

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace yuma::cli {

class Problems {
 public:
  /// `where`: what is wrong: a flag, or file, line, column and field.
  void add(const std::string& where, std::string_view what);
  /// The message of a status that is not OK.
  void add(const std::string& where, const absl::Status& status);

  bool empty() const { return lines_.empty(); }
  const std::vector<std::string>& lines() const { return lines_; }

  /// Says each on standard error, as complain() does. Gives kBadInput.
  int complain(std::string_view about) const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace yuma::cli
