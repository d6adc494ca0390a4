// SPDX-License-Identifier: MIT
#pragma once

// The terminal that a person sits at, whatever standard output and error go to.

#include <cstddef>
#include <string>
#include <string_view>

namespace yuma::cli {

/// Characters in a line of standard output: 80 where it is no terminal.
std::size_t columns();

/// Writes to the terminal itself, past any redirection into a log. False where there is none.
bool show_on_terminal(std::string_view text);

/// Asks, and whether the answer is "yes" in full. False where there is no terminal.
bool confirmed_on_terminal(const std::string& question);

}  // namespace yuma::cli
