// SPDX-License-Identifier: MIT

// yuma-miner run.

#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/run_command.hpp"
#include "cli/run_dry.hpp"
#include "cli/run_node.hpp"
#include "cli/run_start.hpp"
#include "cli/subnet_hotkey.hpp"
#include "yuma/net/endpoint.hpp"
#include "yuma/subnet/upstream.hpp"

namespace yuma::cli {

namespace {

const std::map<std::string, subnet::MinerAdmission> kAdmissions = {
    {"validators", subnet::MinerAdmission::kValidators},
    {"members", subnet::MinerAdmission::kMembers},
    {"listed", subnet::MinerAdmission::kListed},
    {"everyone", subnet::MinerAdmission::kEveryone}};

struct Options {
  RunOptions run;
  std::string upstream, admit = "validators", limit = "60s";
  std::vector<std::string> allow;
  std::size_t max_body = subnet::MinerOptions{}.max_body;
  std::size_t max_running = subnet::MinerOptions{}.max_running;
  std::size_t max_waiting = subnet::MinerOptions{}.max_waiting;
  double rate = subnet::MinerOptions{}.per_caller.per_second;
};

absl::Status named(absl::string_view flag, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(flag, ": ", status.message()));
}

absl::StatusOr<subnet::MinerOptions> miner_options(const Options& o) {
  subnet::MinerOptions out;
  out.admission = kAdmissions.at(o.admit);
  for (const std::string& text : o.allow) {
    const auto key = parse_hotkey(text, wallets_folder_of(o.run.key.path));
    if (!key.ok()) return named("--allow", key.status());
    out.listed.push_back(*key);
  }
  const auto limit = read_time(o.limit);
  if (!limit.ok() || limit->count() == 0) {
    return named("--limit", absl::InvalidArgumentError("must be a time such as 60s"));
  }
  out.limit = *limit;
  out.max_body = o.max_body;
  out.max_running = o.max_running;
  out.max_waiting = o.max_waiting;
  out.per_caller = {o.rate, 2 * o.rate};
  return out;
}

absl::StatusOr<std::unique_ptr<subnet::MinerHandler>> make_handler(
    const Options& o, const program::MinerProgram& program, program::ProgramContext& context,
    std::chrono::milliseconds limit) {
  if (program.handler) return program.handler(context);
  if (o.upstream.empty()) {
    return absl::InvalidArgumentError(
        "--upstream URL is needed: the HTTP server that does this miner's work, such as "
        "http://127.0.0.1:9000");
  }
  auto upstream = subnet::parse_upstream(o.upstream);
  if (!upstream.ok()) return named("--upstream", upstream.status());
  upstream->limit = limit;
  return subnet::make_upstream(context.client, *std::move(upstream), context.log);
}

/// Whether somebody listens there.
std::string upstream_text(const subnet::UpstreamOptions& upstream, bool& good) {
  boost::system::error_code error;
  asio::io_context io;
  asio::ip::tcp::resolver resolver(io);
  asio::ip::tcp::socket socket(io);
  const auto found =
      resolver.resolve(upstream.endpoint.host, absl::StrCat(upstream.endpoint.port), error);
  for (const auto& entry : found) {
    socket.close();
    socket.connect(entry.endpoint(), error);
    if (!error) break;
  }
  good = !error && !found.empty();
  return absl::StrCat("http://", endpoint_text(upstream.endpoint), upstream.prefix,
                      good ? " (takes connections)" : absl::StrCat(" (", error.message(), ")"));
}

int dry_run(const Options& o, const program::MinerProgram& program, const RunStart& start) {
  DryRun dry(o.run, start);
  dry.add_node();
  if (program.handler) {
    dry.add("handler", "part of this program");
  } else {
    const auto upstream = subnet::parse_upstream(o.upstream);
    bool good = false;
    const std::string text =
        upstream.ok() ? upstream_text(*upstream, good) : std::string(upstream.status().message());
    dry.add("upstream", text, good);
  }
  const State* state = dry.state();
  const std::size_t number = state == nullptr ? 0 : validators(*state).size();
  dry.add(
      "answers",
      absl::StrCat(o.admit, o.admit == "validators" ? absl::StrCat(" (", number, ")") : "",
                   o.allow.empty() ? "" : absl::StrCat(", and ", o.allow.size(), " hotkeys more")));
  if (const auto options = miner_options(o); !options.ok()) {
    dry.add("!", std::string(options.status().message()), false);
  }
  return dry.finish();
}

int run(CLI::App& command, const Options& o, const program::MinerProgram& program) {
  if (const auto status = settle(command, o.run)) return *status;
  auto start = begin_run(o.run);
  if (!start.ok()) return complain("run", start.status());
  if (o.run.dry_run) return dry_run(o, program, *start);
  const auto options = miner_options(o);
  if (!options.ok()) return complain("run", options.status());

  asio::io_context io;
  asio::thread_pool workers;
  auto node =
      RunNode::make(io, o.run, start->place, std::move(start->signer), /*votes=*/false, start->log);
  if (!node.ok()) return complain("run", node.status());
  program::ProgramContext context{
      io,        workers, (*node)->client(), (*node)->node(), (*node)->own(), start->place.folder,
      start->log};
  auto handler = make_handler(o, program, context, options->limit);
  if (!handler.ok()) return complain("run", handler.status());
  subnet::Miner miner((*node)->node(), **handler, *options, start->log);
  absl::Status status = miner.serve((*node)->service());
  subnet::PageOptions page;
  page.version = program.version;
  page.metrics = [&miner] {
    const subnet::MinerCounts counts = miner.counts();
    return std::vector<std::pair<std::string, double>>{
        {"miner_answered_total", static_cast<double>(counts.answered)},
        {"miner_failed_total", static_cast<double>(counts.failed)}};
  };
  if (status.ok()) status = (*node)->open_page(std::move(page));
  if (!status.ok()) return complain("run", status);
  (*node)->start();
  return run_until_signal(io, start->log,
                          [&] { return (*node)->drain(options->limit + std::chrono::seconds(1)); });
}

}  // namespace

