// SPDX-License-Identifier: MIT
#pragma once

// Random epochs for tests, a pure function of seed and options.
//
// Every case starts sane: validators with some stake, in permit and active, rows sorted, weights
// that agree more or less on who is good, bonds that lag behind them. Oddities are then added one
// by one, each with a chance of its own, so that a hostile case holds a few of them at once and
// a fast path that gives up on one is still met with all the others. Oddities of blocks and amounts
// aim at both sides of a boundary and at the boundary itself.

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "tests/support/random.hpp"
#include "yuma/snapshot/epoch_snapshot.hpp"

namespace yuma::test {

/// What may be odd about a case. "Some" is drawn anew for each uid, row or entry.
enum class Oddity : std::size_t {
  kTiedStake,           ///< stakes of a few levels only, or all equal
  kTinyStake,           ///< some stake below a rao, below 2^-32 of the total, or zero
  kSpreadStake,         ///< stakes over many powers of two, up to 2^56 rao
  kTiedWeights,         ///< weights of a few levels only, or all equal
  kExtremeValues,       ///< some weights and bonds are 0, 1, 32768, 65534 or 65535
  kZeroRows,            ///< some rows hold zeros only
  kSingleEntryRows,     ///< some rows have one entry: a share of exactly one
  kEmptyRows,           ///< some rows are empty
  kUnsortedRows,        ///< some rows are out of order, by one swap or altogether
  kDuplicateUids,       ///< some entries are there again, with another value
  kUidsOutOfRange,      ///< some entries are for uids from n on
  kExtraRows,           ///< rows from n on
  kRaggedVectors,       ///< last_update and permits shorter or longer than n
  kSelfWeights,         ///< some validators weigh themselves
  kInactive,            ///< some last_update at current_block - activity_cutoff, give or take one
  kOutdatedWeights,     ///< some last_update at a registration, give or take one
  kRecentRegistration,  ///< some registrations at the bonds' cutoff, give or take one
  kCommitReveal,        ///< commit-reveal on, some commits at a registration, give or take one
  kBlocksAtLimits,      ///< some blocks 0 or 2^64 - 1, a tempo beyond the current block
  kNoPermit,            ///< some validators without permit, some others with one
  kForeignBonds,        ///< bonds of uids that never validated
  kNoBonds,             ///< none stored
  kFewPermits,          ///< max_allowed_validators 0 .. n + 1
  kMinStake,            ///< min_stake at someone's stake, give or take one
  kOwner,               ///< an owner: a validator, a miner, or out of range
  kKappa,               ///< 0, 1, 65534, 65535, exact ties of equal stakes, anything
  kPenalty,             ///< 0, 1, the middle, 65534, anything
  kMovingAverage,       ///< 0, 1, 10^6, anything between
  kAlphas,              ///< alphas of any order, equal, 0, 65535
  kSteepness,           ///< 0, negative, steep; exp at exactly one; the type's limits
  kPreviousConsensus,   ///< stored, and a mode chosen
  kEmission,            ///< 0, 1, 2^63, 2^64 - 1
};
inline constexpr std::size_t kOddities = static_cast<std::size_t>(Oddity::kEmission) + 1;
using Oddities = std::bitset<kOddities>;

enum class EpochStyle {
  kDense,           ///< every validator weighs nearly every uid
  kSparse,          ///< a validator weighs about eight uids
  kFewValidators,   ///< one to four of them
  kManyValidators,  ///< everyone is one
  kTies,            ///< equal stakes, equal weights, kappa on exact ties
  kHostile,         ///< any of the above, with any oddities
};

struct EpochOptions {
  std::uint32_t min_n = 1;  ///< hostile cases reach n = 0 where this is 0
  std::uint32_t max_n = 40;
  EpochStyle style = EpochStyle::kDense;
  /// Hostile only: exactly these oddities instead of a random choice.
  std::optional<Oddities> oddities;
  /// All stakes that count have distinct shares, also after flooring to 2^-32.
  bool distinct_stakes = false;
  /// Stakes up to the largest there is, so that sums wrap: to zero, to negative, or around.
  bool huge_stakes = false;
  /// bonds_moving_average also above 10^6, up to 2^64 - 1: negative rates.
  bool any_moving_average = false;
};

namespace random_epoch_internal {

class Maker {
 public:
  Maker(std::uint64_t seed, const EpochOptions& options) : random_(seed), options_(options) {}

