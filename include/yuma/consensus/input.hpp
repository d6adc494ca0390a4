// SPDX-License-Identifier: MIT
#pragma once

// What one epoch reads: the state of a subnet at a block, its hyperparameters, and the emission to
// be shared out. EpochInput is a view: the caller keeps the data alive. n is the number of uids.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "yuma/consensus/sparse_rows.hpp"
#include "yuma/fixed/decimal.hpp"
#include "yuma/fixed/fixed.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// A subnet's hyperparameters, as far as the epoch reads them. Proportions are u / 65535. The
/// defaults are the chain's for a subnet that never changed them.
struct Hyperparameters {
  std::uint16_t tempo = 360;                     ///< blocks between epochs
  std::uint64_t activity_cutoff = 5000;          ///< blocks without an update until inactive
  std::uint64_t min_stake = 0;                   ///< rao; less stake than this counts as none
  std::uint16_t max_allowed_validators = 128;    ///< permits go to this many largest stakes
  std::uint16_t kappa = 32767;                   ///< share of stake that sets the consensus
  std::uint16_t bonds_penalty = 65535;           ///< how far clipping reaches the bonds
  std::uint64_t bonds_moving_average = 900'000;  ///< share of old bonds kept, in millionths
  bool yuma3 = false;                            ///< bonds per pair instead of per column
  bool liquid_alpha = false;                     ///< sigmoid bond rates; only with yuma3
  std::uint16_t alpha_low = 45875;               ///< lowest bond rate of liquid alpha
  std::uint16_t alpha_high = 58982;              ///< highest bond rate of liquid alpha
  std::int16_t alpha_sigmoid_steepness = 1000;   ///< in hundredths
  /// The subnet's own choice; not set: the one of ChainRules. Only read where the rules let a
  /// subnet choose.
  std::optional<LiquidAlphaConsensus> liquid_alpha_consensus;
};

/// Everything one epoch reads. See check_input() for the shapes.
struct EpochInput {
  std::uint32_t n = 0;                          ///< number of uids, at most 65,535
  std::uint64_t current_block = 0;              ///< the block the epoch runs in
  std::uint64_t last_mechanism_step_block = 0;  ///< block of the previous epoch; 0: none
  std::span<const std::uint64_t> last_update;   ///< block of each uid's last weights; any length
  std::span<const std::uint64_t> block_at_registration;  ///< [n]
  /// [n] smallest block of any unexpired weight commit of a uid, 2^64 - 1 for none; not set where
  /// the subnet does not use commit-reveal.
  std::optional<std::span<const std::uint64_t>> commit_blocks;
  std::span<const I64F64> stake;                      ///< [n] stake weight, rao, not negative
  std::optional<Uid> owner_uid;                       ///< uid of the subnet owner's hotkey
  std::span<const std::uint8_t> validator_permits;    ///< of the last epoch; any length, 0 or 1
  SparseRowsView<std::uint16_t> weights;              ///< n rows or more; u16 weights
  SparseRowsView<std::uint16_t> bonds;                ///< n rows or more; u16 bonds as stored
  std::span<const std::uint16_t> previous_consensus;  ///< [n] as stored, or empty: none stored
  std::uint64_t emission = 0;                         ///< rao to share out among all uids
  Hyperparameters parameters;
};

/// Checks shapes and values. InvalidArgument names the argument, the index and the value.
///
/// What the chain itself tolerates is no error: last_update and validator_permits shorter or longer
/// than n, rows from n on, entries and an owner with a uid from n on. The epoch ignores these.
inline absl::Status check_input(const EpochInput& input) {
  constexpr std::uint32_t kMostUids = 65535;
  const auto wrong = [](auto&&... parts) {
    return absl::InvalidArgumentError(absl::StrCat("epoch: ", parts...));
  };
  const auto check_length = [&](const char* name, std::size_t length) {
    if (length == input.n) return absl::OkStatus();
    return wrong(name, " has ", length, " entries for n = ", input.n, " uids");
  };
  const auto check_rows = [&](const char* name, const SparseRowsView<std::uint16_t>& m) {
    if (m.rows() < input.n)
      return wrong(name, " has ", m.rows(), " rows for n = ", input.n, " uids");
    if (m.uids.size() != m.values.size()) {
      return wrong(name, " has ", m.uids.size(), " uids but ", m.values.size(), " values");
    }
    if (m.offsets.empty()) {
      if (m.uids.empty()) return absl::OkStatus();
      return wrong(name, " has ", m.uids.size(), " entries but no rows");
    }
    if (m.offsets.front() != 0) return wrong(name, ".offsets[0] is ", m.offsets.front(), ", not 0");
    for (std::size_t i = 1; i < m.offsets.size(); ++i) {
      if (m.offsets[i] < m.offsets[i - 1]) {
        return wrong(name, ".offsets[", i, "] is ", m.offsets[i], ", less than the one before, ",
                     m.offsets[i - 1]);
      }
    }
    if (m.offsets.back() != m.uids.size()) {
      return wrong(name, ".offsets[", m.offsets.size() - 1, "] is ", m.offsets.back(), " for ",
                   m.uids.size(), " entries");
    }
    return absl::OkStatus();
  };

  if (input.n > kMostUids) return wrong("n is ", input.n, ", more than ", kMostUids);
  absl::Status status = check_length("block_at_registration", input.block_at_registration.size());
  status.Update(check_length("stake", input.stake.size()));
  if (input.commit_blocks)
    status.Update(check_length("commit_blocks", input.commit_blocks->size()));
  if (!input.previous_consensus.empty()) {
    status.Update(check_length("previous_consensus", input.previous_consensus.size()));
  }
  status.Update(check_rows("weights", input.weights));
  status.Update(check_rows("bonds", input.bonds));
  if (!status.ok()) return status;

  for (std::size_t i = 0; i < input.stake.size(); ++i) {
    if (input.stake[i] < I64F64::zero()) {
      return wrong("stake[", i, "] is negative: bits ", to_decimal(input.stake[i].bits));
    }
  }
  return absl::OkStatus();
}

}  // namespace yuma
