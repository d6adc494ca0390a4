// SPDX-License-Identifier: MIT
#pragma once

// The validator's side of a subnet's work: it asks miners, scores what they answer, and its scores
// become the weights that its node commits to. A builder writes a Scorer; the rest is done here:
//
//   rounds     one after the other while an epoch lasts; a silent miner costs its own deadline only
//   averages   moving ones, keyed by hotkey, kept over restarts (scores.hpp)
//   weights    from the averages, once an epoch, early enough to be in it (wire/weights.hpp)
//
// Requests are signed for the miner that they go to. What is known of the scores of an epoch is not
// shown to anybody until that epoch is sealed: before, others could copy it.

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "yuma/net/http.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"
#include "yuma/replica/state.hpp"
#include "yuma/subnet/log.hpp"
#include "yuma/subnet/scores.hpp"

namespace yuma {
class SignedClient;
}

namespace yuma::subnet {

class Node;

/// A member that can be asked: anybody in the roster without power.
struct RoundMiner {
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::vector<Endpoint> endpoints;  ///< the newest that it announced; empty: not known
};

/// What came of asking a miner.
struct Answer {
  enum class Outcome : std::uint8_t {
    kAnswered,     ///< there is a status and a body; the status may be an error's
    kNoAddress,    ///< it has announced none
    kUnreachable,  ///< no connection, or it broke
    kTooLate,      ///< not there as a whole by the deadline
    kNotVerified,  ///< a signature was asked for, and there is none that holds
    kNotAsked,     ///< our own side failed: the signer is away, the request is none
  };
  Outcome outcome = Outcome::kNotAsked;
  int status = 0;  ///< of HTTP
  std::vector<Header> headers;
  std::string body;
  bool verified = false;  ///< signed by the miner that was asked, over this answer
  /// From the last byte of the request written to the first byte of the answer read, so nothing
  /// that this validator did before or after counts.
  double milliseconds = 0;
  /// The same to the last byte of the answer.
  double total_milliseconds = 0;
  std::string error;  ///< one line, where the outcome is not kAnswered

  /// Answered, with a status of 200 to 299.
  bool good() const { return outcome == Outcome::kAnswered && status >= 200 && status < 300; }
};
/// "answered", "no_address", ...
std::string_view outcome_name(Answer::Outcome outcome);

struct AskOptions {
  std::chrono::milliseconds deadline{5'000};  ///< for all of it, from connecting to the last byte
  /// Ask for a signed answer and take no other. For miners that do not run this project's code:
  /// false; `verified` then tells whether there was one all the same.
  bool require_signature = true;
  std::size_t max_body = std::size_t{1} << 20;  ///< of the answer; a longer one is kUnreachable
};

/// One round of asking and scoring.
class Round {
 public:
  virtual ~Round() = default;

  virtual std::uint64_t epoch() const = 0;   ///< the one under way
  virtual std::uint64_t number() const = 0;  ///< rounds of this epoch before it
  /// The miners of the last sealed roster, ascending by uid; also those without an address.
  virtual std::span<const RoundMiner> miners() const = 0;
  /// The sealed state that this round started from.
  virtual const State& state() const = 0;
  /// A number that nobody can foresee, another one each round: to choose what is asked.
  virtual std::uint64_t random() const = 0;
  /// When the weights of this epoch are chosen. A round that ends later counts for the next one.
  virtual std::chrono::steady_clock::time_point closes() const = 0;

  /// Asks one miner. Never throws; ends by the deadline, whatever the miner does.
  virtual asio::awaitable<Answer> ask(RoundMiner miner, HttpRequest request,
                                      AskOptions options) = 0;
  /// Asks all miners the same at once. Answers in the order of miners(); as long as the slowest.
  virtual asio::awaitable<std::vector<Answer>> ask_all(HttpRequest request, AskOptions options) = 0;
  /// Asks each miner something of its own: requests in the order of miners().
  virtual asio::awaitable<std::vector<Answer>> ask_each(std::vector<HttpRequest> requests,
                                                        AskOptions options) = 0;
  /// Asks some miners, each something of its own: as many requests as miners.
  virtual asio::awaitable<std::vector<Answer>> ask_some(std::vector<RoundMiner> miners,
                                                        std::vector<HttpRequest> requests,
                                                        AskOptions options) = 0;

