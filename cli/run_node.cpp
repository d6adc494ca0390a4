// SPDX-License-Identifier: MIT

#include "cli/run_node.hpp"

#include <unistd.h>

#include <boost/asio/thread_pool.hpp>
#include <csignal>
#include <exception>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "yuma/subnet/http_exchange.hpp"

namespace yuma::cli {

using subnet::LogEntry;
using subnet::LogLevel;
using subnet::LogSink;
using subnet::Node;

struct RunNode::Impl {
  asio::io_context& io;
  RunOptions options;
  LogSink log;
  RunSigner signer;
  // A signer in another process is asked here, where it may block.
  std::unique_ptr<asio::thread_pool> signing;
  HttpClient client;
  std::unique_ptr<SignedClient> signed_client;
  std::unique_ptr<subnet::ExchangeTransport> transport;
  std::shared_ptr<Admission> admission = std::make_shared<Admission>();
  std::shared_ptr<SignedService> service;
  std::unique_ptr<HttpServer> server, page;
  std::unique_ptr<Node> node;
  Node::Subscription sealed, notices;

  Impl(asio::io_context& where, const RunOptions& o, RunSigner s, LogSink l)
      : io(where), options(o), log(std::move(l)), signer(std::move(s)), client(io.get_executor()) {
    if (signer.is_remote) signing = std::make_unique<asio::thread_pool>(2);
    signed_client = std::make_unique<SignedClient>(client, *signer.signer, sign_on());
    transport = subnet::http_exchange(*signed_client);
  }

  std::optional<asio::any_io_executor> sign_on() {
    if (!signing) return std::nullopt;
    return asio::any_io_executor(signing->get_executor());
  }

