// SPDX-License-Identifier: MIT
#pragma once

// Finds validators whose weights repeat what others had set before: pure, on sealed rows alone, so
// everybody who holds a ledger comes to the same list.
//
// Commit-reveal hides weights until they are sealed, but who takes the sealed ones and sets them an
// epoch later still earns without work. Such a row gives itself away: it lies nearer to what
// another row was than to what that row has become. How much nearer is what counts, and in how many
// dimensions. A row that is honest and happens to lie in the ball around an old row whose radius is
// r times the distance to the new one does so with a chance of about r^k, where k is the number of
// weights that are free to vary; so each epoch is worth k * ln(1 / r) of evidence, in nats. An
// epoch in which the other row did not change is worth nothing: agreement is no copying.

#include <cstdint>
#include <string>
#include <vector>

#include "yuma/replica/state.hpp"

namespace yuma::subnet {

/// One validator's row as it was sealed.
struct SealedRow {
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::uint64_t stake = 0;             ///< rao
  bool renewed = false;                ///< set in this epoch; else still that of an earlier one
  std::vector<std::uint16_t> uids;     ///< ascending
  std::vector<std::uint16_t> weights;  ///< as many
};

/// The rows that count after one epoch, ascending by uid.
struct SealedRows {
  std::uint64_t epoch = 0;
  std::vector<SealedRow> rows;
  std::vector<std::uint16_t> consensus;  ///< by uid
};

/// The rows of the validators after an epoch that led from one state to the other.
SealedRows sealed_rows(const State& before, const State& after);

/// What a copied row is like.
struct Copier {
  std::uint16_t uid = 0;
  PublicKey hotkey;
  std::int32_t of = kOfAverage;  ///< the uid whose rows it repeats, or one of these two
  std::uint32_t lag = 0;         ///< epochs by which it is behind
  std::uint32_t repeated = 0;    ///< epochs in which it lies ten times nearer to the old row
  std::uint32_t compared = 0;    ///< epochs in which that could be told
  double evidence = 0;           ///< nats

  /// The average of all the other rows, by stake.
  static constexpr std::int32_t kOfAverage = -1;
  static constexpr std::int32_t kOfConsensus = -2;
  friend bool operator==(const Copier&, const Copier&) = default;
};

/// Listed is who repeats in at least two epochs and in more than half of those compared, with this
/// much evidence (in nats) beyond what choosing the nearest of all rows is worth.
inline constexpr double kCopierEvidence = 20.0;
/// So many epochs are looked at, the newest of `history`.
inline constexpr std::size_t kCopierWindow = 24;

/// The copiers among the validators of the newest epoch, ascending by uid; of each the row that it
/// repeats most clearly. `history` ascends by epoch without gaps; rows of a uid that changed hands
/// do not count against the new holder. Cost: epochs * validators^2 * weights of a row.
///
/// A hint, not a proof: who follows the same public signal an epoch late looks the same. Nothing is
/// paid or taken because of it.
std::vector<Copier> find_copiers(const std::vector<SealedRows>& history);

/// "repeats uid 2, 1 epoch late (3 of 3 epochs)".
std::string describe(const Copier& copier);

}  // namespace yuma::subnet
