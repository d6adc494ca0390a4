// SPDX-License-Identifier: MIT

#include "lab/roster_table.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace yuma::lab {

std::string role_of(const State& state, std::uint16_t uid) {
  if (uid >= state.neurons.size() || !state.neurons[uid]) return "free";
  if (uid == state.owner) return "owner";
  return power_of(state, uid) > 0 ? "validator" : "miner";
}

std::string hotkey_of(const State& state, std::uint16_t uid) {
  if (uid >= state.neurons.size() || !state.neurons[uid]) return "-";
  return state.neurons[uid]->hotkey.address();
}

std::string roster_table(const State& state, std::size_t top) {
  const std::size_t all = state.neurons.size();
  const std::size_t shown = top == 0 ? all : std::min(top, all);
  std::string out = absl::StrFormat("%4s  %-9s  %10s  %s\n", "uid", "role", "power", "hotkey");
  for (std::size_t i = 0; i < shown; ++i) {
    const auto uid = static_cast<std::uint16_t>(i);
    absl::StrAppend(&out, absl::StrFormat("%4d  %-9s  %10d  %s\n", i, role_of(state, uid),
                                          power_of(state, uid), hotkey_of(state, uid)));
  }
  if (shown < all) absl::StrAppend(&out, shown, " of ", all, " uids shown (--top 0 shows all)\n");
  return out;
}

}  // namespace yuma::lab
