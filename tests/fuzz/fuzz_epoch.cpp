// SPDX-License-Identifier: MIT

// Epochs of any input, sane or not: epoch() gives the terms of the staged reference, what the terms
// promise holds, and neither arithmetic steps into undefined behaviour.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/epoch_from_bytes.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace {

using yuma::ChainRules;
using yuma::EpochInput;
using yuma::EpochResult;
using yuma::EpochSnapshot;
using yuma::Exact;
using yuma::int128;
using yuma::uint128;
using yuma::fuzz::require;
using yuma::test::ByteSource;

/// A view whose shape may be broken: check_input() finds it, or it is harmless.
class BentView {
 public:
  BentView(ByteSource& source, const EpochSnapshot& snapshot) : view(snapshot.view()) {
    const auto bend = [&](yuma::SparseRowsView<std::uint16_t>& rows, auto& offsets) {
      offsets.assign(rows.offsets.begin(), rows.offsets.end());
      if (!offsets.empty()) offsets[source.below(offsets.size())] = source.byte();
      rows.offsets = offsets;
      if (source.flag()) rows.uids = rows.uids.first(std::min<std::size_t>(rows.uids.size(), 3));
      if (source.flag()) rows.offsets = {};
    };
    if (source.flag()) bend(view.weights, weight_offsets_);
    if (source.flag()) bend(view.bonds, bond_offsets_);
    if (source.flag()) view.n = static_cast<std::uint32_t>(source.integer(3));
    if (source.flag() && !view.stake.empty()) view.stake = view.stake.subspan(1);
  }

  EpochInput view;

 private:
  std::vector<std::uint32_t> weight_offsets_, bond_offsets_;
};

template <class Values>
uint128 sum(const Values& values) {
  return std::accumulate(values.begin(), values.end(), uint128{0},
                         [](uint128 a, auto v) { return a + v; });
}

bool stakes_wrap(const EpochInput& input) {
  uint128 total = 0;
  for (const auto s : input.stake) {
    total += static_cast<uint128>(s.bits);
    if (total > static_cast<uint128>(yuma::I64F64::max().bits)) return true;
  }
  return false;
}

/// True of any input.
void check_shapes(const EpochInput& in, const ChainRules& rules, const EpochResult& r) {
  for (const std::size_t size :
       {r.dividend.size(), r.incentive.size(), r.consensus.size(), r.validator_trust.size(),
        r.stake_weight.size(), r.validator_emission.size(), r.server_emission.size(),
        r.emission.size(), r.stake.size(), r.active.size(), r.new_validator_permit.size(),
        r.bond.rows()}) {
    require(size == in.n, "one entry a uid");
  }
  for (std::size_t i = 0; i < in.n; ++i) {
    require(r.active[i] <= 1 && r.new_validator_permit[i] <= 1, "flags are 0 or 1");
    require(r.stake[i] == static_cast<std::uint64_t>(in.stake[i].bits >> 64), "stake in rao");
    if (rules.bond_storage == yuma::BondStorage::kEveryRow && r.new_validator_permit[i] == 0) {
      require(r.bond.row(i).size() == 0, "bonds go with the permit");
    }
  }
  const bool owner = rules.owner_always_permitted && in.owner_uid && *in.owner_uid < in.n;
  require(sum(r.new_validator_permit) <= in.parameters.max_allowed_validators + (owner ? 1U : 0U),
          "the number of permits");
  if (owner) require(r.new_validator_permit[*in.owner_uid] == 1, "the owner's permit");
}

/// True while the sum of stakes fits: shares are then shares.
void check_shares(const EpochInput& in, const yuma::EpochStages<Exact>& s) {
  const auto check_vector = [](const std::vector<yuma::I32F32>& shares, const std::string& name) {
    int128 total = 0;
    for (const auto v : shares) {
      require(v >= Exact::zero() && v <= Exact::one(), name + " within 0 and 1");
      total += v.bits;
    }
    require(total <= Exact::one().bits, name + " adds up to one at most");
  };
  check_vector(s.stake, "stake");
  check_vector(s.active_stake, "active stake");
  check_vector(s.incentive, "incentive");
  check_vector(s.dividends, "dividends");
  check_vector(s.emission.server, "server share");
  check_vector(s.emission.validator, "validator share");
  check_vector(s.emission.combined, "combined share");
  for (std::size_t i = 0; i < in.n; ++i) {
    const auto row = s.weights.row(i).values;
    check_vector({row.begin(), row.end()}, "a row of weights");
    require(s.consensus[i] >= Exact::zero() && s.consensus[i] <= Exact::one(), "consensus");
    require(s.validator_trust[i] <= Exact::one(), "trust is one at most");
  }
  const EpochResult& r = s.terms;
  require(sum(r.emission) <= in.emission, "no more is paid out than there is");
  require(sum(r.server_emission) + sum(r.validator_emission) <= in.emission, "nor by halves");
  for (std::size_t i = 0; i < in.n; ++i) {
    require(uint128{r.server_emission[i]} + r.validator_emission[i] <= r.emission[i],
            "both halves are within the whole");
  }
}

/// The model divides, and its results are made whole numbers: none may be infinite or no number.
void check_finite(const yuma::EpochStages<yuma::Real<double>>& s) {
  for (const auto* values :
       {&s.stake, &s.active_stake, &s.consensus, &s.validator_trust, &s.ranks, &s.incentive,
        &s.dividends, &s.emission.server, &s.emission.validator, &s.emission.combined}) {
    require(std::all_of(values->begin(), values->end(), [](double v) { return std::isfinite(v); }),
            "real values are finite");
  }
  for (std::size_t i = 0; i < s.ema_bonds.rows(); ++i) {
    for (const double v : s.ema_bonds.row(i).values) require(std::isfinite(v), "real bonds too");
  }
}

void check_epoch(const EpochInput& input, const ChainRules& rules, EpochResult& out) {
  const auto staged = yuma::epoch_staged<Exact>(input, rules, yuma::AlphaMatrix::kYes);
  const auto real = yuma::epoch_staged<yuma::Real<double>>(input, rules);
  require(staged.ok() == yuma::check_input(input).ok() && real.ok() == staged.ok(),
          "an epoch fails just where its input is wrong");

  yuma::EpochWorkspace workspace;
  const EpochResult before = out;
  const auto status = yuma::epoch(input, rules, workspace, out);
  require(status == staged.status(), "the same error from both");
  if (!status.ok()) {
    require(out == before, "an error leaves the result alone");
    return;
  }
  require(out == staged->terms, "epoch() is the reference, to the last bit");
  require(yuma::epoch(input, rules, workspace, out).ok() && out == staged->terms,
          "memory that was used before changes nothing");
  check_shapes(input, rules, out);
  check_shapes(input, rules, real->terms);
  check_finite(*real);
  if (!stakes_wrap(input)) check_shares(input, *staged);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  const ChainRules rules = yuma::test::rules_from_bytes(source);
  const bool bent = source.below(16) == 1;
  const std::size_t epochs = 1 + source.below(3);
  EpochSnapshot snapshot = yuma::test::epoch_from_bytes(source);
  EpochResult result;
  if (bent) {
    check_epoch(BentView(source, snapshot).view, rules, result);
    return 0;
  }
  for (std::size_t k = 0; k < epochs && yuma::check_input(snapshot.view()).ok(); ++k) {
    check_epoch(snapshot.view(), rules, result);
    snapshot.advance(result);
    snapshot.last_mechanism_step_block = snapshot.current_block;
    snapshot.current_block += snapshot.parameters.tempo;
  }
  return 0;
}
