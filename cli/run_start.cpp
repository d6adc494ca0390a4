// SPDX-License-Identifier: MIT

#include "cli/run_start.hpp"

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/run_log.hpp"

namespace yuma::cli {

std::optional<int> settle(CLI::App& command, const RunOptions& options) {
  RunConfig config = config_of(command);
  Problems problems;
  config.read(options.config, problems);
  if (!problems.empty()) return problems.complain("run");
  if (options.print_config) return print_result(config.printed());
  return std::nullopt;
}

absl::StatusOr<RunStart> begin_run(const RunOptions& options) {
  // A closed pipe or a limit on the size of files is an error like others.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  set_up_log(options.log_format == "json" ? LogFormat::kJson : LogFormat::kText, options.log_level);
  RunStart out;
  out.log = log_sink();
  auto signer = open_signer(options);
  if (!signer.ok()) return signer.status();
  out.signer = *std::move(signer);
  const MakeFolder make = options.dry_run ? MakeFolder::kNo : MakeFolder::kYes;
  auto place = place_of_run(options, out.signer.signer->public_key(), make);
  if (!place.ok()) return place.status();
  out.place = *std::move(place);
  return out;
}

}  // namespace yuma::cli
