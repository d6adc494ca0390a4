// SPDX-License-Identifier: MIT
#pragma once

// The options of `run` that yuma-miner and yuma-validator share, and what they mean.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/key_options.hpp"
#include "cli/problems.hpp"
#include "cli/run_config.hpp"
#include "yuma/identity/signer.hpp"
#include "yuma/net/http_server.hpp"
#include "yuma/subnet/node.hpp"

namespace yuma::cli {

/// As they are given.
struct RunOptions {
  std::string config;
  bool print_config = false, dry_run = false;

  std::string genesis, checkpoint, checkpoint_block;
  unsigned trust_days = 30;
  std::string data, ledger;
  std::vector<std::string> peers;
  unsigned exchange_ms = 1000;

  KeyChoice key;
  PasswordSource::Options password;
  std::string signer;

  std::string listen, page;
  std::vector<std::string> announce, page_hosts;

  std::string log_format = "text", log_level = "info";
};

/// Adds them to `run`. `listen` and `page` are the defaults.
void add_run_options(CLI::App& command, RunOptions& options, std::string listen, std::string page);

/// The configuration of a command that has all its options by now.
RunConfig config_of(CLI::App& command);

/// The subnet and where this node keeps its files, read and checked.
struct RunPlace {
  std::optional<Genesis> genesis;
  std::optional<SealedState> checkpoint;
  std::string folder;  ///< exists where `made` was asked for
  std::string ledger;
  std::string scores;
};
enum class MakeFolder : bool { kNo, kYes };
/// `own`: the hotkey, for the default folder.
absl::StatusOr<RunPlace> place_of_run(const RunOptions& options, const PublicKey& own,
                                      MakeFolder make);

/// The last sealed state of the ledger, else the checkpoint, else the genesis. For a dry run: reads
/// only.
absl::StatusOr<SealedState> present_state(const RunPlace& place);

/// HOTKEY@HOST:PORT[,HOST:PORT...] each.
std::vector<subnet::ExchangeTarget> read_peers(const RunOptions& options, Problems& problems);

/// The listener, or nothing for "off".
std::optional<Endpoint> read_listener(const std::string& text, const std::string& flag,
                                      Problems& problems);
/// What the node tells others: --announce, else where it listens if that is one address.
std::vector<Endpoint> read_announced(const RunOptions& options, Problems& problems);

/// The key or the isolated signer. `is_remote`: asking it blocks.
struct RunSigner {
  std::unique_ptr<Signer> signer;
  bool is_remote = false;
};
absl::StatusOr<RunSigner> open_signer(const RunOptions& options);

/// "2 s", "500ms": as parse_block_time(), and "0" for none.
absl::StatusOr<std::chrono::milliseconds> read_time(const std::string& text);

}  // namespace yuma::cli
