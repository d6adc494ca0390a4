// SPDX-License-Identifier: MIT
#pragma once

// yuma-miner and yuma-validator as a library: a builder's miner is yuma-miner with his handler in
// it, a builder's validator yuma-validator with his scorer. All commands are there (key, signer,
// genesis, amend, run), flags, configuration, logs, the page and how to stop.
//
//   int main(int argc, char** argv) {
//     return yuma::program::validator_main(argc, argv, {.scorer = [](auto& context) {
//       return std::make_unique<MyScorer>(context);
//     }});
//   }
//
// Link yuma::program. docs/build-a-subnet.md leads through it.

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "yuma/subnet/background.hpp"
#include "yuma/subnet/miner.hpp"
#include "yuma/subnet/validator.hpp"

namespace CLI {
class App;
}

namespace yuma {
class HttpClient;
}

namespace yuma::program {

/// What a handler or scorer is made with. Everything outlives it.
struct ProgramContext {
  asio::io_context& network;   ///< on whose thread handlers and scorers run
  asio::thread_pool& workers;  ///< for in_background(): a thread for each processor
  HttpClient& client;          ///< for calls of its own that need no signature
  subnet::Node& node;          ///< the sealed state, who can be reached
  PublicKey own;               ///< hotkey of this program
  std::string data;            ///< folder for what it wants to keep
  subnet::LogSink log;         ///< into the program's log
};

/// An error's message is shown, and the program ends with exit status 1.
using HandlerFactory =
    std::function<absl::StatusOr<std::unique_ptr<subnet::MinerHandler>>(ProgramContext&)>;
using ScorerFactory =
    std::function<absl::StatusOr<std::unique_ptr<subnet::Scorer>>(ProgramContext&)>;

/// Adds flags of one's own to `run`, with CLI11 (#include "CLI/CLI.hpp"). Like the others they can
/// also be given in the configuration file and the environment. Called once, before parsing; what
/// the flags are bound to has to outlive the program.
using ExtraOptions = std::function<void(CLI::App& run)>;

struct MinerProgram {
  HandlerFactory handler;  ///< none: `run` needs --upstream
  ExtraOptions options;
  std::string about;  ///< what --help says first; empty: that of yuma-miner
  std::string version;
};

struct ValidatorProgram {
  ScorerFactory scorer;  ///< none: `run` needs --scorer
  ExtraOptions options;
  std::string about;
  std::string version;
};

/// The whole program; its exit status: 0 done, 1 a failure, 2 bad input.
int miner_main(int argc, char** argv, MinerProgram program);
int validator_main(int argc, char** argv, ValidatorProgram program);

}  // namespace yuma::program
