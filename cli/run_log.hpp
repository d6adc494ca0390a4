// SPDX-License-Identifier: MIT
#pragma once

// The log of a running program: spdlog to standard error, as text for people or as JSON, one object
// a line, for machines. Whoever logs with spdlog::info() and the like lands in the same place.

#include <string>

#include "yuma/subnet/log.hpp"

namespace yuma::cli {

enum class LogFormat : std::uint8_t { kText, kJson };

/// Once, before anything is logged. `level`: one of debug, info, warning, error.
void set_up_log(LogFormat format, const std::string& level);

/// Into that log. Text goes through printable(): peers may have had a hand in it.
subnet::LogSink log_sink();

}  // namespace yuma::cli
