// SPDX-License-Identifier: MIT
#pragma once

// What a running miner and a running validator have in common: the node of the subnet, the port
// where signed requests arrive, the page, and how all of it ends in good order.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/run_options.hpp"
#include "yuma/net/http_client.hpp"
#include "yuma/net/http_server.hpp"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"
#include "yuma/subnet/log.hpp"
#include "yuma/subnet/node.hpp"
#include "yuma/subnet/page_service.hpp"

namespace yuma::cli {

class RunNode {
 public:
  /// Opens everything and listens; nothing is answered or sent before start(). Errors say which
  /// flag to change.
  static absl::StatusOr<std::unique_ptr<RunNode>> make(asio::io_context& io,
                                                       const RunOptions& options,
                                                       const RunPlace& place, RunSigner signer,
                                                       bool votes, subnet::LogSink log);
  ~RunNode();
  RunNode(const RunNode&) = delete;
  RunNode& operator=(const RunNode&) = delete;

  HttpClient& client();
  SignedClient& signed_client();
  SignedService& service();
  subnet::Node& node();
  const PublicKey& own() const;

  /// The page, where one is wanted. Before start().
  absl::Status open_page(subnet::PageOptions options);
  void start();

  /// Lets what was asked be answered, but no longer than `limit`, and closes the ledger.
  asio::awaitable<void> drain(std::chrono::milliseconds limit);

 private:
  struct Impl;
  explicit RunNode(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Runs until SIGTERM or SIGINT, then until `drain` is done; a second signal ends the process at
/// once. The exit status.
int run_until_signal(asio::io_context& io, const subnet::LogSink& log,
                     std::function<asio::awaitable<void>()> drain);

}  // namespace yuma::cli
