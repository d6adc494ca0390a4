// SPDX-License-Identifier: MIT

#include "yuma/subnet/copiers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace yuma::subnet {

namespace {

constexpr std::uint32_t kMostLag = 2;     // rows of one epoch are public while two others are made
constexpr double kNear = 0.1;             // of the distance to the new row: this near is a copy
constexpr double kQuantum = 1.0 / 65535;  // what rounding to u16 can do to one weight
constexpr double kChanged = 20 * kQuantum;  // less than this is no change of a row

/// Shares of a row by uid; they add up to 1.
using Shares = std::map<std::uint16_t, double>;

Shares shares_of(const SealedRow& row) {
  double sum = 0;
  for (const auto weight : row.weights) sum += weight;
  Shares out;
  for (std::size_t i = 0; i < row.uids.size(); ++i) {
    if (row.weights[i] != 0) out[row.uids[i]] += row.weights[i] / sum;
  }
  return out;
}

/// The consensus as if it were a row.
Shares consensus_of(const SealedRows& sealed) {
  SealedRow row;
  for (std::size_t uid = 0; uid < sealed.consensus.size(); ++uid) {
    row.uids.push_back(static_cast<std::uint16_t>(uid));
    row.weights.push_back(sealed.consensus[uid]);
  }
  return shares_of(row);
}

/// Half the sum of differences: 0 for equal rows, 1 for rows without a uid in common.
double distance(const Shares& a, const Shares& b) {
  double sum = 0;
  for (const auto& [uid, share] : a) {
    const auto other = b.find(uid);
    sum += std::abs(share - (other == b.end() ? 0.0 : other->second));
  }
  for (const auto& [uid, share] : b) {
    if (!a.contains(uid)) sum += share;
  }
  return sum / 2;
}

/// The rows of one epoch as shares.
struct Known {
  const SealedRows* sealed = nullptr;
  std::vector<Shares> shares;  // as sealed->rows
};

const SealedRow* row_of(const Known& known, std::uint16_t uid, std::size_t& at) {
  const auto& rows = known.sealed->rows;
  const auto found = std::lower_bound(
      rows.begin(), rows.end(), uid, [](const SealedRow& r, std::uint16_t u) { return r.uid < u; });
  if (found == rows.end() || found->uid != uid) return nullptr;
  at = static_cast<std::size_t>(found - rows.begin());
  return &*found;
}

/// The row of `of`, or the average of all but `without` by stake; nothing where there is none.
std::optional<Shares> reference(const Known& known, std::int32_t of, std::uint16_t without) {
  if (of == Copier::kOfConsensus) {
    Shares out = consensus_of(*known.sealed);
    return out.empty() ? std::nullopt : std::optional(std::move(out));
  }
  if (of != Copier::kOfAverage) {
    std::size_t at = 0;
    const SealedRow* row = row_of(known, static_cast<std::uint16_t>(of), at);
    if (row == nullptr || known.shares[at].empty()) return std::nullopt;
    return known.shares[at];
  }
  Shares out;
  double stake = 0;
  for (std::size_t i = 0; i < known.shares.size(); ++i) {
    const SealedRow& row = known.sealed->rows[i];
    if (row.uid == without || known.shares[i].empty()) continue;
    const double own = std::max(1.0, static_cast<double>(row.stake));
    stake += own;
    for (const auto& [uid, share] : known.shares[i]) out[uid] += own * share;
  }
  if (out.empty()) return std::nullopt;
  for (auto& item : out) item.second /= stake;
  return out;
}

/// How much nearer `row` lies to what the reference was than to what it is; nothing where the
/// reference did not change.
struct Nearness {
  double ratio = 1;
  double freedom = 1;  // weights that can vary
};
std::optional<Nearness> nearness(const Shares& row, const Shares& was, const Shares& is) {
  if (distance(was, is) < kChanged) return std::nullopt;
  const double to_is = distance(row, is);
  const double to_was = std::max(distance(row, was), kQuantum);
  const std::size_t weights = std::max(row.size(), is.size());
  if (weights < 2) return std::nullopt;
  // Who lies on the new row too is as good as far from the old one: that is no copying.
  return Nearness{to_was / std::max(to_is, kQuantum), static_cast<double>(weights - 1)};
}

/// What speaks for one validator's repeating one reference with one lag.
Copier weigh(const std::vector<Known>& epochs, const SealedRow& who, std::int32_t of,
             std::uint32_t lag) {
  Copier out{who.uid, who.hotkey, of, lag, 0, 0, 0};
  for (std::size_t i = lag; i < epochs.size(); ++i) {
    std::size_t at = 0;
    const SealedRow* row = row_of(epochs[i], who.uid, at);
    const bool own = row != nullptr && row->renewed && row->hotkey == who.hotkey;
    if (!own || epochs[i].shares[at].empty()) continue;
    const auto was = reference(epochs[i - lag], of, who.uid);
    const auto is = reference(epochs[i], of, who.uid);
    if (!was || !is) continue;
    const auto near = nearness(epochs[i].shares[at], *was, *is);
    if (!near) continue;
    ++out.compared;
    if (near->ratio <= kNear) ++out.repeated;
    out.evidence -= near->freedom * std::log(near->ratio);
  }
  return out;
}

}  // namespace

