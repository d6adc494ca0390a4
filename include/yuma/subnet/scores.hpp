// SPDX-License-Identifier: MIT
#pragma once

// What a validator thinks of its miners: moving averages of their scores, which outlive restarts.
//
// They are keyed by hotkey, never by uid: whoever takes over a uid starts at 0 and inherits
// nothing, and a hotkey that moves to another uid keeps what it earned.
//
//   average := average + alpha (score - average), from 0
//
// The file has a checksum and is replaced as a whole: after a crash it is the old one or the new
// one. A file that cannot be read is never overwritten, and nothing is written that was not loaded
// first, so no start can turn what was earned to zeros.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"
#include "yuma/replica/state.hpp"

namespace yuma::subnet {

/// The score of who holds a uid at the moment.
struct UidScore {
  std::uint16_t uid = 0;
  double value = 0;
  friend bool operator==(const UidScore&, const UidScore&) = default;
};

/// A score of one round.
struct HotkeyScore {
  PublicKey hotkey;
  double value = 0;  ///< 0 to 1
};

class Scores {
 public:
  /// The averages of one subnet in a file, which need not exist yet. DataLoss for a file that is
  /// damaged, FailedPrecondition for one of another subnet or of a newer version, Unavailable where
  /// it cannot be read: each with what to do. Nothing is written.
  static absl::StatusOr<Scores> open(std::string path, const SubnetId& subnet);

  /// Takes the scores of a round: each hotkey once, values from 0 to 1; InvalidArgument otherwise,
  /// and nothing is taken. `alpha` above 0, at most 1.
  absl::Status add(std::span<const HotkeyScore> round, double alpha, std::uint64_t epoch);

  /// 0 for a hotkey that was never scored.
  double average(const PublicKey& hotkey) const;
  /// How many rounds have scored it.
  std::uint64_t rounds(const PublicKey& hotkey) const;

  /// The averages above 0 of the members of a roster, ascending by uid.
  std::vector<UidScore> by_uid(const State& state) const;

  /// Forgets hotkeys that are not in the roster and were last scored before `epoch`.
  void forget(const State& state, std::uint64_t epoch);

  /// Puts them on disk, synced. ResourceExhausted on a full disk: the file that is there stays, and
  /// a later call may succeed. Blocks.
  absl::Status save() const;

  std::size_t size() const { return entries_.size(); }
  const std::string& path() const { return path_; }

 private:
  struct Entry {
    PublicKey hotkey;
    double average = 0;
    std::uint64_t rounds = 0;
    std::uint64_t last_epoch = 0;
  };
  Scores(std::string path, SubnetId subnet) : path_(std::move(path)), subnet_(subnet) {}
  const Entry* find(const PublicKey& hotkey) const;
  Entry& find_or_add(const PublicKey& hotkey);

  std::string path_;
  SubnetId subnet_;
  std::vector<Entry> entries_;  // ascending by scheme and key
};

}  // namespace yuma::subnet