  EpochSnapshot make() {
    choose_oddities();
    choose_size();
    choose_parameters();
    choose_blocks();
    choose_stakes();
    choose_permits();
    choose_weights();
    choose_bonds();
    choose_previous_consensus();
    s_.emission = has(Oddity::kEmission)
                      ? random_.pick<std::uint64_t>({0, 1, std::uint64_t{1} << 63, kMaxU64})
                      : random_.between<std::uint64_t>(1'000'000, 1'000'000'000'000);
    return std::move(s_);
  }

 private:
  static constexpr std::uint64_t kMaxU64 = std::numeric_limits<std::uint64_t>::max();
  using Entry = std::pair<Uid, std::uint16_t>;

  bool has(Oddity o) const { return odd_[static_cast<std::size_t>(o)]; }
  /// Whether an oddity of this case befalls the uid, row or entry at hand.
  bool odd(Oddity o, unsigned percent) { return has(o) && random_.chance(percent); }
  void add(Oddity o) { odd_.set(static_cast<std::size_t>(o)); }

  /// `block` or one of its neighbours, where there are such.
  std::uint64_t near(std::uint64_t block) {
    const std::uint64_t step = random_.below(3);
    if (step == 0) return block == 0 ? 0 : block - 1;
    return step == 1 || block == kMaxU64 ? block : block + 1;
  }
  std::size_t any_uid() { return random_.below(s_.n); }

  void choose_oddities() {
    if (options_.style == EpochStyle::kTies) {
      for (const Oddity o : {Oddity::kTiedStake, Oddity::kTiedWeights, Oddity::kKappa}) add(o);
    }
    if (options_.style != EpochStyle::kHostile) return;
    if (options_.oddities) {
      odd_ = *options_.oddities;
      return;
    }
    const unsigned percent = random_.pick({4U, 12U, 25U, 60U});
    for (std::size_t o = 0; o < kOddities; ++o) odd_.set(o, random_.chance(percent));
  }

  void choose_size() {
    const auto low = options_.min_n, high = options_.max_n;
    s_.n = random_.between(low, high);
    const bool hostile = options_.style == EpochStyle::kHostile;
    if (hostile && random_.chance(40)) {  // around multiples of what machines do at once
      const std::uint32_t multiple = 8 * random_.between(low / 8, high / 8);
      const std::uint32_t n = multiple + random_.between(0U, 2U);
      s_.n = std::clamp(n == 0 ? 0 : n - 1, low, high);
    }
    const unsigned shape = hostile ? static_cast<unsigned>(random_.below(5)) : 5;
    const bool few = options_.style == EpochStyle::kFewValidators || shape == 0;
    const bool many = options_.style == EpochStyle::kManyValidators || shape == 1;
    sparse_ = options_.style == EpochStyle::kSparse || (hostile && random_.chance(40));
    std::uint32_t validators = few    ? random_.between(1U, 4U)
                               : many ? s_.n
                                      : 1 + random_.between(s_.n / 8, s_.n / 2);
    validators = std::min(validators, s_.n);
    std::vector<std::uint8_t> is_validator(s_.n, 0);
    std::fill_n(is_validator.begin(), validators, std::uint8_t{1});
    random_.shuffle(is_validator);
    validates_ = std::move(is_validator);
  }

