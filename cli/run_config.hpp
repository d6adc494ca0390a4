// SPDX-License-Identifier: MIT
#pragma once

// Where the settings of `run` come from: flags, the environment (YUMA_LISTEN for --listen), a TOML
// file, in this order of strength. Any option of the command can stand in each of them, those of a
// builder's own program too, so there is no second list to keep.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/problems.hpp"

namespace yuma::cli {

/// Which options may stand in a file and the environment: all of a command but some.
class RunConfig {
 public:
  /// `command` has all its options by now. `own`: names of those that are about this very thing,
  /// such as --config.
  RunConfig(CLI::App& command, std::vector<std::string> own);

  /// Options that are one choice: where a stronger source gives one of them, weaker sources give
  /// none of the others.
  void add_choice(std::vector<std::string> names);

  /// Fills in what the command line did not give. `path` may be empty. All that is wrong goes to
  /// `problems`, with its place; values are not repeated, for one may be a secret.
  void read(const std::string& path, Problems& problems);

  /// The settings as a file that gives the same ones, each with where it comes from.
  std::string printed() const;

  /// The environment's name of an option: YUMA_LOG_FORMAT of log-format.
  static std::string variable_of(std::string_view name);

 private:
  struct Entry {
    CLI::Option* option;
    std::string name;    ///< the first long one
    std::string origin;  ///< empty: the default
  };
  Entry* find(std::string_view name);
  bool choice_is_made(const Entry& entry, std::string_view source) const;
  void read_environment(Problems& problems);
  void read_file(const std::string& path, Problems& problems);
  void give(Entry& entry, std::vector<std::string> values, std::string_view source,
            const std::string& origin, Problems& problems);

  std::vector<Entry> entries_;
  std::vector<std::vector<std::string>> choices_;
  std::map<std::string, std::string> sources_;  // of an option by name: "flag", ...
};

}  // namespace yuma::cli
