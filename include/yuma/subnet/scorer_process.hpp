// SPDX-License-Identifier: MIT
#pragma once

// A scorer that is a program of its own, in whatever language: `yuma-validator run --scorer CMD`.
// It gets one line of JSON and answers with one line of JSON (docs/scorer.md):
//
//   challenge   what to ask this round's miners
//   score       the answers; it gives each miner a number from 0 to 1
//
// It is started with the validator and again, with growing pauses, whenever it ends. An answer that
// takes too long, is none, or is longer than allowed costs the round, and the program is started
// anew; the validator, its node and its averages are not harmed. What it writes to its standard
// error goes to the log, line by line. Its input is closed and SIGTERM sent when the validator
// stops, SIGKILL a while later; it never outlives the validator.

#include "yuma/subnet/validator.hpp"

namespace yuma::subnet {

struct ScorerProcessOptions {
  /// Program and arguments; no shell. split_command() makes it of a line.
  std::vector<std::string> command;
  std::chrono::milliseconds limit{30'000};       ///< for one answer
  std::size_t max_line = std::size_t{64} << 20;  ///< bytes of a line, either way
  std::chrono::milliseconds first_pause{500};    ///< until it is started again; doubles each time
  std::chrono::milliseconds longest_pause{30'000};
};

/// The words of a command line: blanks separate, '...' and "..." keep them, a backslash takes the
/// next character as it is. Nothing is expanded. InvalidArgument for an open quote and for no word.
absl::StatusOr<std::vector<std::string>> split_command(std::string_view line);

/// NotFound or PermissionDenied where the program cannot be started, before anything runs.
absl::Status check_command(const std::vector<std::string>& command);

class ScorerProcess final : public Scorer {
 public:
  ScorerProcess(asio::any_io_executor executor, ScorerProcessOptions options, LogSink log);
  ~ScorerProcess() override;

  asio::awaitable<void> round(Round& round) override;
  asio::awaitable<void> stop() override;

  /// Starts since the beginning, the first one included.
  std::uint64_t starts() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma::subnet
