// SPDX-License-Identifier: MIT
#pragma once

// What each version of the chain does. A rule that changed over time is a field here, never an `if`
// on a version number somewhere else: the stages ask the field, and a researcher may set it.
//
// A field's evidence says how well its values are known:
//   vectors  results recorded from the chain's own code pass, to the last bit;
//   text     read from the chain's published sources and release notes, no recorded results;
//   model    our reading where the sources leave a gap: the last bits may differ.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace yuma {

/// How well a rule is known, weakest first.
enum class Evidence { kModel, kText, kVectors };

/// Which consensus the liquid-alpha sigmoid compares a weight with. The numbers are the chain's.
enum class LiquidAlphaConsensus : std::uint8_t {
  kCurrent = 0,   ///< the one just computed
  kPrevious = 1,  ///< the one that the last epoch stored; the current one where none is stored
  kAuto = 2,      ///< previous where bonds_penalty is 65535, else current
};

/// Which rows of stored bonds an epoch writes.
enum class BondStorage : std::uint8_t {
  kEveryRow,       ///< all; a uid without a new permit loses its bonds
  kPermittedRows,  ///< those permitted before or after; the others keep what was stored
};

/// The rules of one version of the chain. The defaults are those of spec_version 425.
struct ChainRules {
  std::uint32_t spec_version = 425;

  /// The subnet owner's uid counts as permitted in the epoch and always gets a new permit.
  /// Evidence: vectors (425: yes; 300: no).
  bool owner_always_permitted = true;

  /// The owner's stake counts also where it is below the minimum.
  /// Evidence: vectors (425: yes; 300: no).
  bool owner_exempt_from_min_stake = true;

  /// Evidence: vectors (425: every row; 300: permitted rows).
  BondStorage bond_storage = BondStorage::kEveryRow;

  /// A subnet chooses its own liquid-alpha consensus mode; before, every subnet had
  /// `liquid_alpha_consensus`. Evidence: vectors (425: no), text (446: yes).
  bool liquid_alpha_consensus_per_subnet = false;

  /// The mode of a subnet that has not chosen one. Evidence: vectors (425: current), text (446:
  /// auto). With the previous consensus in use, whether an all-zero one turns liquid alpha off is
  /// not known; here the current one decides, as before; nor is it known what a previous consensus
  /// of another length than n becomes, which check_input() refuses. Evidence of these: model.
  LiquidAlphaConsensus liquid_alpha_consensus = LiquidAlphaConsensus::kCurrent;

  /// The newest version whose sources were read. Who has to agree on results with others, and
  /// later, takes none above it: what is assumed of it today may be known better then.
  static constexpr std::uint32_t kNewestRead = 456;

  /// The rules of a version of the chain.
  ///
  /// Known: 300, and every version from 425 on. No change after 446 is known to touch the epoch;
  /// the sources of later versions than 456 were not to be read, so that is a model. NotFound for
  /// any other. FailedPrecondition where a part of that version is known less well than `weakest`,
  /// naming the part.
  static absl::StatusOr<ChainRules> at(std::uint32_t spec_version,
                                       Evidence weakest = Evidence::kText);
};

inline absl::StatusOr<ChainRules> ChainRules::at(std::uint32_t spec_version, Evidence weakest) {
  ChainRules rules;
  rules.spec_version = spec_version;
  if (spec_version == 300) {
    rules.owner_always_permitted = false;
    rules.owner_exempt_from_min_stake = false;
    rules.bond_storage = BondStorage::kPermittedRows;
    return rules;
  }
  if (spec_version < 425) {
    return absl::NotFoundError(absl::StrCat("ChainRules::at: the rules of spec_version ",
                                            spec_version,
                                            " are not known; known are 300 and 425 onwards"));
  }
  if (spec_version == 425) return rules;

  const auto known = [&](Evidence have, const char* part) -> absl::Status {
    if (have >= weakest) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("ChainRules::at: spec_version ", spec_version, ": ", part, " is known ",
                     have == Evidence::kModel ? "as a model only" : "from the chain's text only"));
  };
  absl::Status status = known(Evidence::kText, "that the epoch did not change since 425");
  if (spec_version >= 446) {
    rules.liquid_alpha_consensus_per_subnet = true;
    rules.liquid_alpha_consensus = LiquidAlphaConsensus::kAuto;
    status.Update(
        known(Evidence::kModel, "whether an all-zero previous consensus turns liquid alpha off"));
  }
  if (spec_version > kNewestRead) {
    status.Update(known(Evidence::kModel, "that the epoch did not change after 456"));
  }
  if (!status.ok()) return status;
  return rules;
}

}  // namespace yuma