  absl::StatusOr<std::unique_ptr<HttpServer>> listen(const std::string& flag,
                                                     const Endpoint& endpoint,
                                                     std::shared_ptr<HttpService> what,
                                                     std::shared_ptr<Admission> who);
  absl::Status open(const RunPlace& place, bool votes);
  subnet::NodeOptions node_options(const RunPlace& place, bool votes, Problems& problems) const;
  void watch();
};

namespace {

/// As problems are shown, in one status.
absl::Status status_of(const Problems& problems) {
  if (problems.empty()) return absl::OkStatus();
  std::string text;
  for (const std::string& line : problems.lines()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", line);
  }
  return absl::InvalidArgumentError(text);
}

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

LogLevel level_of(subnet::NodeNotice::Kind kind) {
  using Kind = subnet::NodeNotice::Kind;
  switch (kind) {
    case Kind::kDisk:
    case Kind::kSigner:
    case Kind::kStateDiffers:
    case Kind::kTwoBlocks:
      return LogLevel::kError;
    case Kind::kRefusedObject:
      return LogLevel::kDebug;
    case Kind::kNode:
      return LogLevel::kInfo;
    default:
      return LogLevel::kWarning;
  }
}

LogEntry entry_of(const subnet::SealedEpoch& epoch) {
  return {LogLevel::kInfo,
          "epoch_sealed",
          absl::StrCat("epoch ", epoch.epoch, " is sealed: block ", epoch.after->state.block, ", ",
                       epoch.voters.size(), " votes, state root ",
                       to_hex(epoch.state_root).substr(0, 16)),
          {{"epoch", absl::StrCat(epoch.epoch)},
           {"block", absl::StrCat(epoch.after->state.block)},
           {"votes", absl::StrCat(epoch.voters.size())},
           {"state_root", to_hex(epoch.state_root)}}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> RunNode::Impl::listen(const std::string& flag,
                                                                  const Endpoint& endpoint,
                                                                  std::shared_ptr<HttpService> what,
                                                                  std::shared_ptr<Admission> who) {
  HttpServerOptions how;
  how.endpoint = endpoint;
  how.admission = std::move(who);
  how.log = [sink = log](const std::string& line) {
    sink({LogLevel::kWarning, "server", line, {}});
  };
  auto listening = HttpServer::listen(io.get_executor(), std::move(how), std::move(what));
  if (listening.ok()) return listening;
  const bool taken = absl::IsAlreadyExists(listening.status());
  return absl::Status(
      listening.status().code(),
      absl::StrCat(flag, " ", endpoint_text(endpoint), ": ", listening.status().message(),
                   taken ? ". Is this node running already? Else give another port" : ""));
}

subnet::NodeOptions RunNode::Impl::node_options(const RunPlace& place, bool votes,
                                                Problems& problems) const {
  subnet::NodeOptions out;
  out.ledger = place.ledger;
  out.address_book = absl::StrCat(place.folder, "/addresses");
  out.genesis = place.genesis;
  out.checkpoint = place.checkpoint;
  out.trust_period = std::chrono::hours(24 * options.trust_days);
  out.votes = votes;
  out.peers = read_peers(options, problems);
  out.exchange_every = std::chrono::milliseconds(options.exchange_ms);
  out.announce = read_announced(options, problems);
  if (!out.announce.empty()) return out;
  const Endpoint local = server->local_endpoint();
  if (!is_wildcard(local.host)) {
    out.announce = {local};
  } else {
    log({LogLevel::kWarning,
         "not_announced",
         "nobody is told where this node is: --announce HOST:PORT, as others reach it",
         {}});
  }
  return out;
}

absl::Status RunNode::Impl::open(const RunPlace& place, bool votes) {
  Problems problems;
  const auto listener = read_listener(options.listen, "--listen", problems);
  if (!listener && problems.empty()) problems.add("--listen", "is needed: others have to ask it");
  if (!problems.empty()) return status_of(problems);

  // The service wants to know schemes, which the node knows, which wants to know the port.
  using SchemeOf = std::function<std::optional<Scheme>(const AccountId&)>;
  const auto scheme_of = std::make_shared<SchemeOf>();
  SignedServiceOptions how;
  how.signer = signer.signer.get();
  how.sign_on = sign_on();
  how.admission = admission;
  how.scheme_of = [scheme_of](const AccountId& hotkey) {
    return *scheme_of ? (*scheme_of)(hotkey) : std::nullopt;
  };
  auto made = SignedService::make(io.get_executor(), std::move(how));
  if (!made.ok()) return made.status();
  service = *std::move(made);
  auto listening = listen("--listen", *listener, service, admission);
  if (!listening.ok()) return listening.status();
  server = *std::move(listening);

  subnet::NodeOptions node_how = node_options(place, votes, problems);
  if (!problems.empty()) return status_of(problems);
  if (signing) node_how.signing = signing->get_executor();
  auto opened = Node::open(io, std::move(node_how), *signer.signer, *transport);
  if (!opened.ok()) return opened.status();
  node = *std::move(opened);
  *scheme_of = node->schemes();
  watch();
  return absl::OkStatus();
}

void RunNode::Impl::watch() {
  sealed = node->on_sealed([sink = log](const std::shared_ptr<const subnet::SealedEpoch>& epoch) {
    sink(entry_of(*epoch));
  });
  notices = node->on_notice([sink = log](const subnet::NodeNotice& notice) {
    sink({level_of(notice.kind),
          subnet::notice_name(notice.kind),
          notice.text,
          {{"epoch", absl::StrCat(notice.epoch)}}});
  });
}

absl::StatusOr<std::unique_ptr<RunNode>> RunNode::make(asio::io_context& io,
                                                       const RunOptions& options,
                                                       const RunPlace& place, RunSigner signer,
                                                       bool votes, LogSink log) {
  auto impl = std::make_unique<Impl>(io, options, std::move(signer), std::move(log));
  if (absl::Status status = impl->open(place, votes); !status.ok()) return status;
  return std::unique_ptr<RunNode>(new RunNode(std::move(impl)));
}

RunNode::RunNode(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunNode::~RunNode() = default;

HttpClient& RunNode::client() { return impl_->client; }
SignedClient& RunNode::signed_client() { return *impl_->signed_client; }
SignedService& RunNode::service() { return *impl_->service; }
Node& RunNode::node() { return *impl_->node; }
const PublicKey& RunNode::own() const { return impl_->signer.signer->public_key(); }

absl::Status RunNode::open_page(subnet::PageOptions options) {
  Problems problems;
  const auto listener = read_listener(impl_->options.page, "--page", problems);
  if (!problems.empty()) return status_of(problems);
  if (!listener) return absl::OkStatus();
  options.hosts = impl_->options.page_hosts;
  auto others = std::move(options.metrics);
  options.metrics = [impl = impl_.get(), others] {
    auto out = subnet::http_metrics("http", impl->server->counters());
    if (!others) return out;
    for (auto& metric : others()) out.push_back(std::move(metric));
    return out;
  };
  auto listening = impl_->listen(
      "--page", *listener, subnet::make_page_service(*impl_->node, std::move(options)), nullptr);
  if (!listening.ok()) return listening.status();
  impl_->page = *std::move(listening);
  return absl::OkStatus();
}

void RunNode::start() {
  impl_->node->start();
  const std::string listen = endpoint_text(impl_->server->local_endpoint());
  const std::string page = impl_->page ? endpoint_text(impl_->page->local_endpoint()) : "";
  const auto view = impl_->node->view();
  const State& state = view->sealed->state;
  impl_->log({LogLevel::kInfo,
              "listening",
              absl::StrCat("hotkey ", own().address(), " of network ",
                           to_hex(state.subnet.network).substr(0, 16), ", epoch ", state.epoch + 1,
                           "; listens on ", listen,
                           page.empty() ? "" : absl::StrCat("; page http://", page, "/")),
              {{"hotkey", own().address()}, {"listen", listen}, {"page", page}}});
}

asio::awaitable<void> RunNode::drain(std::chrono::milliseconds limit) {
  Impl& impl = *impl_;
  co_await impl.server->drain(limit);
  co_await impl.node->drain();
  if (impl.page) co_await impl.page->drain(std::chrono::milliseconds(500));
  impl.sealed = {};
  impl.notices = {};
}

namespace {

asio::awaitable<void> drain_and_stop(asio::io_context& io,
                                     std::function<asio::awaitable<void>()> drain) {
  auto work = drain();
  co_await std::move(work);
  io.stop();
}

/// Arms the next signal. The first one begins the drain.
void on_signal(asio::signal_set& signals, asio::io_context& io, const LogSink& log,
               const std::function<asio::awaitable<void>()>& drain, bool first) {
  signals.async_wait([&, first](const boost::system::error_code& error, int number) {
    if (error) return;
    if (!first) _exit(128 + number);
    log({LogLevel::kInfo,
         "stopping",
         "stops: what was begun is finished; once more ends it at once",
         {}});
    on_signal(signals, io, log, drain, false);
    auto work = drain_and_stop(io, drain);
    asio::co_spawn(io, std::move(work), asio::detached);
  });
}

}  // namespace

int run_until_signal(asio::io_context& io, const LogSink& log,
                     std::function<asio::awaitable<void>()> drain) {
  asio::signal_set signals(io, SIGINT, SIGTERM);
  on_signal(signals, io, log, drain, true);
  try {
    io.run();
  } catch (const std::exception& error) {
    log({LogLevel::kError,
         "internal_error",
         absl::StrCat("something went wrong inside the program: ", error.what()),
         {}});
    return kFailed;
  }
  log({LogLevel::kInfo, "stopped", "stopped", {}});
  return kDone;
}

}  // namespace yuma::cli
