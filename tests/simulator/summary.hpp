// SPDX-License-Identifier: MIT
#pragma once

// What a simulation went through: counters by name ("faults: crash"), and the largest of some
// values ("most: objects held"). Runs are added up.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace yuma::simulator {

class Summary {
 public:
  void count(std::string_view group, std::string_view name, std::uint64_t times = 1);
  void most(std::string_view name, std::uint64_t value);
  void add(const Summary& other);

  std::uint64_t get(std::string_view group, std::string_view name) const;

  /// "group: name value" a line, and back; what cannot be read is left out.
  std::string text() const;
  static Summary of_text(std::string_view text);

  /// A table for people, a paragraph for each group.
  std::string table() const;

 private:
  // By group, then by name.
  std::map<std::string, std::map<std::string, std::uint64_t, std::less<>>, std::less<>> values_;
};

}  // namespace yuma::simulator