SealedRows sealed_rows(const State& before, const State& after) {
  SealedRows out{after.epoch, {}, after.consensus};
  for (const std::uint16_t uid : validators(after)) {
    const Neuron& now = *after.neurons[uid];
    SealedRow row{uid, now.hotkey, now.stake, false, {}, {}};
    const bool held = uid < before.neurons.size() && before.neurons[uid];
    row.renewed = held && now.last_update > before.neurons[uid]->last_update;
    const auto weights = after.weights.row(uid);
    row.uids.assign(weights.uids.begin(), weights.uids.end());
    row.weights.assign(weights.values.begin(), weights.values.end());
    out.rows.push_back(std::move(row));
  }
  return out;
}

std::vector<Copier> find_copiers(const std::vector<SealedRows>& history) {
  std::vector<Known> epochs;
  const std::size_t skipped = history.size() - std::min(history.size(), kCopierWindow);
  for (std::size_t i = skipped; i < history.size(); ++i) {
    epochs.push_back({&history[i], {}});
    for (const SealedRow& row : history[i].rows) epochs.back().shares.push_back(shares_of(row));
  }
  std::vector<Copier> out;
  if (epochs.empty()) return out;
  const std::vector<SealedRow>& rows = epochs.back().sealed->rows;
  // The nearest of so many is near by chance more often than one that was named before.
  const double needed =
      kCopierEvidence +
      std::log(static_cast<double>(kMostLag * std::max<std::size_t>(rows.size(), 1)));
  for (const SealedRow& who : rows) {
    std::optional<Copier> best;
    const auto consider = [&](std::int32_t of) {
      for (std::uint32_t lag = 1; lag <= kMostLag; ++lag) {
        const Copier one = weigh(epochs, who, of, lag);
        const bool listed =
            one.repeated >= 2 && 2 * one.repeated > one.compared && one.evidence > needed;
        if (listed && (!best || one.evidence > best->evidence)) best = one;
      }
    };
    for (const SealedRow& other : rows) {
      if (other.uid != who.uid) consider(other.uid);
    }
    consider(Copier::kOfAverage);
    consider(Copier::kOfConsensus);
    if (best) out.push_back(*best);
  }
  return out;
}

std::string describe(const Copier& copier) {
  std::string of = absl::StrCat("uid ", copier.of);
  if (copier.of == Copier::kOfAverage) of = "the others";
  if (copier.of == Copier::kOfConsensus) of = "the consensus";
  return absl::StrCat("repeats ", of, ", ", copier.lag,
                      copier.lag == 1 ? " epoch late (" : " epochs late (", copier.repeated, " of ",
                      copier.compared, copier.compared == 1 ? " epoch)" : " epochs)");
}

}  // namespace yuma::subnet
