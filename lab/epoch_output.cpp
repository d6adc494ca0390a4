// SPDX-License-Identifier: MIT

#include "lab/epoch_output.hpp"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lab/report/epoch_charts.hpp"
#include "lab/report/epoch_report.hpp"
#include "lab/report/text.hpp"
#include "lab/report/write_file.hpp"
#include "yuma/snapshot/epoch_json.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;

/// Items in lines of 80 columns, as many to a line as fit.
std::string filled(const std::vector<std::string>& items, const std::string& separator) {
  constexpr std::size_t kWidth = 80;
  std::string out, line;
  for (const std::string& item : items) {
    if (!line.empty() && line.size() + separator.size() + item.size() > kWidth) {
      absl::StrAppend(&out, line, "\n");
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : separator, item);
  }
  return absl::StrCat(out, line, "\n");
}

/// Writes a picture or a page and says so. The exit status.
int write_result(const std::string& about, const std::string& path,
                 const absl::StatusOr<std::string>& bytes) {
  if (!bytes.ok()) return complain(kFailed, about, bytes.status());
  const auto written = write_file_atomically(path, *bytes);
  if (!written.ok()) return complain(kFailed, about, written);
  std::fprintf(stderr, "wrote %s\n", path.c_str());
  return kDone;
}

}  // namespace

std::string epoch_heading(const EpochRun& run, std::size_t index, std::size_t count) {
  std::vector<std::string> facts;
  for (const auto& [key, value] : run.view.facts) facts.push_back(absl::StrCat(key, " ", value));
  return absl::StrCat(
      filled(absl::StrSplit(one_line(run.view.title), ' '), " "),
      count > 1 ? absl::StrCat("epoch ", index, ", the last is ", count - 1, "\n") : "",
      filled(facts, "; "), "stake and emission in units of 10^9 rao\n\n");
}

std::string epochs_json(const std::vector<EpochRun>& runs, bool sequence) {
  Json all = Json::array();
  for (const EpochRun& run : runs) {
    Json one;
    one["terms"] = terms_json(run.terms);
    if (run.raw) one["raw"] = *run.raw;
    all.push_back(std::move(one));
  }
  return absl::StrCat((sequence ? all : all[0]).dump(), "\n");
}

absl::Status choose_format(DrawOptions& options) {
  if (options.plot.empty()) return absl::OkStatus();
  const auto format = image_format_of(options.plot);
  if (!format.ok()) return format.status();
  options.format = *format;
  return absl::OkStatus();
}

int draw_epochs_to_files(const DrawOptions& options, const std::vector<EpochView>& views) {
  int status = kDone;
  if (!options.plot.empty()) {
    status = write_result("--plot", options.plot, draw_epochs(views, options.format));
  }
  // A plot that failed, for want of gnuplot say, is no reason to keep the tables back.
  if (!options.report.empty()) {
    status = std::max(status, write_result("--report", options.report, epoch_report_html(views)));
  }
  return status;
}

int complain(int exit_code, const std::string& about, const absl::Status& status) {
  std::fprintf(stderr, "yuma-lab: %s: %s\n", about.c_str(), std::string(status.message()).c_str());
  return exit_code;
}

}  // namespace yuma::lab
