// SPDX-License-Identifier: MIT

#include "lab/epoch_table.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace yuma::lab {

namespace {

constexpr double kRaoPerToken = 1e9;

std::string tokens(std::uint64_t rao, int decimals) {
  const double v = static_cast<double>(rao) / kRaoPerToken;
  return v < 1e7 ? absl::StrFormat("%.*f", decimals, v) : absl::StrFormat("%.0f", v);
}

std::string share(double v) { return absl::StrFormat("%.5f", v); }

/// How a uid's permit goes on: yes, no, or the change this epoch made.
std::string permit_text(const EpochRun& run, std::size_t uid) {
  const bool before = run.view.permit[uid], after = run.terms.new_validator_permit[uid] != 0;
  if (before != after) return after ? "gained" : "lost";
  return after ? "yes" : "-";
}

struct Column {
  const char* name;
  std::string (*text)(const EpochRun&, std::size_t uid);
  double (*sort_key)(const EpochRun&, std::size_t uid);  // rows come in falling order of it
};

constexpr Column kColumns[] = {
    {"uid", [](const EpochRun&, std::size_t u) { return absl::StrCat(u); },
     [](const EpochRun&, std::size_t u) { return -static_cast<double>(u); }},
    {"stake", [](const EpochRun& r, std::size_t u) { return tokens(r.terms.stake[u], 3); },
     [](const EpochRun& r, std::size_t u) { return static_cast<double>(r.terms.stake[u]); }},
    {"consensus", [](const EpochRun& r, std::size_t u) { return share(r.view.consensus[u]); },
     [](const EpochRun& r, std::size_t u) { return r.view.consensus[u]; }},
    {"incentive", [](const EpochRun& r, std::size_t u) { return share(r.view.incentive[u]); },
     [](const EpochRun& r, std::size_t u) { return r.view.incentive[u]; }},
    {"dividends", [](const EpochRun& r, std::size_t u) { return share(r.view.dividends[u]); },
     [](const EpochRun& r, std::size_t u) { return r.view.dividends[u]; }},
    {"trust", [](const EpochRun& r, std::size_t u) { return share(r.view.validator_trust[u]); },
     [](const EpochRun& r, std::size_t u) { return r.view.validator_trust[u]; }},
    {"permit", permit_text,
     [](const EpochRun& r, std::size_t u) {
       return r.terms.new_validator_permit[u] != 0 ? 1.0 : 0.0;
     }},
    {"emission", [](const EpochRun& r, std::size_t u) { return tokens(r.terms.emission[u], 6); },
     [](const EpochRun& r, std::size_t u) { return static_cast<double>(r.terms.emission[u]); }},
};

std::string totals(const EpochRun& run, std::size_t shown) {
  const auto& terms = run.terms;
  const std::size_t n = terms.emission.size();
  double shared_out = 0;
  for (const std::uint64_t e : terms.emission) shared_out += static_cast<double>(e);
  const auto permits = std::count(terms.new_validator_permit.begin(),
                                  terms.new_validator_permit.end(), std::uint8_t{1});
  double weight = 0, clipped = 0;
  for (const auto& cell : run.view.weights) {
    weight += cell.weight;
    clipped += cell.weight - cell.clipped;
  }
  std::string out;
  if (shown < n) absl::StrAppend(&out, shown, " of ", n, " uids shown (--top 0 shows all)\n");
  absl::StrAppend(&out, absl::StrFormat("shared out %.9f of %.9f\n", shared_out / kRaoPerToken,
                                        static_cast<double>(run.input.emission) / kRaoPerToken));
  absl::StrAppend(&out, absl::StrFormat("%d of %d uids hold a permit; ", permits, n),
                  weight > 0
                      ? absl::StrFormat("%.1f %% of weight clipped\n", 100 * clipped / weight)
                      : std::string("no weights count\n"));
  return out;
}

}  // namespace

std::vector<std::string> table_columns() {
  std::vector<std::string> names;
  for (const Column& c : kColumns) names.emplace_back(c.name);
  return names;
}

std::string epoch_table(const EpochRun& run, const TableOptions& options) {
  const std::size_t n = run.terms.emission.size();
  std::vector<std::size_t> uids(n);
  std::iota(uids.begin(), uids.end(), std::size_t{0});
  const auto sort_by = std::find_if(std::begin(kColumns), std::end(kColumns),
                                    [&](const Column& c) { return c.name == options.sort; });
  if (sort_by != std::end(kColumns)) {
    std::stable_sort(uids.begin(), uids.end(), [&](std::size_t a, std::size_t b) {
      return sort_by->sort_key(run, a) > sort_by->sort_key(run, b);
    });
  }
  if (options.top != 0 && options.top < n) uids.resize(options.top);

  std::vector<std::vector<std::string>> lines(1 + uids.size());
  for (const Column& c : kColumns) {
    lines[0].emplace_back(c.name);
    for (std::size_t r = 0; r < uids.size(); ++r) lines[r + 1].push_back(c.text(run, uids[r]));
  }
  std::vector<std::size_t> widths(std::size(kColumns), 0);
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
  }
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) {
      absl::StrAppend(
          &out, absl::StrFormat("%s%*s", c == 0 ? "" : "  ", static_cast<int>(widths[c]), line[c]));
    }
    out += "\n";
  }
  return absl::StrCat(out, totals(run, uids.size()));
}

}  // namespace yuma::lab
