// SPDX-License-Identifier: MIT

// yuma-lab verify: does this program compute what was recorded?

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lab/commands.hpp"
#include "lab/progress.hpp"
#include "lab/verify/report.hpp"
#include "lab/verify/suites.hpp"

namespace yuma::lab {

namespace {

struct Options {
  std::vector<std::string> paths;
  bool json = false;
  bool all = false;
  std::size_t differences = 20;
};

/// The files below a folder that may hold recorded data, in the order of their names.
std::vector<std::string> data_files_below(const std::string& folder, VerifyReport& report) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::recursive_directory_iterator walk(folder, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && walk != end;
       walk.increment(error)) {
    const auto extension = walk->path().extension();
    if (!walk->is_regular_file(error)) continue;
    if (extension == ".json" || extension == ".scale") files.push_back(walk->path().string());
  }
  if (error) report.add_error(folder, absl::StrCat("cannot be listed: ", error.message()));
  if (!error && files.empty()) report.add_error(folder, "has no .json or .scale file");
  std::sort(files.begin(), files.end());
  return files;
}

void verify_files(const std::vector<std::string>& files, VerifyReport& report) {
  Progress progress(files.size(), "files");
  for (const std::string& file : files) {
    if (auto status = verify_file(file, report); !status.ok()) {
      report.add_error(file, std::string(status.message()));
    }
    progress.step();
  }
}

int run(const Options& options) {
  VerifyReport report;
  std::vector<std::string> files;
  for (const std::string& path : options.paths) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      const auto below = data_files_below(path, report);
      files.insert(files.end(), below.begin(), below.end());
    } else {
      files.push_back(path);
    }
  }
  verify_files(files, report);
  // Paths may hold any bytes, JSON may not.
  const std::string text =
      options.json
          ? absl::StrCat(report.json().dump(2, ' ', false, Json::error_handler_t::replace), "\n")
          : report.text(options.differences);
  constexpr int kFailed = 1;
  return print_result(text) ? report.exit_code(options.all) : kFailed;
}

}  // namespace

void add_verify_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "verify", "compare recorded results with what this program computes, to the last bit");
  command->add_option("PATH", options->paths, "files, or folders to search for .json and .scale")
      ->required();
  command->add_flag("--json", options->json, "print the report as JSON");
  command->add_flag("--all", options->all,
                    "exit with 1 also when cases were found that this version cannot run");
  command->add_option("--differences", options->differences, "how many differences to print")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->footer(
      "Exit status: 0 when at least one case ran and all are equal, 1 on a difference, 2 on a\n"
      "file that is not understood.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
