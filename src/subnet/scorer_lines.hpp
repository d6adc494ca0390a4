// SPDX-License-Identifier: MIT
#pragma once

// The lines of JSON that a validator and its scorer's process exchange (docs/scorer.md), made and
// read. What is read comes from a program that may be wrong in any way.

#include <string>
#include <string_view>
#include <vector>

#include "yuma/subnet/validator.hpp"

namespace yuma::subnet {

/// {"type": "challenge", ...}
std::string challenge_line(const Round& round);

/// What a scorer wants to ask, each miner at most once.
struct Challenge {
  std::vector<RoundMiner> miners;
  std::vector<HttpRequest> requests;  ///< as many
  AskOptions options;
};
/// InvalidArgument, naming the field, where the line is none.
absl::StatusOr<Challenge> read_challenge(std::string_view line, const Round& round);

/// Asks them all at once. Answers in the order of the challenge.
struct ChallengeAnswers {
  std::vector<RoundMiner> miners;
  std::vector<Answer> answers;
};
asio::awaitable<ChallengeAnswers> ask_challenge(Round& round, Challenge challenge);

/// {"type": "score", ...}
std::string answers_line(const Round& round, const ChallengeAnswers& answers);

/// Gives the scores to the round. InvalidArgument, naming the field, where the line is none; the
/// round is then to be dropped.
absl::Status read_scores(std::string_view line, Round& round);

}  // namespace yuma::subnet
