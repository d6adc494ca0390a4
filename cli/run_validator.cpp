// SPDX-License-Identifier: MIT

// yuma-validator run.

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/run_command.hpp"
#include "cli/run_dry.hpp"
#include "cli/run_node.hpp"
#include "cli/run_start.hpp"
#include "yuma/subnet/http_exchange.hpp"
#include "yuma/subnet/scorer_process.hpp"
#include "yuma/subnet/weight_choice.hpp"

namespace yuma::cli {

namespace {

struct Options {
  RunOptions run;
  std::string scorer, scorer_limit = "30s", round_every = "0", round_limit = "0";
  double alpha = subnet::ValidatorOptions{}.alpha;
  std::uint64_t version_key = 0;
  std::size_t max_asked = subnet::ValidatorOptions{}.max_asked;
};

absl::Status named(absl::string_view flag, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(flag, ": ", status.message()));
}

absl::StatusOr<subnet::ValidatorOptions> validator_options(const Options& o,
                                                           const RunPlace& place) {
  subnet::ValidatorOptions out;
  out.scores_path = place.scores;
  out.alpha = o.alpha;
  out.version_key = o.version_key;
  out.max_asked = o.max_asked;
  const auto every = read_time(o.round_every), limit = read_time(o.round_limit);
  if (!every.ok()) return named("--round-every", every.status());
  if (!limit.ok()) return named("--round-limit", limit.status());
  out.round_every = *every;
  out.round_limit = *limit;
  return out;
}

absl::StatusOr<subnet::ScorerProcessOptions> scorer_options(const Options& o) {
  subnet::ScorerProcessOptions out;
  auto command = subnet::split_command(o.scorer);
  if (!command.ok()) return named("--scorer", command.status());
  out.command = *std::move(command);
  if (absl::Status status = subnet::check_command(out.command); !status.ok()) {
    return named("--scorer", status);
  }
  const auto limit = read_time(o.scorer_limit);
  if (!limit.ok() || limit->count() == 0) {
    return named("--scorer-limit", absl::InvalidArgumentError("must be a time such as 30s"));
  }
  out.limit = *limit;
  return out;
}

/// A scorer for those who only want to take part in the agreement.
class NoScorer final : public subnet::Scorer {
 public:
  asio::awaitable<void> round(subnet::Round&) override { co_return; }
};

absl::StatusOr<std::unique_ptr<subnet::Scorer>> make_scorer(
    const Options& o, const program::ValidatorProgram& program, program::ProgramContext& context) {
  if (program.scorer) return program.scorer(context);
  if (o.scorer.empty()) {
    context.log({subnet::LogLevel::kWarning,
                 "no_scorer",
                 "without --scorer no miner is asked and no weights are set: this node only agrees",
                 {}});
    return std::make_unique<NoScorer>();
  }
  auto options = scorer_options(o);
  if (!options.ok()) return options.status();
  return std::make_unique<subnet::ScorerProcess>(context.network.get_executor(),
                                                 *std::move(options), context.log);
}

int dry_run(const Options& o, const program::ValidatorProgram& program, const RunStart& start) {
  DryRun dry(o.run, start);
  dry.add_node();
  if (program.scorer) {
    dry.add("scorer", "part of this program");
  } else if (o.scorer.empty()) {
    dry.add("scorer", "none: no weights would be set");
  } else {
    const auto options = scorer_options(o);
    dry.add("scorer",
            options.ok() ? absl::StrCat(o.scorer, " (can be started)")
                         : std::string(options.status().message()),
            options.ok());
  }
  if (const State* state = dry.state()) {
    dry.add("chosen", absl::StrCat("weights are chosen ", subnet::choosing_lead(*state).count(),
                                   " ms before an epoch is due"));
  }
  dry.add_weights(o.version_key);
  return dry.finish();
}

asio::awaitable<void> drain(subnet::Validator& validator, RunNode& node) {
  co_await validator.drain(std::chrono::seconds(5));
  co_await node.drain(std::chrono::seconds(10));
}

int run(CLI::App& command, const Options& o, const program::ValidatorProgram& program) {
  if (const auto status = settle(command, o.run)) return *status;
  auto start = begin_run(o.run);
  if (!start.ok()) return complain("run", start.status());
  if (o.run.dry_run) return dry_run(o, program, *start);
  const auto options = validator_options(o, start->place);
  if (!options.ok()) return complain("run", options.status());

  asio::io_context io;
  asio::thread_pool workers;
  auto node =
      RunNode::make(io, o.run, start->place, std::move(start->signer), /*votes=*/true, start->log);
  if (!node.ok()) return complain("run", node.status());
  program::ProgramContext context{
      io,        workers, (*node)->client(), (*node)->node(), (*node)->own(), start->place.folder,
      start->log};
  auto scorer = make_scorer(o, program, context);
  if (!scorer.ok()) return complain("run", scorer.status());
  auto validator = subnet::Validator::make(
      io.get_executor(), (*node)->node(), (*node)->signed_client(), **scorer, *options, start->log);
  if (!validator.ok()) return complain("run", validator.status());
  absl::Status status = subnet::add_exchange_routes((*node)->service(), (*node)->node());
  subnet::PageOptions page;
  page.version = program.version;
  page.work = [work = validator->get()] { return work->view(); };
  if (status.ok()) status = (*node)->open_page(std::move(page));
  if (!status.ok()) return complain("run", status);
  (*node)->start();
  (*validator)->start();
  return run_until_signal(io, start->log, [&] { return drain(**validator, **node); });
}

}  // namespace

void add_run_validator(CLI::App& app, const program::ValidatorProgram& program, int& exit_code) {
  const auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "take part in a private subnet");
  add_run_options(*command, o->run, "0.0.0.0:8092", "127.0.0.1:8093");
  if (!program.scorer) {
    command->add_option("--scorer", o->scorer, "a program that scores miners (docs/scorer.md)")
        ->type_name("COMMAND")
        ->check(not_empty());
    command->add_option("--scorer-limit", o->scorer_limit, "how long it may take for an answer")
        ->type_name("TIME")
        ->capture_default_str();
  }
  command->add_option("--alpha", o->alpha, "weight of a new score in a miner's average, 0 to 1")
      ->type_name("NUMBER")
      ->capture_default_str();
  command->add_option("--round-every", o->round_every, "0: a quarter of an epoch, at most 1min")
      ->type_name("TIME")
      ->capture_default_str();
  command->add_option("--round-limit", o->round_limit, "0: an epoch, at most 10min")
      ->type_name("TIME")
      ->capture_default_str();
  command->add_option("--max-asked", o->max_asked, "miners that are asked at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--version-key", o->version_key, "version of the weights")
      ->type_name("N")
      ->capture_default_str();
  if (program.options) program.options(*command);
  command->footer(
      "Settings: flags, then the environment (YUMA_LISTEN for --listen), then --config.\n"
      "Runs until SIGTERM or SIGINT; a second one ends it at once.\n"
      "Exit status: 0 stopped, 1 a failure, 2 bad input.\n"
      "Example: run --genesis net.genesis --wallet alice/hot --announce val.example.org:8092 \\\n"
      "             --scorer ./scorer.py");
  command->callback([o, command, &program, &exit_code] { exit_code = run(*command, *o, program); });
}

}  // namespace yuma::cli
