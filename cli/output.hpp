// SPDX-License-Identifier: MIT
#pragma once

// What commands print: results to standard output, everything said to a person to standard error.

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace yuma::cli {

/// Writes a result to standard output. The exit status: kFailed, after a word on standard error,
/// where that fails; a full disk must not pass for a result.
int print_result(std::string_view text);

/// "yuma-miner: ABOUT: what is wrong" on standard error; ABOUT may be empty. Gives kFailed or,
/// where the caller's input is at fault, kBadInput.
int complain(std::string_view about, const absl::Status& status);

/// A line on standard error, made printable().
void note(std::string_view text);

/// Text of strangers, such as a file's name, with everything a terminal may obey as "?": control
/// characters, those beyond ASCII too, and bytes that are no UTF-8.
std::string printable(std::string_view text);

}  // namespace yuma::cli
