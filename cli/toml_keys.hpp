// SPDX-License-Identifier: MIT
#pragma once

// What a TOML file is looked at for before the library reads it.

#include <cstddef>
#include <optional>
#include <string_view>

namespace yuma::cli {

/// The line of the first key with more parts than any of ours, "a.b.c": the library goes down into
/// each of them, however many there are, until there is no stack left.
std::optional<std::size_t> line_of_deep_key(std::string_view text);
inline constexpr const char* kDeepKey = "a key of too many parts";

}  // namespace yuma::cli
