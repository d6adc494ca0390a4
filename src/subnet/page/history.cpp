// SPDX-License-Identifier: MIT

#include <utility>

#include "yuma/subnet/page.hpp"

namespace yuma::subnet {

void PageHistory::add(std::shared_ptr<const SealedEpoch> epoch) {
  if (!epochs_.empty() && epochs_.back().epoch + 1 != epoch->epoch) {
    epochs_.clear();
    rows_.clear();
  }
  const State& before = epoch->before->state;
  Epoch kept;
  kept.epoch = epoch->epoch;
  kept.block = epoch->block.number;
  kept.unix_ms = epoch->unix_ms;
  kept.block_id = epoch->block_id;
  kept.state_root = epoch->state_root;
  kept.voters = epoch->voters;
  for (const auto uid : epoch->voters) kept.power_voted += power_of(before, uid);
  kept.power_all = total_power(before);
  kept.commits = epoch->block.commits.size();
  kept.vectors = epoch->block.vectors.size();
  kept.faults = epoch->block.faults.size();
  kept.amendments = epoch->block.amendments.size();
  kept.incentive = epoch->terms.incentive;
  kept.dividends = epoch->terms.dividend;
  kept.emission = epoch->terms.emission;
  epochs_.push_back(std::move(kept));
  if (epochs_.size() > kEpochs) epochs_.pop_front();

  rows_.push_back(sealed_rows(before, epoch->after->state));
  if (rows_.size() > kCopierWindow) rows_.erase(rows_.begin());
  copiers_ = find_copiers(rows_);
  last_ = std::move(epoch);
}

}  // namespace yuma::subnet
