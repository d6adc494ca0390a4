// SPDX-License-Identifier: MIT

#include "lab/subnet_table.hpp"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "lab/report/text.hpp"
#include "lab/roster_table.hpp"

namespace yuma::lab {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kNameWidth = 13;
constexpr double kRaoPerToken = 1e9;

std::string tokens(std::uint64_t rao) {
  const double value = static_cast<double>(rao) / kRaoPerToken;
  const int decimals = value >= 1e5 ? 0 : value >= 1e3 ? 2 : 4;
  return rao == 0 ? "-" : absl::StrFormat("%.*f", decimals, value);
}

std::string percent(std::uint16_t share) {
  return share == 0 ? "-" : absl::StrFormat("%.2f %%", share * 100.0 / 65535);
}

/// What people call it, or the ends of its hotkey.
std::string who(const State& state, std::uint16_t uid, const Names& names) {
  const std::string hotkey = hotkey_of(state, uid);
  const auto name = names.find(hotkey);
  if (name != names.end()) return shorten(name->second, kNameWidth);
  return absl::StrCat(hotkey.substr(0, 6), "..", hotkey.substr(hotkey.size() - 5));
}

std::vector<std::uint16_t> members(const SubnetEpoch& epoch, std::size_t top) {
  std::vector<std::uint16_t> uids;
  for (std::uint16_t uid = 0; uid < epoch.before().neurons.size(); ++uid) {
    if (epoch.before().neurons[uid]) uids.push_back(uid);
  }
  if (top == 0 || top >= uids.size()) return uids;
  const auto& emission = epoch.terms().emission;
  std::stable_sort(uids.begin(), uids.end(),
                   [&](auto a, auto b) { return emission[a] > emission[b]; });
  uids.resize(top);
  std::sort(uids.begin(), uids.end());
  return uids;
}

std::string seal_lines(const SubnetEpoch& epoch) {
  const BlockBody& block = epoch.block();
  std::vector<std::string> facts = {
      absl::StrCat("sealed by ", epoch.voters.size(), " of ", validators(epoch.before()).size(),
                   " validators, power ", epoch.power_voted, " of ", epoch.power_all),
      absl::StrCat(block.commits.size(), " committed"),
      absl::StrCat(block.vectors.size(), " opened")};
  if (!block.faults.empty()) facts.push_back(absl::StrCat(block.faults.size(), " faults"));
  if (!block.amendments.empty()) {
    facts.push_back(absl::StrCat(block.amendments.size(), " amendments"));
  }
  return absl::StrCat("epoch ", epoch.number(), ", block ", block.number, ": ",
                      absl::StrJoin(facts, "; "), "\nstate root ", to_hex(block.state_root), "\n");
}

}  // namespace

std::string subnet_table(const SubnetEpoch& epoch, const Names& names,
                         const std::vector<JournalRound>& journal, std::size_t top) {
  const State& state = epoch.before();
  const EpochResult& terms = epoch.terms();
  std::string out = absl::StrCat(
      seal_lines(epoch), absl::StrFormat("%4s  %-13s  %-9s %10s  %8s  %9s  %s\n", "uid", "who",
                                         "role", "stake", "earns", "emission", "what it did"));
  const std::vector<std::uint16_t> uids = members(epoch, top);
  for (const std::uint16_t uid : uids) {
    const bool validates = power_of(state, uid) > 0;
    std::string row =
        absl::StrFormat("%4d  %-13s  %-9s %10s  %8s  %9s  ", uid, who(state, uid, names),
                        role_of(state, uid), tokens(state.neurons[uid]->stake),
                        percent(validates ? terms.dividend[uid] : terms.incentive[uid]),
                        tokens(terms.emission[uid]));
    const std::size_t room = kWidth - std::min(kWidth - 1, row.size());
    absl::StrAppend(&row, shorten(printable_utf8(deed_of(epoch, uid, journal)), room));
    absl::StrAppend(&out, row, "\n");
  }
  const auto all = static_cast<std::size_t>(
      std::count_if(state.neurons.begin(), state.neurons.end(), [](const auto& n) { return n; }));
  if (uids.size() < all) {
    absl::StrAppend(&out, uids.size(), " of ", all, " members shown (--top 0 shows all)\n");
  }
  return out;
}

}  // namespace yuma::lab