  /// The score of a miner in this round, from 0 (nothing) to 1. Of two for one hotkey the last one
  /// holds. What is outside is cut, what is no number counts as 0, both with a line in the log.
  /// A miner that was asked and gets no score counts as 0; one that was not asked and gets none
  /// keeps its average.
  virtual void score(const PublicKey& hotkey, double value) = 0;
  /// A miner that was asked keeps its average in this round.
  virtual void skip(const PublicKey& hotkey) = 0;
  /// A few words on what this miner did, for tables and logs: "tour of 71,203 km". At most 80
  /// characters are kept.
  virtual void note(const PublicKey& hotkey, std::string text) = 0;
};

/// What a validator does.
class Scorer {
 public:
  virtual ~Scorer() = default;

  /// One round. Runs on the network thread: computing of more than a few milliseconds belongs into
  /// in_background(). Where it throws, the round counts for nothing, and the log says why.
  virtual asio::awaitable<void> round(Round& round) = 0;

  /// The last word on the weights of an epoch: one entry for each miner whose average is above 0,
  /// ascending by uid. Values are relative. What it returns is fitted to the subnet's limits;
  /// nothing positive in it means that no weights are set and those of before stay. Uids of
  /// validators may be added.
  virtual std::vector<UidScore> weights(const State& state, std::vector<UidScore> averages) {
    (void)state;
    return averages;
  }

  /// The validator stops: no further call follows. Waited for, but not for long.
  virtual asio::awaitable<void> stop() { co_return; }
};

struct ValidatorOptions {
  std::string scores_path;  ///< the file of the averages
  double alpha = 0.2;       ///< weight of a new score in the average, above 0, at most 1
  /// From the start of one round to the start of the next; a longer round delays it. 0: a quarter
  /// of an epoch, at most a minute.
  std::chrono::milliseconds round_every{0};
  /// A round that takes longer is ended and counts for nothing. 0: an epoch, at most 10 minutes.
  std::chrono::milliseconds round_limit{0};
  std::size_t max_asked = 256;  ///< miners that ask_all() and ask_each() ask at a time
  std::uint64_t version_key = 0;
};

/// What the rounds of one epoch made of one miner.
struct MinerWork {
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::uint32_t asked = 0, answered = 0;  ///< `answered`: with a good status, in time
  double score = 0;                       ///< mean of its scores in this epoch's rounds
  double average = 0;                     ///< the moving one at the end
  double milliseconds = 0;                ///< mean of its good answers
  std::string note;                       ///< the last one
};
struct EpochWork {
  std::uint64_t epoch = 0;
  std::uint32_t rounds = 0, failed_rounds = 0;
  std::vector<MinerWork> miners;  ///< ascending by uid
};

/// What a validator may show: work of sealed epochs, the newest last, at most the last 64.
struct ValidatorView {
  std::vector<EpochWork> epochs;
  std::uint64_t rounds = 0, failed_rounds = 0;  ///< since the start
  std::string scores_problem;                   ///< why the averages cannot be saved; empty: saved
};

class Validator {
 public:
  /// All references have to live longer. Loads the averages: see Scores::open() for what fails.
  static absl::StatusOr<std::unique_ptr<Validator>> make(asio::any_io_executor executor, Node& node,
                                                         SignedClient& client, Scorer& scorer,
                                                         ValidatorOptions options, LogSink log);
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  /// Rounds and weights from now on. Once.
  void start();
  /// No further round; the one that runs gets `limit` to end. Stops the scorer and saves the
  /// scores.
  asio::awaitable<void> drain(std::chrono::milliseconds limit);

  /// May be called from any thread.
  std::shared_ptr<const ValidatorView> view() const;

 private:
  struct Impl;
  explicit Validator(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma::subnet