void add_run_miner(CLI::App& app, const program::MinerProgram& program, int& exit_code) {
  const auto o = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("run", "answer the validators of a private subnet");
  add_run_options(*command, o->run, "0.0.0.0:8091", "127.0.0.1:8094");
  if (!program.handler) {
    command->add_option("--upstream", o->upstream, "the local HTTP server that does the work")
        ->type_name("URL")
        ->check(not_empty());
  }
  std::vector<std::string> names;
  for (const auto& [name, admission] : kAdmissions) names.push_back(name);
  command->add_option("--admit", o->admit, "who may ask: validators, members, listed, everyone")
      ->type_name("WHO")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  command->add_option("--allow", o->allow, "who may ask in any case; repeatable")
      ->type_name("HOTKEY")
      ->expected(1, 1000)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command->add_option("--limit", o->limit, "for an answer; after that the caller gets a 504")
      ->type_name("TIME")
      ->capture_default_str();
  command->add_option("--max-body", o->max_body, "bytes of a request")
      ->type_name("BYTES")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 30))
      ->capture_default_str();
  command->add_option("--max-running", o->max_running, "requests that are worked on at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--max-waiting", o->max_waiting, "that wait; more get a 503")
      ->type_name("N")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  command->add_option("--rate", o->rate, "requests a second of one hotkey; 0: any number")
      ->type_name("N")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  if (program.options) program.options(*command);
  command->footer(
      "Settings: flags, then the environment (YUMA_LISTEN for --listen), then --config.\n"
      "Runs until SIGTERM or SIGINT; a second one ends it at once.\n"
      "Exit status: 0 stopped, 1 a failure, 2 bad input.\n"
      "Example: run --genesis net.genesis --wallet bob/hot --announce miner.example.org:8091 \\\n"
      "             --peer ADDRESS@val.example.org:8092 --upstream http://127.0.0.1:9000");
  command->callback([o, command, &program, &exit_code] { exit_code = run(*command, *o, program); });
}

}  // namespace yuma::cli
