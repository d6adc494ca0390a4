// SPDX-License-Identifier: MIT
#pragma once

// What the parts of a running miner or validator tell people. They do not know where it goes:
// yuma/program hands it to spdlog as text or JSON, tests keep it in a list.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yuma::subnet {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// One thing that happened.
struct LogEntry {
  LogLevel level = LogLevel::kInfo;
  std::string_view event;  ///< a short name that does not change, for programs: "round_ended"
  std::string text;        ///< a line for people; where something is wrong, with what to do
  /// Further values by name, which the text need not repeat.
  std::vector<std::pair<std::string_view, std::string>> fields;
};

/// Called on the network thread; must not block for long.
using LogSink = std::function<void(const LogEntry&)>;

}  // namespace yuma::subnet