  void choose_parameters() {
    Hyperparameters& p = s_.parameters;
    const std::uint64_t mode = random_.below(4);
    p.yuma3 = mode >= 2;
    p.liquid_alpha = mode == 3 || random_.chance(10);
    p.tempo = random_.pick<std::uint16_t>({10, 99, 360});
    p.max_allowed_validators = static_cast<std::uint16_t>(std::min(s_.n + 2, 65535U));
    if (has(Oddity::kFewPermits)) {
      p.max_allowed_validators =
          static_cast<std::uint16_t>(std::min(random_.between(0U, s_.n + 1), 65535U));
    }
    if (has(Oddity::kKappa)) {
      // Equal stakes of 3, 5 or 15 validators tie exactly at multiples of 65535 / 3, 5 or 15.
      const std::uint16_t fifteenths = static_cast<std::uint16_t>(4369 * random_.between(1U, 14U));
      p.kappa = random_.pick<std::uint16_t>(
          {0, 1, 65534, 65535, 21845, 43690, fifteenths, fifteenths, random_.u16(), random_.u16()});
    }
    if (has(Oddity::kPenalty)) {
      p.bonds_penalty = random_.pick<std::uint16_t>({0, 0, 1, 32767, 32768, 65534, random_.u16()});
    }
    if (has(Oddity::kMovingAverage)) {
      p.bonds_moving_average = random_.pick<std::uint64_t>(
          {0, 1, 500'000, 975'000, 999'999, 1'000'000, random_.below(1'000'001)});
    }
    if (options_.any_moving_average) {
      p.bonds_moving_average =
          random_.pick<std::uint64_t>({1'000'001, 2'000'000, 1'000'000'000, std::uint64_t{1} << 53,
                                       (std::uint64_t{1} << 63) - 1, std::uint64_t{1} << 63,
                                       kMaxU64, random_.next(), random_.below(3'000'000)});
    }
    if (has(Oddity::kAlphas)) {
      p.alpha_low = random_.pick<std::uint16_t>({0, 1638, 45875, 65535, random_.u16()});
      p.alpha_high = random_.pick<std::uint16_t>({0, 1638, 58982, 65535, random_.u16()});
    }
    if (has(Oddity::kSteepness)) {
      p.alpha_sigmoid_steepness = random_.pick<std::int16_t>(
          {0, 1, -1, 100, -100, 200, -200, -1000, 1600, 4000, -4000, 32767, -32768,
           static_cast<std::int16_t>(random_.between(-5000, 5000))});
    }
    if (has(Oddity::kPreviousConsensus) && random_.chance(70)) {
      p.liquid_alpha_consensus =
          static_cast<LiquidAlphaConsensus>(static_cast<std::uint8_t>(random_.below(3)));
    }
  }

  void choose_blocks() {
    Hyperparameters& p = s_.parameters;
    const std::size_t n = s_.n;
    s_.current_block = random_.between<std::uint64_t>(20'000, 5'000'000);
    s_.last_mechanism_step_block = random_.chance(20) ? 0 : s_.current_block - p.tempo - 1;
    p.activity_cutoff = random_.pick<std::uint64_t>({360, 5000});
    if (has(Oddity::kBlocksAtLimits)) limit_blocks();
    const std::uint64_t now = s_.current_block;
    // Sane: registered long ago, weights set within the last 300 blocks.
    for (std::size_t i = 0; i < n; ++i) {
      s_.block_at_registration.push_back(random_.below(std::min<std::uint64_t>(now, 10'000) + 1));
      s_.last_update.push_back(now - std::min(now, random_.below(300)));
    }
    const std::uint64_t bonds_cutoff = s_.last_mechanism_step_block == 0
                                           ? now - std::min<std::uint64_t>(now, p.tempo)
                                           : s_.last_mechanism_step_block + 1;
    for (std::size_t i = 0; i < n; ++i) {
      if (odd(Oddity::kRecentRegistration, 20)) s_.block_at_registration[i] = near(bonds_cutoff);
      if (odd(Oddity::kBlocksAtLimits, 10)) {
        s_.block_at_registration[i] = random_.pick<std::uint64_t>({0, kMaxU64});
      }
    }
    const std::uint64_t oldest_active = now - std::min(now, p.activity_cutoff);
    for (std::size_t i = 0; i < n; ++i) {
      std::uint64_t& update = s_.last_update[i];
      if (odd(Oddity::kInactive, 30)) update = near(oldest_active);
      if (odd(Oddity::kOutdatedWeights, 30)) update = near(s_.block_at_registration[any_uid()]);
      if (odd(Oddity::kBlocksAtLimits, 10)) update = random_.pick<std::uint64_t>({0, kMaxU64});
    }
    if (has(Oddity::kCommitReveal)) {
      auto& commits = s_.commit_blocks.emplace(n, kMaxU64);
      for (auto& block : commits) {
        if (random_.chance(60)) block = near(s_.block_at_registration[any_uid()]);
      }
    }
    if (has(Oddity::kRaggedVectors) && random_.chance(70)) {
      s_.last_update.resize(random_.below(n + 3), now);
    }
  }

  void limit_blocks() {
    s_.current_block = random_.pick<std::uint64_t>({0, 1, s_.current_block, kMaxU64});
    s_.last_mechanism_step_block =
        random_.pick<std::uint64_t>({0, 1, s_.last_mechanism_step_block, kMaxU64 - 1, kMaxU64});
    s_.parameters.tempo = random_.pick<std::uint16_t>({0, 1, 360, 65535});
    s_.parameters.activity_cutoff = random_.pick<std::uint64_t>({0, 1, 5000, kMaxU64});
  }

  I64F64 stake_of(std::size_t i, std::uint64_t level) {
    const auto whole = [](std::uint64_t rao) {
      return saturating_from_int<I64F64>(std::min(rao, std::uint64_t{1} << 56));
    };
    if (options_.huge_stakes && random_.chance(50)) {
      const auto one = static_cast<int128>(1);
      const auto any = static_cast<int128>(random_.next() >> 1) << 64;
      return {random_.pick<int128>({I64F64::max().bits, one << 126, one << 125, one << 124, any})};
    }
    if (options_.distinct_stakes) {
      // Different multiples of one amount: shares differ by 2 / (n (n + 1)) at least.
      return whole((static_cast<std::uint64_t>(i) + 1) * 2'000'000'000);
    }
    if (odd(Oddity::kTinyStake, 40)) {
      return random_.pick<I64F64>({{0}, {1}, {static_cast<int128>(random_.next())}, whole(1)});
    }
    if (has(Oddity::kTiedStake)) return whole(level);
    if (has(Oddity::kSpreadStake)) return whole(std::uint64_t{1} << random_.below(57));
    I64F64 stake = whole(random_.between<std::uint64_t>(1'000'000'000, 1'000'000'000'000));
    stake.bits += static_cast<int128>(random_.chance(50) ? random_.next() : 0);
    return stake;
  }

  void choose_stakes() {
    const std::uint64_t levels = random_.between<std::uint64_t>(1, 3);
    std::vector<std::size_t> order(s_.n);
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    random_.shuffle(order);
    for (std::size_t i = 0; i < s_.n; ++i) {
      const bool staked = validates_[i] != 0 || random_.chance(5);
      const std::uint64_t level = 1'000'000'000 * (1 + random_.below(levels));
      s_.stake.push_back(staked ? stake_of(order[i], level) : I64F64::zero());
    }
    if (has(Oddity::kOwner) && s_.n > 0) {
      s_.owner_uid = static_cast<Uid>(random_.chance(80) ? any_uid() : s_.n + random_.below(2));
    }
    if (has(Oddity::kMinStake) && s_.n > 0) {
      s_.parameters.min_stake = near(saturating_floor<std::uint64_t>(s_.stake[any_uid()]));
    }
  }

  void choose_permits() {
    s_.validator_permits = validates_;
    for (auto& permit : s_.validator_permits) {
      if (odd(Oddity::kNoPermit, 25)) permit = permit == 0 ? 1 : 0;
    }
    if (has(Oddity::kRaggedVectors) && random_.chance(70)) {
      s_.validator_permits.resize(random_.below(s_.n + 3), 1);
    }
  }

  /// A weight for uid j: what most agree on, or anything.
  std::uint16_t weight_for(std::size_t j) {
    if (odd(Oddity::kExtremeValues, 30)) {
      return random_.pick<std::uint16_t>({0, 0, 1, 32768, 65534, 65535, 65535});
    }
    if (has(Oddity::kTiedWeights)) {
      return static_cast<std::uint16_t>(21845 * (1 + random_.below(weight_levels_)));
    }
    if (random_.chance(disagreement_)) return random_.between<std::uint16_t>(1, 65535);
    const std::uint64_t noise = random_.between<std::uint64_t>(900, 1000);
    return static_cast<std::uint16_t>(1 + quality_[j] * noise / 1000);
  }

  /// The uids that row i has entries for, in order.
  std::vector<Entry> row_of(std::size_t i) {
    std::vector<Entry> row;
    const unsigned percent = sparse_ ? std::max(1U, 800 / std::max(s_.n, 8U)) : 95;
    const bool to_itself = odd(Oddity::kSelfWeights, 60);
    for (std::size_t j = 0; j < s_.n; ++j) {
      if ((j == i && !to_itself) || !random_.chance(percent)) continue;
      row.emplace_back(static_cast<Uid>(j), weight_for(j));
    }
    return row;
  }

  void make_odd(std::vector<Entry>& row) {
    if (odd(Oddity::kZeroRows, 15)) {
      for (Entry& e : row) e.second = 0;
    }
    if (odd(Oddity::kEmptyRows, 15)) row.clear();
    if (odd(Oddity::kSingleEntryRows, 30) && !row.empty()) {
      row = {row[random_.below(row.size())]};
    }
    if (odd(Oddity::kUidsOutOfRange, 40)) {
      const Uid beyond = random_.pick<Uid>(
          {static_cast<Uid>(s_.n), static_cast<Uid>(s_.n + 1), static_cast<Uid>(65535)});
      row.emplace_back(beyond, random_.u16());
    }
    if (odd(Oddity::kDuplicateUids, 40) && !row.empty()) {
      const Uid again = row[random_.below(row.size())].first;
      const std::uint16_t value = random_.chance(30) ? std::uint16_t{0} : random_.u16();
      const auto place =
          std::find_if(row.begin(), row.end(), [&](const Entry& e) { return e.first == again; });
      row.insert(place + (random_.chance(50) ? 1 : 0), {again, value});
    }
    if (odd(Oddity::kUnsortedRows, 50) && row.size() > 1) {
      if (random_.chance(50)) {
        random_.shuffle(row);
      } else {
        std::swap(row[random_.below(row.size())], row[random_.below(row.size())]);
      }
    }
  }

  void store(std::vector<Entry> row, SparseRows<std::uint16_t>& rows) {
    make_odd(row);
    for (const auto& [uid, value] : row) rows.push(uid, value);
    rows.end_row();
  }

  void choose_weights() {
    disagreement_ = random_.pick({0U, 10U, 50U, 100U});
    weight_levels_ = 1 + random_.below(3);
    for (std::size_t j = 0; j < s_.n; ++j) quality_.push_back(random_.below(65535));
    const unsigned others = has(Oddity::kNoPermit) ? 40 : 0;
    for (std::size_t i = 0; i < s_.n; ++i) {
      const bool weighs = validates_[i] != 0 || random_.chance(others);
      store(weighs ? row_of(i) : std::vector<Entry>{}, s_.weights);
    }
    extra_rows(s_.weights);
  }

  void choose_bonds() {
    const bool lag = random_.chance(50);  // bonds that follow the weights, or have their own mind
    const unsigned others = has(Oddity::kForeignBonds) ? 40 : 0;
    for (std::size_t i = 0; i < s_.n; ++i) {
      std::vector<Entry> row;
      const bool holds = validates_[i] != 0 || random_.chance(others);
      if (holds && !has(Oddity::kNoBonds)) {
        row = row_of(i);
        for (Entry& e : row) {
          if (!lag && random_.chance(50)) e.second = random_.u16();
        }
      }
      store(std::move(row), s_.bonds);
    }
    extra_rows(s_.bonds);
  }

  void extra_rows(SparseRows<std::uint16_t>& rows) {
    if (!has(Oddity::kExtraRows)) return;
    for (std::uint64_t more = random_.below(4); more > 0; --more) store(row_of(s_.n), rows);
  }

  void choose_previous_consensus() {
    if (!has(Oddity::kPreviousConsensus)) return;
    const bool zero = random_.chance(15);
    for (std::size_t j = 0; j < s_.n; ++j) {
      const auto share = static_cast<std::uint16_t>(quality_[j] / std::max(s_.n, 1U));
      s_.previous_consensus.push_back(
          zero ? std::uint16_t{0}
               : random_.pick<std::uint16_t>({share, share, share, 0, 65535, random_.u16()}));
    }
  }

  Random random_;
  EpochOptions options_;
  Oddities odd_;
  EpochSnapshot s_;
  std::vector<std::uint8_t> validates_;
  std::vector<std::uint64_t> quality_;
  bool sparse_ = false;
  unsigned disagreement_ = 0;
  std::uint64_t weight_levels_ = 1;
};

}  // namespace random_epoch_internal

/// A random epoch. Valid input: check_input() accepts it. Cost: some 30 ns an entry.
inline EpochSnapshot random_epoch(std::uint64_t seed, const EpochOptions& options = {}) {
  return random_epoch_internal::Maker(seed, options).make();
}

}  // namespace yuma::test
