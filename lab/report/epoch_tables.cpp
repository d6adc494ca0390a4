// SPDX-License-Identifier: MIT
#include "lab/report/epoch_tables.hpp"

#include <algorithm>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/epoch_numbers.hpp"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

using Align = Table::Align;

constexpr std::size_t kMaxClippedRows = 40;

std::string format_flag(const std::vector<bool>& flags, std::size_t uid) {
  if (uid >= flags.size()) return "n/a";
  return flags[uid] ? "yes" : "no";
}

/// Sum of all emissions; wide enough for any number of uids.
std::string format_emission(const EpochView& view) {
  absl::uint128 sum = 0;
  for (const std::uint64_t rao : view.emission) sum += rao;
  if (absl::Uint128High64(sum) != 0) return absl::StrFormat("%.6e", static_cast<double>(sum));
  return format_count(absl::Uint128Low64(sum));
}

struct WeightCounts {
  std::size_t weights = 0, clipped = 0;
  std::set<std::uint32_t> validators;
};

WeightCounts count_weights(const EpochView& view) {
  WeightCounts counts;
  for (const EpochView::Cell& cell : view.weights) {
    if (!has_weight(cell)) continue;
    ++counts.weights;
    counts.validators.insert(cell.validator);
    if (clipped_fraction(cell) > 0.0) ++counts.clipped;
  }
  return counts;
}

}  // namespace

Table uid_table(const EpochView& view) {
  Table table;
  table.caption =
      "All uids. Stake, consensus, incentive, dividends and trust are shares; dividends / stake "
      "above 1 is more than the stake alone would give.";
  table.columns = {
      {"uid", Align::kKey}, {"permit", Align::kLeft}, {"active", Align::kLeft}, {"stake"},
      {"dividends"},        {"dividends / stake"},    {"validator trust"},      {"consensus"},
      {"incentive"},        {"emission (rao)"}};
  const bool named = !view.hotkeys.empty() || !view.roles.empty();
  if (!view.names.empty()) table.columns.push_back({"name", Align::kLeft});
  if (named) {
    table.columns.push_back({"role", Align::kLeft});
    table.columns.push_back({"hotkey", Align::kLeft});
  }
  const auto text_at = [](const std::vector<std::string>& texts, std::size_t uid) {
    return uid < texts.size() ? texts[uid] : std::string("n/a");
  };
  const std::size_t uids = uid_count(view);
  table.rows.reserve(uids);
  for (std::size_t uid = 0; uid < uids; ++uid) {
    const double stake = share_of(view.stake, uid);
    const double dividends = share_of(view.dividends, uid);
    const bool validates = flag_of(view.permit, uid) || dividends > 0.0;
    table.rows.push_back(
        {absl::StrCat(uid), format_flag(view.permit, uid), format_flag(view.active, uid),
         format_share(stake), format_share(dividends),
         validates && stake > 0.0 ? format_ratio(dividends / stake) : "",
         format_share(share_of(view.validator_trust, uid)),
         format_share(share_of(view.consensus, uid)), format_share(share_of(view.incentive, uid)),
         uid < view.emission.size() ? format_count(view.emission[uid]) : "n/a"});
    if (!view.names.empty()) table.rows.back().push_back(text_at(view.names, uid));
    if (!named) continue;
    table.rows.back().push_back(text_at(view.roles, uid));
    table.rows.back().push_back(text_at(view.hotkeys, uid));
  }
  return table;
}

Table clipping_table(const EpochView& view) {
  std::vector<std::size_t> clipped;
  for (std::size_t i = 0; i < view.weights.size(); ++i) {
    if (clipped_fraction(view.weights[i]) > 0.0) clipped.push_back(i);
  }
  const std::size_t all = clipped.size();
  // What a validator loses by a cut counts for as much as its stake.
  const auto removed = [&](std::size_t i) {
    const EpochView::Cell& cell = view.weights[i];
    return clipped_fraction(cell) * cell.weight * share_or_zero(view.stake, cell.validator);
  };
  Table table;
  table.columns = {{"validator", Align::kKey},
                   {"miner", Align::kKey},
                   {"weight"},
                   {"after clipping"},
                   {"removed"},
                   {"part removed"},
                   {"stake of validator"}};
  for (const std::size_t i : largest(std::move(clipped), kMaxClippedRows, removed)) {
    const EpochView::Cell& cell = view.weights[i];
    const double fraction = clipped_fraction(cell);
    table.rows.push_back({absl::StrCat(cell.validator), absl::StrCat(cell.miner),
                          format_share(cell.weight), format_share(cell.clipped),
                          format_share(fraction * cell.weight), format_percent(fraction),
                          format_share(share_of(view.stake, cell.validator))});
  }
  table.caption =
      absl::StrFormat("Clipped weights, by the weight removed times the stake behind it: %s of %s.",
                      format_count(table.rows.size()), format_count(all));
  return table;
}

Table epoch_table(const std::vector<EpochView>& views) {
  Table table;
  table.caption = "All epochs of this report.";
  table.columns = {
      {"epoch"},   {"title", Align::kText}, {"uids"}, {"validators with weights"}, {"weights"},
      {"clipped"}, {"emission (rao)"}};
  for (std::size_t i = 0; i < views.size(); ++i) {
    const WeightCounts counts = count_weights(views[i]);
    table.rows.push_back({absl::StrCat(i), shorten(printable_utf8(views[i].title), 100),
                          format_count(uid_count(views[i])), format_count(counts.validators.size()),
                          format_count(counts.weights), format_count(counts.clipped),
                          format_emission(views[i])});
  }
  return table;
}

Table note_table(const std::vector<EpochView>& views) {
  Table table;
  table.caption = "Notes on the epochs before the last.";
  table.columns = {{"epoch", Align::kKey}, {"note", Align::kText}};
  for (std::size_t i = 0; i + 1 < views.size(); ++i) {
    for (const std::string& note : views[i].notes) {
      table.rows.push_back({absl::StrCat(i), note});
    }
  }
  return table;
}

std::vector<std::pair<std::string, std::string>> summary_facts(const EpochView& view) {
  const WeightCounts counts = count_weights(view);
  std::vector<std::pair<std::string, std::string>> facts = view.facts;
  for (const auto& [key, value] : {
           std::pair("uids", format_count(uid_count(view))),
           std::pair("validators with weights", format_count(counts.validators.size())),
           std::pair("weights", format_count(counts.weights)),
           std::pair("clipped weights", format_count(counts.clipped)),
           std::pair("emission (rao)", format_emission(view)),
       }) {
    const auto has_key = [key = key](const auto& fact) { return fact.first == key; };
    if (std::none_of(view.facts.begin(), view.facts.end(), has_key)) facts.emplace_back(key, value);
  }
  return facts;
}

}  // namespace yuma::lab
