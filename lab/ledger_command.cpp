// SPDX-License-Identifier: MIT

// yuma-lab ledger: what a ledger holds, exporting, importing and pruning.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "lab/commands.hpp"
#include "lab/open_ledger.hpp"
#include "lab/progress.hpp"
#include "lab/report/text.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

namespace {

constexpr int kDone = 0, kFailed = 1, kBadInput = 2;

int complain(const std::string& about, const absl::Status& status) {
  std::fprintf(stderr, "yuma-lab: ledger %s: %s\n", about.c_str(), printable(status).c_str());
  // What another program or the disk is to blame for may work another time.
  const bool failed =
      absl::IsResourceExhausted(status) || absl::IsUnavailable(status) || absl::IsInternal(status);
  return failed ? kFailed : kBadInput;
}

/// A line of progress where there is a terminal.
class ShownProgress {
 public:
  Ledger::Progress callback() {
    return [this](std::uint64_t done, std::uint64_t all) {
      if (!line_) line_.emplace(all, "epochs");
      for (; done_ < done; ++done_) line_->step();
    };
  }

 private:
  std::optional<Progress> line_;
  std::uint64_t done_ = 0;
};

std::string size_text(std::uint64_t bytes) {
  constexpr double kUnit = 1024;
  const auto value = static_cast<double>(bytes);
  if (value < kUnit) return absl::StrCat(bytes, " bytes");
  if (value < kUnit * kUnit) return absl::StrFormat("%.1f KiB", value / kUnit);
  return absl::StrFormat("%.1f MiB", value / (kUnit * kUnit));
}

std::string name_of(ObjectKind kind) { return std::string(kind_name(kind)); }

std::string text_of(const Ledger& ledger, const LedgerSummary& summary) {
  const SubnetId& subnet = ledger.genesis().state.subnet;
  const std::uint64_t genesis = ledger.genesis().state.epoch;
  std::string out = absl::StrCat(
      "network ", to_hex(ledger.network()), "\nnetuid ", subnet.netuid, ", mechanism ",
      static_cast<int>(subnet.mechanism), ", genesis of epoch ", genesis, "\nepochs ",
      summary.first_epoch, " to ", summary.last_epoch,
      summary.first_epoch == genesis ? "" : " (what lies before was pruned, or never fetched)",
      "\nstates of epochs ",
      summary.states.empty() ? "none but the genesis" : absl::StrJoin(summary.states, " "), "\n\n");
  absl::StrAppend(&out, absl::StrFormat("%-10s %12s %12s\n", "kind", "objects", "size"));
  for (const auto& [kind, objects, bytes] : summary.objects) {
    absl::StrAppend(&out, absl::StrFormat("%-10s %12s %12s\n", name_of(kind), format_count(objects),
                                          size_text(bytes)));
  }
  absl::StrAppend(&out, absl::StrFormat("%-10s %12s\n", "seal", format_count(summary.seals)));
  absl::StrAppend(&out, absl::StrFormat("%-10s %12s\n", "intent", format_count(summary.intents)));
  return absl::StrCat(out, "\nfile ", size_text(summary.bytes), "\n");
}

std::string json_of(const Ledger& ledger, const LedgerSummary& summary) {
  Json out;
  out["network"] = to_hex(ledger.network());
  out["netuid"] = ledger.genesis().state.subnet.netuid;
  out["mechanism"] = ledger.genesis().state.subnet.mechanism;
  out["genesis_epoch"] = ledger.genesis().state.epoch;
  out["first_epoch"] = summary.first_epoch;
  out["last_epoch"] = summary.last_epoch;
  out["states"] = summary.states;
  out["objects"] = Json::object();
  for (const auto& [kind, objects, bytes] : summary.objects) {
    out["objects"][name_of(kind)] = {{"count", objects}, {"bytes", bytes}};
  }
  out["seals"] = summary.seals;
  out["intents"] = summary.intents;
  out["bytes"] = summary.bytes;
  return out.dump(2) + "\n";
}

int show(const std::string& path, bool json) {
  const auto ledger = open_ledger(path);
  if (!ledger.ok()) return complain("show", ledger.status());
  auto summary = (*ledger)->summary();
  if (!summary.ok()) return complain("show", summary.status());
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (!error && is_exported(path)) summary->bytes = size;  // not that of its copy in memory
  const std::string text = json ? json_of(**ledger, *summary) : text_of(**ledger, *summary);
  return print_result(text) ? kDone : kFailed;
}

int export_to(const std::string& path, const std::string& file) {
  const auto ledger = Ledger::open_to_read(path);
  if (!ledger.ok()) return complain("export", ledger.status());
  ShownProgress progress;
  if (const auto s = (*ledger)->export_file(file, progress.callback()); !s.ok()) {
    return complain("export", s);
  }
  std::fprintf(stderr, "wrote %s\n", file.c_str());
  return kDone;
}

int import_from(const std::string& file, const std::string& path) {
  ShownProgress progress;
  if (const auto s = Ledger::import_file(file, path, progress.callback()); !s.ok()) {
    return complain("import", s);
  }
  std::fprintf(stderr, "wrote %s; `yuma-lab audit %s` says whether what is in it is true\n",
               path.c_str(), path.c_str());
  return kDone;
}

int prune(const std::string& path, std::uint64_t before) {
  const auto ledger = Ledger::open(path);
  if (!ledger.ok()) return complain("prune", ledger.status());
  const auto old_first = (*ledger)->first_epoch();
  if (!old_first.ok()) return complain("prune", old_first.status());
  const auto old_size = (*ledger)->summary();
  if (!old_size.ok()) return complain("prune", old_size.status());
  const auto first = (*ledger)->prune(before);
  if (!first.ok()) return complain("prune", first.status());
  const auto size = (*ledger)->summary();
  if (!size.ok()) return complain("prune", size.status());
  const bool same = *first == *old_first && size->bytes == old_size->bytes;
  const std::string text =
      same ? absl::StrCat("nothing to remove: no checkpoint lies after epoch ", *first,
                          " and at or before epoch ", before, "; checkpoints are kept every ",
                          Ledger::kCheckpointEvery, " epochs\n")
           : absl::StrCat("the ledger starts with epoch ", *first, " now, before with ", *old_first,
                          "; ", size_text(size->bytes), ", before ", size_text(old_size->bytes),
                          "\n");
  return print_result(text) ? kDone : kFailed;
}

}  // namespace

