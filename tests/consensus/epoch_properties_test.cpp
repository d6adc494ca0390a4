// SPDX-License-Identifier: MIT

// What holds for every epoch, whatever its input.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "tests/consensus/each_case.hpp"
#include "tests/support/terms.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

const ChainRules kRules;

EpochStages<Exact> stages_of(const EpochSnapshot& s, const ChainRules& rules = kRules) {
  auto stages = epoch_staged<Exact>(s.view(), rules);
  EXPECT_TRUE(stages.ok()) << stages.status();
  return std::move(stages).value();
}

using U16Entries = std::vector<std::pair<Uid, std::uint16_t>>;

/// Rows 0 .. n-1 after `change` was applied to each.
template <class Change>
SparseRows<std::uint16_t> changed_rows(const SparseRows<std::uint16_t>& rows, std::size_t n,
                                       Change change) {
  SparseRows<std::uint16_t> result;
  auto entries = copied_rows(rows);
  for (std::size_t i = 0; i < n; ++i) {
    change(entries[i]);
    for (const auto& [uid, value] : entries[i]) result.push(uid, value);
    result.end_row();
  }
  return result;
}

/// By uid; duplicates stay in their order.
void sort_row(U16Entries& row) {
  std::stable_sort(row.begin(), row.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

/// Vectors and rows for uids 0 .. n-1 exactly: what the chain would make of ragged ones.
EpochSnapshot without_extras(EpochSnapshot s) {
  const auto drop = [&](U16Entries& row) {
    std::erase_if(row, [&](const auto& entry) { return entry.first >= s.n; });
  };
  // The owner of a vector of permits that does not reach to him has none: keep it that way.
  if (s.owner_uid && *s.owner_uid >= std::min<std::size_t>(s.n, s.validator_permits.size())) {
    s.owner_uid.reset();
  }
  s.last_update.resize(s.n, 0);
  s.validator_permits.resize(s.n, 0);
  s.weights = changed_rows(s.weights, s.n, drop);
  s.bonds = changed_rows(s.bonds, s.n, drop);
  return s;
}

/// Uid i becomes to[i]; rows are sorted.
class Renaming {
 public:
  Renaming(std::uint32_t n, Random& random) : to_(n), from_(n) {
    std::iota(to_.begin(), to_.end(), Uid{0});
    random.shuffle(to_);
    for (std::size_t i = 0; i < n; ++i) from_[to_[i]] = static_cast<Uid>(i);
  }

  template <class T>
  std::vector<T> of(const std::vector<T>& values) const {
    std::vector<T> renamed(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) renamed[to_[i]] = values[i];
    return renamed;
  }
  SparseRows<std::uint16_t> of(const SparseRows<std::uint16_t>& rows) const {
    const auto entries = copied_rows(rows);
    SparseRows<std::uint16_t> renamed;
    for (std::size_t i = 0; i < to_.size(); ++i) {
      U16Entries row = entries[from_[i]];
      for (auto& entry : row) entry.first = to_[entry.first];
      sort_row(row);
      for (const auto& [uid, value] : row) renamed.push(uid, value);
      renamed.end_row();
    }
    return renamed;
  }
  EpochSnapshot of(EpochSnapshot s) const {
    s.last_update = of(s.last_update);
    s.block_at_registration = of(s.block_at_registration);
    if (s.commit_blocks) s.commit_blocks = of(*s.commit_blocks);
    s.stake = of(s.stake);
    if (s.owner_uid) s.owner_uid = to_[*s.owner_uid];
    s.validator_permits = of(s.validator_permits);
    s.weights = of(s.weights);
    s.bonds = of(s.bonds);
    s.previous_consensus = of(s.previous_consensus);
    return s;
  }
  EpochResult of(EpochResult r) const {
    for (auto* u16s :
         {&r.dividend, &r.incentive, &r.consensus, &r.validator_trust, &r.stake_weight}) {
      *u16s = of(*u16s);
    }
    for (auto* amounts : {&r.validator_emission, &r.server_emission, &r.emission, &r.stake}) {
      *amounts = of(*amounts);
    }
    for (auto* flags : {&r.active, &r.new_validator_permit}) *flags = of(*flags);
    r.bond = of(r.bond);
    return r;
  }

 private:
  std::vector<Uid> to_, from_;
};

TEST(EpochProperty, RenamingUidsRenamesTheResult) {
  // Two things depend on the order of uids, and neither occurs here: permits among equal stakes,
  // and rows that are not sorted under liquid alpha.
  EpochOptions options = hostile(40);
  options.distinct_stakes = true;
  for_each_case(3000, options, [](const EpochSnapshot& epoch, Random& random) {
    EpochSnapshot s = without_extras(epoch);
    s.weights = changed_rows(s.weights, s.n, sort_row);
    s.bonds = changed_rows(s.bonds, s.n, sort_row);
    const Renaming renaming(s.n, random);
    expect_same_terms(stages_of(renaming.of(s)).terms, renaming.of(stages_of(s).terms));
  });
}

/// s and one more uid, active and permitted, but without stake, weights or anyone's attention.
EpochSnapshot with_idle_uid(EpochSnapshot s, Random& random) {
  ++s.n;
  s.last_update.push_back(s.current_block);
  s.block_at_registration.push_back(random.below(s.current_block + 1));
  if (s.commit_blocks) s.commit_blocks->push_back(random.next());
  s.stake.push_back(I64F64::zero());
  s.validator_permits.push_back(random.chance(50) ? 1 : 0);
  s.weights.end_row();
  s.bonds.end_row();
  if (!s.previous_consensus.empty()) s.previous_consensus.push_back(random.u16());
  return s;
}

EpochResult without_last_uid(EpochResult r) {
  for (auto* u16s :
       {&r.dividend, &r.incentive, &r.consensus, &r.validator_trust, &r.stake_weight}) {
    EXPECT_EQ(u16s->back(), 0);
    u16s->pop_back();
  }
  for (auto* amounts : {&r.validator_emission, &r.server_emission, &r.emission, &r.stake}) {
    EXPECT_EQ(amounts->back(), 0U);
    amounts->pop_back();
  }
  EXPECT_EQ(r.new_validator_permit.back(), 0);
  r.new_validator_permit.pop_back();
  r.active.pop_back();
  const std::size_t n = r.active.size();
  EXPECT_EQ(r.bond.row(n).size(), 0U);
  r.bond = changed_rows(r.bond, n, [](auto&) {});
  return r;
}

TEST(EpochProperty, AUidThatNobodyKnowsChangesNothing) {
  for_each_case(3000, hostile(40), [](const EpochSnapshot& epoch, Random& random) {
    EpochSnapshot s = without_extras(epoch);
    s.parameters.max_allowed_validators = static_cast<std::uint16_t>(s.n + 2);
    s.current_block = std::min(s.current_block, ~std::uint64_t{0} - 1);
    expect_same_terms(without_last_uid(stages_of(with_idle_uid(s, random)).terms),
                      stages_of(s).terms);
  });
}

TEST(EpochProperty, ClippingRaisesNobodysRank) {
  for_each_case(3000, hostile(48), [](const EpochSnapshot& epoch, Random&) {
    const auto s = stages_of(epoch);
    const auto before = ranks<Exact>(s.active_stake, s.weights);
    for (std::size_t j = 0; j < s.ranks.size(); ++j) EXPECT_LE(s.ranks[j], before[j]) << j;
  });
}

TEST(EpochProperty, ConsensusNeverRisesWithKappa) {
  for_each_case(2500, hostile(40), [](const EpochSnapshot& epoch, Random& random) {
    std::vector<std::uint16_t> kappas = {0, 21845, 32767, 65534, 65535, epoch.parameters.kappa};
    for (int more = 0; more < 4; ++more) kappas.push_back(random.u16());
    std::sort(kappas.begin(), kappas.end());
    const auto s = stages_of(epoch);
    auto last = consensus_weights<Exact>(s.active_stake, s.weights, kappas.front());
    for (const std::uint16_t kappa : kappas) {
      const auto consensus = consensus_weights<Exact>(s.active_stake, s.weights, kappa);
      for (std::size_t j = 0; j < consensus.size(); ++j) {
        EXPECT_LE(consensus[j], last[j]) << "uid " << j << ", kappa " << kappa;
      }
      last = consensus;
    }
  });
}

uint128 total(const std::vector<std::uint64_t>& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), uint128{0});
}

