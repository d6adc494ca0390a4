// SPDX-License-Identifier: MIT

#include "cli/run_log.hpp"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/output.hpp"
#include "nlohmann/json.hpp"

namespace yuma::cli {

namespace {

// Entries of ours go to a logger of this name, whose messages are the fields of an object already.
constexpr const char* kEvents = "yuma";
LogFormat chosen_format = LogFormat::kText;

std::string_view level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return "debug";
    case spdlog::level::info:
      return "info";
    case spdlog::level::warn:
      return "warning";
    default:
      return "error";
  }
}

/// {"time": ..., "level": ..., "event": ..., "text": ..., fields}
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const absl::Time time = absl::FromChrono(message.time);
    nlohmann::ordered_json line = {
        {"time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone())},
        {"level", level_name(message.level)}};
    const std::string_view payload(message.payload.data(), message.payload.size());
    const std::string_view logger(message.logger_name.data(), message.logger_name.size());
    if (logger == kEvents) {
      line.update(nlohmann::ordered_json::parse(payload, nullptr, false));
    } else {
      line["text"] = payload;
    }
    const std::string text =
        line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

spdlog::level::level_enum level_of(subnet::LogLevel level) {
  switch (level) {
    case subnet::LogLevel::kDebug:
      return spdlog::level::debug;
    case subnet::LogLevel::kInfo:
      return spdlog::level::info;
    case subnet::LogLevel::kWarning:
      return spdlog::level::warn;
    case subnet::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string json_of(const subnet::LogEntry& entry) {
  nlohmann::ordered_json out = {{"event", entry.event}, {"text", entry.text}};
  for (const auto& [name, value] : entry.fields) out[std::string(name)] = value;
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

void set_up_log(LogFormat format, const std::string& level) {
  chosen_format = format;
  const auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  if (format == LogFormat::kJson) {
    sink->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc));
  }
  spdlog::drop_all();
  const auto events = std::make_shared<spdlog::logger>(kEvents, sink);
  const auto others = std::make_shared<spdlog::logger>("", sink);
  for (const auto& logger : {events, others}) {
    logger->set_level(spdlog::level::from_str(level == "warning" ? "warn" : level));
    logger->flush_on(spdlog::level::trace);
  }
  spdlog::register_logger(events);
  spdlog::set_default_logger(others);
}

subnet::LogSink log_sink() {
  return [logger = spdlog::get(kEvents)](const subnet::LogEntry& entry) {
    const auto level = level_of(entry.level);
    if (logger == nullptr || !logger->should_log(level)) return;
    // Never a format string: peers may have had a hand in the text.
    logger->log(level,
                spdlog::string_view_t(chosen_format == LogFormat::kJson ? json_of(entry)
                                                                        : printable(entry.text)));
  };
}

}  // namespace yuma::cli
