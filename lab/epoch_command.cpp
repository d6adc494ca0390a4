// SPDX-License-Identifier: MIT

// yuma-lab epoch: computes the epochs of a file and shows them.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lab/commands.hpp"
#include "lab/epoch_output.hpp"
#include "lab/epoch_run.hpp"
#include "lab/epoch_table.hpp"
#include "yuma/rules/chain_rules.hpp"
#include "yuma/snapshot/epoch_file.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kBadInput = 2;

struct Options {
  std::string file;
  std::vector<std::string> overrides;
  std::optional<std::uint32_t> rules;
  std::optional<std::size_t> epoch;
  bool json = false, raw = false, real = false;
  TableOptions table;
  DrawOptions draw;
};

void note(const std::string& text) { std::fprintf(stderr, "note: %s\n", text.c_str()); }

/// "kappa=32767" as fields of JSON. A value that is no JSON is text.
absl::StatusOr<Json> parse_overrides(const std::vector<std::string>& overrides) {
  Json fields = Json::object();
  for (const std::string& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return absl::InvalidArgumentError(absl::StrCat(text, " is not FIELD=VALUE"));
    }
    const std::string value = text.substr(equals + 1);
    auto json = parse_json(value);
    const bool meant_as_json = value.find_first_of("[{\"") == 0;
    if (!json.ok() && meant_as_json) {
      return absl::InvalidArgumentError(
          absl::StrCat(text.substr(0, equals), ": ", json.status().message()));
    }
    fields[text.substr(0, equals)] = json.ok() ? *std::move(json) : Json(value);
  }
  return fields;
}

/// The rules asked for, else those the file was recorded under, else the default.
absl::StatusOr<ChainRules> choose_rules(const Options& options, const EpochFile& file,
                                        const EpochSnapshot& first) {
  const std::uint32_t spec = options.rules.value_or(file.rules.value_or(ChainRules{}.spec_version));
  const auto certain = ChainRules::at(spec);
  auto rules = ChainRules::at(spec, Evidence::kModel);
  // What is our reading of the chain rather than its text touches liquid alpha only.
  const bool matters = first.parameters.yuma3 && first.parameters.liquid_alpha;
  if (rules.ok() && !certain.ok() && matters) note(std::string(certain.status().message()));
  return rules;
}

std::string comparison_text(const EpochRun& run) {
  if (run.recorded_fields == 0) return "";
  std::string out = absl::StrCat("recorded result: ", run.equal_fields, " of ", run.recorded_fields,
                                 " fields equal",
                                 run.as_recorded ? "" : " (what was run is not what was recorded)");
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < run.differences.size() && i < kShown; ++i) {
    const Difference& d = run.differences[i];
    absl::StrAppend(&out, "\n  ", d.place, ": computed ", d.computed, ", recorded ", d.recorded);
  }
  if (run.differences.size() > kShown) {
    absl::StrAppend(&out, "\n  and ", run.differences.size() - kShown, " more");
  }
  return absl::StrCat(out, "\n");
}

absl::StatusOr<EpochFile> load(const std::string& path) {
  const auto text = read_file(path);
  if (!text.ok()) return text.status();
  const auto document = parse_json(*text);
  if (!document.ok()) return document.status();
  return read_epoch_file(*document);
}

std::string title_of(const EpochFile& file, const std::string& path) {
  if (file.name.empty()) return path;
  return file.description.empty() ? file.name : absl::StrCat(file.name, ": ", file.description);
}

std::string text_of(const Options& options, const std::vector<EpochRun>& runs, std::size_t shown,
                    bool sequence) {
  if (options.json) return epochs_json(runs, sequence);
  const EpochRun& one = runs[shown];
  return absl::StrCat(epoch_heading(one, shown, runs.size()), epoch_table(one, options.table),
                      comparison_text(one));
}

/// The charts and the page that were asked for, of the epochs up to the shown one.
int draw(const Options& options, std::vector<EpochRun>& runs, std::size_t shown) {
  if (options.draw.plot.empty() && options.draw.report.empty()) return kDone;
  std::vector<EpochView> views;
  for (std::size_t k = 0; k <= shown; ++k) {
    const auto comparison = comparison_text(runs[k]);
    if (!comparison.empty()) runs[k].view.notes.push_back(comparison);
    views.push_back(std::move(runs[k].view));
  }
  return draw_epochs_to_files(options.draw, views);
}

int run(Options& options) {
  if (const auto s = choose_format(options.draw); !s.ok()) return complain(kBadInput, "--plot", s);
  const auto file = load(options.file);
  if (!file.ok()) return complain(kBadInput, options.file, file.status());
  auto overrides = parse_overrides(options.overrides);
  if (!overrides.ok()) return complain(kBadInput, "--set", overrides.status());
  EpochSnapshot first = file->input;
  if (auto status = overwrite_fields(first, *overrides, JsonPath("--set")); !status.ok()) {
    return complain(kBadInput, options.file, status);
  }
  for (const std::string& part : ignored_parts(first)) note(absl::StrCat(options.file, ": ", part));
  const auto rules = choose_rules(options, *file, first);
  if (!rules.ok()) {
    return complain(kBadInput, options.rules ? "--rules" : absl::StrCat(options.file, ": rules"),
                    rules.status());
  }
  const std::size_t shown = options.epoch.value_or(file->epochs() - 1);
  if (shown >= file->epochs()) {
    return complain(kBadInput, "--epoch",
                    absl::OutOfRangeError(
                        absl::StrCat(shown, ": the file's epochs are 0 to ", file->epochs() - 1)));
  }

  RunOptions run_options;
  run_options.rules = *rules;
  run_options.real = options.real;
  run_options.keep_raw = options.raw;
  run_options.overrides = *std::move(overrides);
  run_options.title = title_of(*file, options.file);
  auto runs = run_epochs(*file, run_options);
  if (!runs.ok()) return complain(kBadInput, options.file, runs.status());
  if (!print_result(text_of(options, *runs, shown, file->sequence))) return kFailed;
  return draw(options, *runs, shown);
}

}  // namespace

void add_epoch_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("epoch", "compute the epoch, or sequence of epochs, of a file");
  command->add_option("FILE", options->file, "an epoch file (docs/epoch-file.md); - for stdin")
      ->required();
  command
      ->add_option("--set", options->overrides,
                   "FIELD=VALUE: overrides a field of the input, as kappa=32767; repeatable")
      ->type_name("FIELD=VALUE")
      ->allow_extra_args(false);
  command->add_option("--rules", options->rules,
                      "spec_version whose rules hold; default: the file's, else 425");
  command->add_flag("--real", options->real, "the real-valued model instead of exact integers");
  command->add_option("--top", options->table.top, "rows of the table; 0 for all")
      ->check(whole_number())
      ->capture_default_str();
  command->add_option("--sort", options->table.sort, "column to sort the table by")
      ->check(CLI::IsMember(table_columns()))
      ->capture_default_str();
  command
      ->add_option("--epoch", options->epoch,
                   "which epoch of a sequence to show, from 0; default: the last")
      ->check(whole_number());
  auto* json = command->add_flag("--json", options->json, "print the result as JSON");
  command->add_flag("--raw", options->raw, "with --json: all stages too")->needs(json);
  command->add_option("--plot", options->draw.plot, "write charts to FILE.svg or FILE.png");
  command->add_option("--report", options->draw.report, "write tables and charts to FILE.html");
  command->footer(
      "Exit status: 0 done, 1 a file could not be written or drawn, 2 bad input.\n"
      "Example: yuma-lab epoch examples/data/runtime-yuma2-n32.json --set kappa=32767");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