TEST(EpochProperty, NoMoreThanTheEmissionIsPaid) {
  EpochOptions options = hostile(40);
  for (const bool any_moving_average : {false, true}) {
    options.any_moving_average = any_moving_average;
    for_each_case(2000, options, [](const EpochSnapshot& epoch, Random&) {
      const EpochResult terms = stages_of(epoch).terms;
      EXPECT_TRUE(total(terms.emission) <= epoch.emission);
      EXPECT_TRUE(total(terms.server_emission) + total(terms.validator_emission) <= epoch.emission);
    });
  }
}

I32F32 row_sum(const Rows<Exact>& rows, std::size_t i) { return wrapping_sum(rows.row(i).values); }

TEST(EpochProperty, SharesAreSharesOfOne) {
  for_each_case(3000, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    const auto s = stages_of(epoch);
    const auto sum = [](const Vector<Exact>& values) { return Exact::wrapping_sum(values); };
    for (const auto* shares : {&s.stake, &s.active_stake, &s.incentive, &s.dividends,
                               &s.emission.server, &s.emission.validator, &s.emission.combined}) {
      EXPECT_LE(sum(*shares), Exact::one());
      EXPECT_TRUE(std::all_of(shares->begin(), shares->end(),
                              [](I32F32 share) { return share >= Exact::zero(); }));
    }
    for (std::size_t i = 0; i < epoch.n; ++i) {
      EXPECT_LE(row_sum(s.weights, i), Exact::one());
      EXPECT_LE(row_sum(s.clipped_weights, i), row_sum(s.weights, i));
      EXPECT_EQ(s.validator_trust[i], row_sum(s.clipped_weights, i));
    }
  });
}

