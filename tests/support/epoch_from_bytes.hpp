// SPDX-License-Identifier: MIT
#pragma once

// An epoch's input out of any bytes. Ordinary values and hostile ones are equally cheap to ask for:
// stakes whose sum wraps, ties, ragged vectors, uids of nobody, unsorted rows and duplicates,
// blocks and hyperparameters at the ends of their types. Also ones that check_input() has to
// refuse.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/support/byte_source.hpp"
#include "yuma/rules/chain_rules.hpp"
#include "yuma/snapshot/epoch_snapshot.hpp"

namespace yuma::test {

namespace bytes_internal {

constexpr std::size_t kMostUids = 24;

/// n, or rarely a few more or fewer.
inline std::size_t about(ByteSource& source, std::size_t n) {
  switch (source.below(16)) {
    case 0:
      return n + 1 + source.below(3);
    case 1:
      return n - std::min(n, 1 + source.below(3));
    default:
      return n;
  }
}

inline std::uint16_t any_u16(ByteSource& source) {
  switch (source.below(6)) {
    case 0:
      return 0;
    case 1:
      return 65535;
    case 2:
      return 32767;
    case 3:
      return source.byte();
    default:
      return source.u16();
  }
}

inline std::uint64_t any_u64(ByteSource& source) {
  switch (source.below(6)) {
    case 0:
      return 0;
    case 1:
      return ~std::uint64_t{0};
    case 2:
      return std::uint64_t{1} << source.below(64);
    case 3:
      return source.byte();
    default:
      return source.u64();
  }
}

/// A block: mostly a little before `now`, so that ages matter.
inline std::uint64_t block(ByteSource& source, std::uint64_t now) {
  const std::size_t kind = source.below(8);
  if (kind == 0) return any_u64(source);
  if (kind == 1) return now;
  const std::uint64_t age = kind == 2 ? source.u16() : source.byte();
  return now > age ? now - age : 0;
}

inline I64F64 stake(ByteSource& source, I64F64 previous) {
  switch (source.below(10)) {
    case 0:
      return I64F64::zero();
    case 1:
      return previous;
    case 2:
      return I64F64::max();
    case 3:  // refused
      return source.below(16) == 0 ? I64F64{-1} : I64F64{1};
    case 4:
      return {static_cast<int128>(source.integer(16) >> 1)};
    case 5:
      return {static_cast<int128>(any_u64(source))};
    case 6:
      return saturating_from_int<I64F64>(source.u64());
    default:
      return saturating_from_int<I64F64>(std::uint64_t{source.u16()} << 24);
  }
}

inline Uid uid(ByteSource& source, std::size_t n) {
  const std::uint8_t b = source.byte();
  if (b >= 250) return source.u16();
  return static_cast<Uid>(n == 0 || b >= 245 ? b : b % n);
}

inline SparseRows<std::uint16_t> rows(ByteSource& source, std::size_t n) {
  SparseRows<std::uint16_t> out;
  const std::size_t count = about(source, n);
  for (std::size_t i = 0; i < count; ++i) {
    switch (source.below(4)) {
      case 0:
        break;
      case 1:  // dense
        for (std::size_t j = 0; j < n; ++j) out.push(static_cast<Uid>(j), any_u16(source));
        break;
      default:  // any order, any uid
        for (std::size_t k = source.below(2 * kMostUids); k > 0; --k) {
          const Uid j = uid(source, n);
          out.push(j, any_u16(source));
        }
    }
    out.end_row();
  }
  return out;
}

template <class Read>
auto vector_of(std::size_t count, Read read) {
  std::vector<decltype(read())> out;
  for (std::size_t k = 0; k < count; ++k) out.push_back(read());
  return out;
}

inline LiquidAlphaConsensus consensus_mode(ByteSource& source) {
  return static_cast<LiquidAlphaConsensus>(source.below(3));
}

}  // namespace bytes_internal

inline Hyperparameters parameters_from_bytes(ByteSource& source) {
  using namespace bytes_internal;  // NOLINT(google-build-using-namespace)
  Hyperparameters p;
  p.yuma3 = source.flag();
  p.liquid_alpha = source.flag();
  p.bonds_penalty = any_u16(source);
  p.kappa = any_u16(source);
  p.max_allowed_validators = source.flag() ? any_u16(source) : static_cast<Uid>(source.below(32));
  if (source.flag()) p.bonds_moving_average = any_u64(source);
  if (source.flag()) p.alpha_low = any_u16(source);
  if (source.flag()) p.alpha_high = any_u16(source);
  if (source.flag()) p.alpha_sigmoid_steepness = static_cast<std::int16_t>(any_u16(source));
  if (source.flag()) p.liquid_alpha_consensus = consensus_mode(source);
  if (source.flag()) p.tempo = any_u16(source);
  if (source.flag()) p.activity_cutoff = any_u64(source);
  if (source.flag()) p.min_stake = any_u64(source);
  return p;
}

inline EpochSnapshot epoch_from_bytes(ByteSource& source) {
  using namespace bytes_internal;  // NOLINT(google-build-using-namespace)
  EpochSnapshot s;
  s.n = static_cast<std::uint32_t>(source.below(kMostUids + 1));
  s.parameters = parameters_from_bytes(source);
  s.current_block = source.flag() ? any_u64(source) : 1'000'000;
  s.last_mechanism_step_block = source.flag() ? block(source, s.current_block) : 0;
  s.emission = any_u64(source);
  const auto any_block = [&] { return block(source, s.current_block); };
  s.last_update = vector_of(about(source, s.n), any_block);
  s.block_at_registration = vector_of(s.n, any_block);
  if (source.flag()) s.commit_blocks = vector_of(s.n, any_block);
  for (std::uint32_t i = 0; i < s.n; ++i) {
    s.stake.push_back(stake(source, s.stake.empty() ? I64F64::zero() : s.stake.back()));
  }
  if (source.flag()) s.owner_uid = uid(source, s.n);
  s.validator_permits = vector_of(about(source, s.n), [&] {
    const std::uint8_t b = source.byte();  // any other than zero is a permit
    return static_cast<std::uint8_t>(b % 8);
  });
  if (source.flag()) s.previous_consensus = vector_of(s.n, [&] { return any_u16(source); });
  s.weights = rows(source, s.n);
  s.bonds = rows(source, s.n);
  return s;
}

/// The rules of a known version, or any mixture of them.
inline ChainRules rules_from_bytes(ByteSource& source) {
  constexpr std::uint32_t kVersions[] = {425, 300, 446};
  const std::size_t kind = source.below(4);
  if (kind < 3) return *ChainRules::at(kVersions[kind], Evidence::kModel);
  ChainRules rules;
  rules.owner_always_permitted = source.flag();
  rules.owner_exempt_from_min_stake = source.flag();
  rules.bond_storage = source.flag() ? BondStorage::kPermittedRows : BondStorage::kEveryRow;
  rules.liquid_alpha_consensus_per_subnet = source.flag();
  rules.liquid_alpha_consensus = bytes_internal::consensus_mode(source);
  return rules;
}

}  // namespace yuma::test
