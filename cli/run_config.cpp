// SPDX-License-Identifier: MIT

#include "cli/run_config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/subnet_values.hpp"
#include "cli/toml_keys.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "toml++/toml.h"

namespace yuma::cli {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }
bool is_list(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

/// A value as it would stand on the command line; nothing for what is no single value.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return absl::StrCat(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, number->get()).ptr;
    return std::string(text, end);
  }
  return std::nullopt;
}

/// The values of an option in the file: one, or a list of them.
std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  std::vector<std::string> out;
  const toml::array* list = node.as_array();
  if (list == nullptr) {
    auto text = text_of(node);
    if (!text) return std::nullopt;
    out.push_back(*std::move(text));
    return out;
  }
  for (const toml::node& element : *list) {
    auto text = text_of(element);
    if (!text) return std::nullopt;
    out.push_back(*std::move(text));
  }
  return out;
}

/// Whether a text can stand in TOML without quotes and comes back as it is.
bool is_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const std::size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  const auto all_digits = [](std::string_view part) {
    return !part.empty() && part.size() <= 15 &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!all_digits(whole) || (whole.size() > 1 && whole[0] == '0') || text == "-0") return false;
  if (point == std::string_view::npos) return true;
  const std::string_view fraction = digits.substr(point + 1);
  return all_digits(fraction) && fraction.back() != '0' && whole.size() + fraction.size() <= 15;
}

std::string toml_value(const std::string& text, bool flag) {
  if ((flag && (text == "true" || text == "false")) || is_number(text)) return text;
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", std::string(1, c));
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(&out, "\\u00", absl::Hex(byte, absl::kZeroPad2));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

RunConfig::RunConfig(CLI::App& command, std::vector<std::string> own) {
  own.emplace_back("help");
  for (CLI::Option* option : command.get_options()) {
    const auto& names = option->get_lnames();
    if (names.empty() || std::find(own.begin(), own.end(), names.front()) != own.end()) continue;
    entries_.push_back({option, names.front(), {}});
  }
}

void RunConfig::add_choice(std::vector<std::string> names) { choices_.push_back(std::move(names)); }

std::string RunConfig::variable_of(std::string_view name) {
  std::string out = absl::StrCat("YUMA_", absl::AsciiStrToUpper(view_of(name)));
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

RunConfig::Entry* RunConfig::find(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '_', '-');
  for (Entry& entry : entries_) {
    const auto& names = entry.option->get_lnames();
    if (std::find(names.begin(), names.end(), plain) != names.end()) return &entry;
  }
  return nullptr;
}

bool RunConfig::choice_is_made(const Entry& entry, std::string_view source) const {
  for (const auto& choice : choices_) {
    if (std::find(choice.begin(), choice.end(), entry.name) == choice.end()) continue;
    for (const std::string& name : choice) {
      const auto given = sources_.find(name);
      if (given != sources_.end() && given->second != source) return true;
    }
  }
  return false;
}

void RunConfig::give(Entry& entry, std::vector<std::string> values, std::string_view source,
                     const std::string& origin, Problems& problems) {
  if (entry.option->count() > 0 || choice_is_made(entry, source)) return;
  if (values.size() > 1 && !is_list(*entry.option)) {
    return problems.add(origin, "takes one value, not a list");
  }
  if (values.empty()) return;
  try {
    for (const std::string& value : values) {
      if (value.empty()) return problems.add(origin, "must not be empty");
    }
    entry.option->add_result(std::move(values));
    entry.option->run_callback();
  } catch (const CLI::Error&) {
    entry.option->clear();
    return problems.add(origin, absl::StrCat("is no value that --", entry.name, " takes"));
  }
  entry.origin = origin;
  sources_[entry.name] = std::string(source);
}

void RunConfig::read_environment(Problems& problems) {
  for (Entry& entry : entries_) {
    const std::string variable = variable_of(entry.name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    std::vector<std::string> values = {value};
    if (is_list(*entry.option)) values = absl::StrSplit(value, ',', absl::SkipWhitespace());
    for (std::string& text : values) absl::StripAsciiWhitespace(&text);
    give(entry, std::move(values), "environment", variable, problems);
  }
}

void RunConfig::read_file(const std::string& path, Problems& problems) {
  const auto bytes = cli::read_file(path, kMostBytes);
  if (!bytes.ok()) return problems.add("--config", bytes.status());
  if (const auto line = line_of_deep_key(yuma::text_of(*bytes))) {
    return problems.add(absl::StrCat(path, ":", *line), kDeepKey);
  }
  const toml::parse_result file = toml::parse(yuma::text_of(*bytes), path);
  if (!file) {
    const auto& begin = file.error().source().begin;
    return problems.add(absl::StrCat(path, ":", begin.line, ":", begin.column),
                        std::string(file.error().description()));
  }
  for (auto&& [key, node] : file.table()) {
    const auto& begin = key.source().begin;
    const std::string place = absl::StrCat(path, ":", begin.line);
    Entry* entry = find(key.str());
    if (entry == nullptr) {
      problems.add(absl::StrCat(place, ":", begin.column, ": ", view_of(key.str())),
                   "is no setting; --print-config shows all there are");
      continue;
    }
    auto values = texts_of(node);
    if (!values) {
      problems.add(absl::StrCat(place, ": ", view_of(key.str())),
                   "must be a value, or a list of values");
      continue;
    }
    give(*entry, *std::move(values), "file", place, problems);
  }
}

void RunConfig::read(const std::string& path, Problems& problems) {
  for (Entry& entry : entries_) {
    if (entry.option->count() == 0) continue;
    entry.origin = "command line";
    sources_[entry.name] = "flag";
  }
  read_environment(problems);
  if (!path.empty()) read_file(path, problems);
}

std::string RunConfig::printed() const {
  struct Line {
    std::string setting, origin;
  };
  std::vector<Line> lines;
  std::size_t width = 0;
  for (const Entry& entry : entries_) {
    const bool flag = is_flag(*entry.option);
    std::vector<std::string> values = entry.option->results();
    const bool given = !values.empty();
    if (!given) {
      const std::string standard = entry.option->get_default_str();
      if (!standard.empty()) values = {standard};
      if (flag) values = {"false"};
    }
    std::vector<std::string> texts;
    for (const std::string& value : values) texts.push_back(toml_value(value, flag));
    std::string text = is_list(*entry.option) ? absl::StrCat("[", absl::StrJoin(texts, ", "), "]")
                       : texts.empty()        ? "\"\""
                                              : texts.front();
    Line line{absl::StrCat(given ? "" : "# ", entry.name, " = ", text),
              given ? entry.origin : "default"};
    width = std::max(width, line.setting.size());
    lines.push_back(std::move(line));
  }
  constexpr std::size_t kMostWidth = 60;
  std::string out;
  for (const Line& line : lines) {
    const std::size_t size = std::min(width, kMostWidth);
    const std::string blanks(size > line.setting.size() ? size - line.setting.size() : 0, ' ');
    absl::StrAppend(&out, line.setting, blanks, "  # ", printable(line.origin), "\n");
  }
  return out;
}

}  // namespace yuma::cli