void add_ledger_command(CLI::App& app, int& exit_code) {
  struct Options {
    std::string ledger, file;
    bool json = false;
    std::uint64_t before = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("ledger", "show, export, import and prune ledgers");
  command->require_subcommand(1);
  command->footer(
      "docs/ledger.md says what a ledger holds. Exit status: 0 done, 1 it failed for want\n"
      "of room, because the disk failed or another process writes the ledger, 2 bad input.");

  CLI::App* show_command = command->add_subcommand("show", "what a ledger holds");
  show_command->add_option("LEDGER", options->ledger, "a ledger, or an exported one")->required();
  show_command->add_flag("--json", options->json, "print it as JSON");
  show_command->callback(
      [options, &exit_code] { exit_code = show(options->ledger, options->json); });

  CLI::App* export_command = command->add_subcommand(
      "export", "write all but what the node was about to sign to a file for any machine");
  export_command->add_option("LEDGER", options->ledger, "also while a node writes it")->required();
  export_command->add_option("FILE", options->file, "a new file")->required();
  export_command->callback(
      [options, &exit_code] { exit_code = export_to(options->ledger, options->file); });

  CLI::App* import_command = command->add_subcommand("import", "make a ledger of an exported file");
  import_command->add_option("FILE", options->file, "an exported ledger")->required();
  import_command->add_option("LEDGER", options->ledger, "a new ledger")->required();
  import_command->callback(
      [options, &exit_code] { exit_code = import_from(options->file, options->ledger); });

  CLI::App* prune_command = command->add_subcommand(
      "prune", "remove what lies behind a checkpoint; its node must not run meanwhile");
  prune_command->add_option("LEDGER", options->ledger, "a ledger that no node is using")
      ->required();
  prune_command
      ->add_option("--before", options->before,
                   "EPOCH: keep from the newest checkpoint at or before it on")
      ->check(whole_number())
      ->type_name("EPOCH")
      ->required();
  prune_command->footer("Epochs that were removed can no longer be audited or replayed here.");
  prune_command->callback(
      [options, &exit_code] { exit_code = prune(options->ledger, options->before); });
}

}  // namespace yuma::lab
