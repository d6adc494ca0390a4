// SPDX-License-Identifier: MIT
#pragma once

// An epoch's input as text, for the message of a failing test: a bare input in the JSON schema of
// epoch files, so that it can be saved and run as one.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "yuma/fixed/decimal.hpp"
#include "yuma/snapshot/epoch_snapshot.hpp"

namespace yuma::test {

namespace epoch_text_internal {

template <class Values>
std::string list(const Values& values) {
  return absl::StrCat("[", absl::StrJoin(values, ","), "]");
}

inline std::string list(const SparseRows<std::uint16_t>& rows) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    std::vector<std::string> entries;
    const auto row = rows.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      entries.push_back(absl::StrCat("[", row.uids[k], ",", row.values[k], "]"));
    }
    texts.push_back(list(entries));
  }
  return list(texts);
}

}  // namespace epoch_text_internal

inline std::string to_text(const EpochSnapshot& s) {
  const auto list = [](const auto& values) { return epoch_text_internal::list(values); };
  const auto flag = [](bool b) { return b ? "true" : "false"; };
  const Hyperparameters& p = s.parameters;
  std::vector<std::string> stake, permits;
  for (const I64F64 v : s.stake) stake.push_back(absl::StrCat("\"", to_decimal(v.bits), "\""));
  for (const std::uint8_t permit : s.validator_permits) permits.emplace_back(flag(permit != 0));
  std::string text =
      absl::StrCat("{\"n\":", s.n, ",\"current_block\":", s.current_block, ",\"tempo\":", p.tempo,
                   ",\"activity_cutoff\":", p.activity_cutoff,
                   ",\"last_mechanism_step_block\":", s.last_mechanism_step_block,
                   ",\n\"last_update\":", list(s.last_update),
                   ",\n\"block_at_registration\":", list(s.block_at_registration),
                   ",\n\"commit_blocks\":", s.commit_blocks ? list(*s.commit_blocks) : "null",
                   ",\n\"stake_i64f64_bits\":", list(stake), ",\n\"min_stake\":", p.min_stake,
                   ",\"owner_uid\":", s.owner_uid ? absl::StrCat(*s.owner_uid) : "null");
  absl::StrAppend(
      &text, ",\n\"validator_permits\":", list(permits),
      ",\"max_allowed_validators\":", p.max_allowed_validators, ",\n\"weights\":", list(s.weights),
      ",\n\"bonds\":", list(s.bonds), ",\n\"kappa\":", p.kappa,
      ",\"bonds_penalty\":", p.bonds_penalty, ",\"bonds_moving_average\":", p.bonds_moving_average,
      ",\"yuma3\":", flag(p.yuma3), ",\"liquid_alpha\":", flag(p.liquid_alpha),
      ",\"alpha_low\":", p.alpha_low, ",\"alpha_high\":", p.alpha_high,
      ",\"alpha_sigmoid_steepness\":", p.alpha_sigmoid_steepness, ",\"rao_emission\":", s.emission);
  if (!s.previous_consensus.empty()) {
    absl::StrAppend(&text, ",\n\"previous_consensus\":", list(s.previous_consensus));
  }
  if (p.liquid_alpha_consensus) {
    constexpr const char* kModes[] = {"current", "previous", "auto"};
    absl::StrAppend(&text, ",\n\"liquid_alpha_consensus\":\"",
                    kModes[static_cast<std::size_t>(*p.liquid_alpha_consensus)], "\"");
  }
  return text + "}";
}

}  // namespace yuma::test
