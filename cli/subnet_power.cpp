// SPDX-License-Identifier: MIT

#include "cli/subnet_power.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/subnet_values.hpp"
#include "cli/text.hpp"

namespace yuma::cli {

namespace {

constexpr std::size_t kAdvised = 4;

/// The validators, the one with the most power first.
struct Powers {
  explicit Powers(const State& state) : uids(validators(state)), total(total_power(state)) {
    std::stable_sort(uids.begin(), uids.end(), [&](std::uint16_t a, std::uint16_t b) {
      return power_of(state, a) > power_of(state, b);
    });
    for (const std::uint16_t uid : uids) powers.push_back(power_of(state, uid));
  }

  bool decides(std::uint64_t power) const { return is_quorum(power, total); }
  /// Whether nothing can be sealed without this much power.
  bool stops(std::uint64_t power) const { return !is_quorum(total - power, total); }

  std::vector<std::uint16_t> uids;
  std::vector<std::uint64_t> powers;
  std::uint64_t total;
};

/// How many it takes, counted from the first, until `enough` holds for their power.
template <class Enough>
std::size_t how_many(const std::vector<std::uint64_t>& powers, Enough enough) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    sum += powers[i];
    if (enough(sum)) return i + 1;
  }
  return powers.size();
}

/// The same if the largest come together, and if the smallest do: then any of this number do.
struct HowMany {
  std::size_t at_least, any;
};
template <class Enough>
HowMany how_many_together(const Powers& p, Enough enough) {
  std::vector<std::uint64_t> ascending(p.powers.rbegin(), p.powers.rend());
  return {how_many(p.powers, enough), how_many(ascending, enough)};
}

std::string validators_text(std::size_t n) {
  return n == 1 ? "1 validator" : absl::StrCat(n, " validators");
}

std::vector<std::uint16_t> alone_enough_to_stop(const Powers& p) {
  std::vector<std::uint16_t> out;
  for (std::size_t i = 0; i < p.uids.size(); ++i) {
    if (p.stops(p.powers[i])) out.push_back(p.uids[i]);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::uint64_t quorum_power(std::uint64_t total) { return 2 * total / 3 + 1; }

std::string uids_text(const std::vector<std::uint16_t>& uids) {
  std::vector<std::string> numbers;
  for (const std::uint16_t uid : uids) numbers.push_back(absl::StrCat(uid));
  return absl::StrCat(uids.size() == 1 ? "uid " : "uids ", listed(numbers));
}

std::string quorum_text(const State& state) {
  const Powers p(state);
  const std::size_t n = p.uids.size();
  const auto [at_least, any] =
      how_many_together(p, [&](std::uint64_t power) { return p.decides(power); });
  if (n == 1) return "the only validator";
  const std::string in_any = any == n ? absl::StrCat("all ", n, " validators")
                                      : absl::StrCat("any ", any, " of ", n, " validators");
  if (at_least == any) return in_any;
  return absl::StrCat("power ", quorum_power(p.total), " of ", p.total, ": ", in_any, ", or the ",
                      at_least == 1 ? "largest alone" : absl::StrCat(at_least, " largest"));
}

std::vector<std::string> who_can_stop(const State& state) {
  const Powers p(state);
  std::vector<std::string> out = {
      absl::StrCat("the owner, uid ", state.owner, ": nothing is sealed while it is away")};
  for (const std::uint16_t uid : alone_enough_to_stop(p)) {
    if (uid == state.owner) continue;
    out.push_back(absl::StrCat("uid ", uid, " alone, by ",
                               percent_text(power_of(state, uid), p.total), " of the power"));
  }
  const auto [at_least, any] =
      how_many_together(p, [&](std::uint64_t power) { return p.stops(power); });
  if (at_least > 1 && at_least < any) {
    std::vector<std::uint16_t> largest(p.uids.begin(), p.uids.begin() + std::ptrdiff_t(at_least));
    std::sort(largest.begin(), largest.end());
    out.push_back(absl::StrCat("the ", at_least, " largest together, ", uids_text(largest)));
  }
  if (any > 1 && any < p.uids.size())
    out.push_back(absl::StrCat("any ", any, " of the ", p.uids.size(), " together"));
  return out;
}

std::vector<std::string> power_warnings(const State& state) {
  const Powers p(state);
  const std::size_t n = p.uids.size();
  std::vector<std::string> out;
  if (n < kAdvised) {
    out.push_back(absl::StrCat(validators_text(n),
                               " only: with fewer than 4 the crash of one can stop the subnet; "
                               "have at least 4"));
  }
  const auto alone = alone_enough_to_stop(p);
  if (alone.size() == 1) {
    out.push_back(absl::StrCat(uids_text(alone),
                               " has a third or more of the power: it can stop the subnet alone, "
                               "and so does its crash"));
  } else if (!alone.empty()) {
    out.push_back(absl::StrCat(uids_text(alone),
                               " have a third or more of the power each: any of them can stop the "
                               "subnet alone, and so does its crash"));
  }
  if (n > 1 && p.decides(p.powers[0])) {
    out.push_back(absl::StrCat("uid ", p.uids[0], " has ", percent_text(p.powers[0], p.total),
                               " of the power, more than two thirds: it decides alone"));
  } else if (n > 2 && p.decides(p.powers[0] + p.powers[1])) {
    out.push_back(
        absl::StrCat(uids_text({std::min(p.uids[0], p.uids[1]), std::max(p.uids[0], p.uids[1])}),
                     " have ", percent_text(p.powers[0] + p.powers[1], p.total),
                     " of the power together, more than two thirds: the two decide alone"));
  }
  return out;
}

}  // namespace yuma::cli
