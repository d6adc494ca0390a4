// SPDX-License-Identifier: MIT

#include "cli/subnet_table.hpp"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_values.hpp"
#include "cli/text.hpp"

namespace yuma::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

const TableColumn kUid{"uid"}, kHotkey{"hotkey", false, true}, kPower{"power"}, kShare{"share"},
    kStake{"stake"};

/// The same where both are equal, else "before -> after".
std::string change_text(const std::string& before, const std::string& after) {
  return before == after ? after : absl::StrCat(before, " -> ", after);
}

std::string power_text(const State& state, std::uint16_t uid) {
  const std::uint32_t power = power_of(state, uid);
  return power == 0 ? "-" : absl::StrCat(power);
}

std::string share_text(const State& state, std::uint16_t uid) {
  const std::uint32_t power = power_of(state, uid);
  return power == 0 ? "-" : percent_text(power, total_power(state));
}

const Neuron* member(const State& state, std::uint16_t uid) {
  return uid < state.neurons.size() && state.neurons[uid] ? &*state.neurons[uid] : nullptr;
}

}  // namespace

std::string roster_table(const State& state, std::size_t most, std::size_t width) {
  Rows with_power, without;
  for (std::size_t i = 0; i < state.neurons.size(); ++i) {
    const auto uid = static_cast<std::uint16_t>(i);
    const Neuron* neuron = member(state, uid);
    if (neuron == nullptr) continue;
    const std::string hotkey = hotkey_text(neuron->hotkey), stake = tao_text(neuron->stake);
    if (neuron->power > 0) {
      with_power.push_back({absl::StrCat(uid, uid == state.owner ? "*" : " "), hotkey,
                            power_text(state, uid), share_text(state, uid), stake});
    } else {
      without.push_back({absl::StrCat(uid, " "), hotkey, stake});
    }
  }
  std::string out =
      absl::StrCat("validators (* the owner; stake in TAO)\n",
                   text_table({{"uid "}, kHotkey, kPower, kShare, kStake}, with_power, width));
  if (without.empty()) return out;
  const std::size_t left_out = without.size() - std::min(most, without.size());
  without.resize(without.size() - left_out);
  absl::StrAppend(&out, "\nminers (no power; stake in TAO)\n",
                  text_table({{"uid "}, kHotkey, kStake}, without, width));
  if (left_out > 0) absl::StrAppend(&out, "... and ", left_out, " more; --all shows them\n");
  return out;
}

std::string power_change_table(const State& before, const State& after, std::size_t width) {
  Rows rows;
  const std::size_t uids = std::max(before.neurons.size(), after.neurons.size());
  for (std::size_t i = 0; i < uids; ++i) {
    const auto uid = static_cast<std::uint16_t>(i);
    const Neuron *was = member(before, uid), *is = member(after, uid);
    if (power_of(before, uid) == 0 && power_of(after, uid) == 0) continue;
    rows.push_back({absl::StrCat(uid), hotkey_text((is != nullptr ? is : was)->hotkey),
                    change_text(power_text(before, uid), power_text(after, uid)),
                    change_text(share_text(before, uid), share_text(after, uid))});
  }
  return text_table({kUid, kHotkey, kPower, kShare}, rows, width);
}

}  // namespace yuma::cli