TEST(EpochProperty, BondsOfAMinerAddUpToOneAtMost) {
  for_each_case(3000, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    const auto s = stages_of(epoch);
    Vector<Exact> column(epoch.n);
    for (std::size_t i = 0; i < epoch.n; ++i) {
      const auto row = s.ema_bonds_normalized.row(i);
      for (std::size_t k = 0; k < row.size(); ++k) {
        EXPECT_GE(row.values[k], Exact::zero());
        auto& held = column[row.uids[k]];
        held = Exact::saturating_add(held, row.values[k]);
      }
    }
    for (const I32F32 held : column) EXPECT_LE(held, Exact::one());
  });
}

TEST(EpochProperty, StoredBondsUnderYuma2HaveAFullOneForEachMiner) {
  // The column's largest becomes 65535, unless its holder has no new permit.
  for_each_case(2000, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    EpochSnapshot s = epoch;
    s.parameters.yuma3 = false;
    const auto stages = stages_of(s);
    std::vector<I32F32> largest(s.n);
    for (std::size_t i = 0; i < s.n; ++i) {
      const auto row = stages.ema_bonds.row(i);
      for (std::size_t k = 0; k < row.size(); ++k) {
        largest[row.uids[k]] = std::max(largest[row.uids[k]], row.values[k]);
      }
    }
    for (const I32F32 bond : largest) EXPECT_TRUE(bond == Exact::zero() || bond == Exact::one());
  });
}

TEST(EpochProperty, PermitsGoToAtMostMaxAllowedValidatorsAndTheOwner) {
  for_each_case(2000, hostile(40), [](const EpochSnapshot& epoch, Random&) {
    const auto s = stages_of(epoch);
    const auto permits = std::accumulate(s.new_permits.begin(), s.new_permits.end(), 0U);
    const bool owner = epoch.owner_uid && *epoch.owner_uid < epoch.n;
    EXPECT_LE(permits, epoch.parameters.max_allowed_validators + (owner ? 1U : 0U));
    for (std::size_t i = 0; i < epoch.n; ++i) {
      if (s.new_permits[i] == 0) {
        EXPECT_EQ(s.terms.bond.row(i).size(), 0U);
      } else {
        EXPECT_TRUE(s.stake[i] != Exact::zero() || epoch.owner_uid == i);
      }
    }
  });
}

}  // namespace
}  // namespace yuma::test
