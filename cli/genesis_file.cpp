// SPDX-License-Identifier: MIT

#include "cli/genesis_file.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/subnet_values.hpp"
#include "cli/text.hpp"
#include "cli/toml_keys.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "toml++/toml.h"

namespace yuma::cli {

namespace {

using Names = std::span<const std::string_view>;
constexpr std::string_view kFields[] = {"netuid",     "mechanism", "owner", "uids",
                                        "block_time", "start",     "rules"};
constexpr std::string_view kValidatorFields[] = {"hotkey", "power", "stake"};
constexpr std::string_view kMinerFields[] = {"hotkey", "stake"};

constexpr const char* kNeedsOffset =
    "needs an offset from UTC and the time of day, as 2026-10-01T12:00:00Z";

std::string listed_names(Names names) {
  return listed(std::vector<std::string>(names.begin(), names.end()));
}

bool among(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A table's entries as they stand in the file.
struct Entry {
  const toml::key* key;
  const toml::node* node;
};
std::vector<Entry> entries_of(const toml::table& table) {
  std::vector<Entry> out;
  for (auto it = table.begin(); it != table.end(); ++it) out.push_back({&it->first, &it->second});
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) {
    return a.key->source().begin < b.key->source().begin;
  });
  return out;
}

class TomlReader {
 public:
  TomlReader(const std::string& path, GenesisDraft& draft) : path_(path), draft_(draft) {}

  void read(const toml::table& file) {
    for (const auto& [key, node] : entries_of(file)) {
      const std::string_view name = key->str();
      if (name == "validator" || name == "miner") {
        read_members(name, *node);
      } else if (name == "parameters") {
        read_parameters(*node);
      } else if (among(kFields, name)) {
        const Given given = at(*node, std::string(name));
        if (const auto text = text_of_value(*node, given)) draft_.set(name, *text, given);
      } else {
        wrong(key->source(), std::string(name),
              absl::StrCat("is no field; there are ", listed_names(kFields),
                           ", [parameters], [[validator]] and [[miner]]"));
      }
    }
  }

 private:
  std::string place(const toml::source_region& source, const std::string& field) const {
    return absl::StrCat(path_, ":", source.begin.line, ":", source.begin.column, ": ", field);
  }
  Given at(const toml::node& node, const std::string& field) const {
    return {Given::By::kFile, place(node.source(), field)};
  }
  void wrong(const toml::source_region& source, const std::string& field, std::string_view what) {
    draft_.add_problem({Given::By::kFile, place(source, field)}, what);
  }

  /// A value as it would stand on the command line.
  std::optional<std::string> text_of_value(const toml::node& node, const Given& given) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return absl::StrCat(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (node.is_floating_point()) {
      draft_.add_problem(given,
                         "a number with a point is not exact; an amount goes in quotes, anything "
                         "else is a whole number");
    } else if (const auto* time = node.as_date_time()) {
      return text_of_time(time->get(), given);
    } else if (node.is_date() || node.is_time()) {
      draft_.add_problem(given, kNeedsOffset);
    } else {
      draft_.add_problem(given, "must be a single value");
    }
    return std::nullopt;
  }
  std::optional<std::string> text_of_time(const toml::date_time& time, const Given& given) {
    if (!time.offset) {
      draft_.add_problem(given, kNeedsOffset);
      return std::nullopt;
    }
    const int minutes = time.offset->minutes, size = minutes < 0 ? -minutes : minutes;
    return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%09d%c%02d:%02d", time.date.year,
                           time.date.month, time.date.day, time.time.hour, time.time.minute,
                           time.time.second, time.time.nanosecond, minutes < 0 ? '-' : '+',
                           size / 60, size % 60);
  }

  void read_members(std::string_view kind, const toml::node& node) {
    const toml::array* members = node.as_array();
    const bool tables =
        members != nullptr &&
        std::all_of(members->begin(), members->end(), [](const auto& m) { return m.is_table(); });
    if (!tables) {
      wrong(node.source(), std::string(kind),
            absl::StrCat("must be written [[", view_of(kind), "]]"));
      return;
    }
    for (const toml::node& member : *members) read_member(kind, *member.as_table());
  }

  void read_member(std::string_view kind, const toml::table& table) {
    const bool validator = kind == "validator";
    const Names fields = validator ? Names(kValidatorFields) : Names(kMinerFields);
    MemberText member;
    member.power = validator ? 1 : 0;
    bool has_hotkey = false, good = true;
    for (const auto& [key, node] : entries_of(table)) {
      const std::string_view name = key->str();
      const std::string field = absl::StrCat(view_of(kind), ".", view_of(name));
      if (!among(fields, name)) {
        wrong(key->source(), field, absl::StrCat("is no field; there are ", listed_names(fields)));
        continue;
      }
      const Given given = at(*node, field);
      has_hotkey = has_hotkey || name == "hotkey";
      const auto text = text_of_value(*node, given);
      good = text && read_field(name, *text, given, member) && good;
    }
    if (!has_hotkey) wrong(table.source(), std::string(kind), "has no hotkey");
    if (has_hotkey && good) draft_.add_member(member, at(table, std::string(kind)));
  }

  bool read_field(std::string_view name, const std::string& text, const Given& given,
                  MemberText& member) {
    const auto take = [&](auto& value, const auto& parsed) {
      if (parsed.ok()) {
        value = *parsed;
      } else {
        draft_.add_problem(given, std::string(parsed.status().message()));
      }
      return parsed.ok();
    };
    if (name == "power") return take(member.power, parse_power(text, 1));
    if (name == "stake") return take(member.stake, parse_stake(text));
    return take(member.hotkey, parse_hotkey(text, draft_.wallets()));
  }

  void read_parameters(const toml::node& node) {
    const toml::table* parameters = node.as_table();
    if (parameters == nullptr) {
      return wrong(node.source(), "parameters", "must be written [parameters]");
    }
    for (const auto& [key, value] : entries_of(*parameters)) {
      const Given given = at(*value, absl::StrCat("parameters.", view_of(key->str())));
      if (const auto text = text_of_value(*value, given)) {
        draft_.set_parameter(key->str(), *text, given);
      }
    }
  }

  const std::string& path_;
  GenesisDraft& draft_;
};

}  // namespace

void read_genesis_toml(const std::string& path, std::string_view text, GenesisDraft& draft) {
  if (const auto line = line_of_deep_key(text)) {
    return draft.add_problem({Given::By::kFile, absl::StrCat(path, ":", *line)}, kDeepKey);
  }
  const toml::parse_result file = toml::parse(text, path);
  if (!file) {
    const auto& begin = file.error().source().begin;
    draft.add_problem({Given::By::kFile, absl::StrCat(path, ":", begin.line, ":", begin.column)},
                      std::string(file.error().description()));
    return;
  }
  TomlReader(path, draft).read(file.table());
}

}  // namespace yuma::cli
