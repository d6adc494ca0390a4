// SPDX-License-Identifier: MIT

#include "tests/simulator/summary.hpp"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_format.h"

namespace yuma::simulator {

namespace {

constexpr std::string_view kMost = "most";

std::string_view cut_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

void Summary::count(std::string_view group, std::string_view name, std::uint64_t times) {
  auto found = values_.find(group);
  if (found == values_.end()) found = values_.try_emplace(std::string(group)).first;
  auto value = found->second.find(name);
  if (value == found->second.end()) value = found->second.try_emplace(std::string(name)).first;
  value->second += times;
}

void Summary::most(std::string_view name, std::uint64_t value) {
  auto& known = values_[std::string(kMost)][std::string(name)];
  known = std::max(known, value);
}

void Summary::add(const Summary& other) {
  for (const auto& [group, names] : other.values_) {
    for (const auto& [name, value] : names) {
      if (group == kMost) {
        most(name, value);
      } else {
        count(group, name, value);
      }
    }
  }
}

std::uint64_t Summary::get(std::string_view group, std::string_view name) const {
  const auto found = values_.find(group);
  if (found == values_.end()) return 0;
  const auto value = found->second.find(name);
  return value == found->second.end() ? 0 : value->second;
}

std::string Summary::text() const {
  std::string out;
  for (const auto& [group, names] : values_) {
    for (const auto& [name, value] : names) {
      absl::StrAppendFormat(&out, "%s: %s %d\n", group, name, value);
    }
  }
  return out;
}

Summary Summary::of_text(std::string_view text) {
  Summary out;
  while (!text.empty()) {
    const std::string_view line = cut_line(text);
    const std::size_t colon = line.find(": "), space = line.rfind(' ');
    if (colon == std::string_view::npos || space < colon + 2) continue;
    std::uint64_t value = 0;
    const auto read = std::from_chars(line.data() + space + 1, line.data() + line.size(), value);
    if (read.ec != std::errc() || read.ptr != line.data() + line.size()) continue;
    const std::string_view group = line.substr(0, colon);
    const std::string_view name = line.substr(colon + 2, space - colon - 2);
    if (group == kMost) {
      out.most(name, value);
    } else {
      out.count(group, name, value);
    }
  }
  return out;
}

std::string Summary::table() const {
  std::string out;
  for (const auto& [group, names] : values_) {
    absl::StrAppendFormat(&out, "%s\n", group);
    for (const auto& [name, value] : names) {
      absl::StrAppendFormat(&out, "  %-44s %12d\n", name, value);
    }
  }
  return out;
}

}  // namespace yuma::simulator
