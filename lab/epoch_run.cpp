// SPDX-License-Identifier: MIT

#include "lab/epoch_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/progress.hpp"
#include "lab/report/text.hpp"
#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/snapshot/epoch_json.hpp"

namespace yuma::lab {

namespace {

double real(double v) { return v; }
double real(I32F32 v) { return std::ldexp(static_cast<double>(v.bits), -I32F32::kFracBits); }

template <class V>
std::vector<double> reals(const std::vector<V>& values) {
  std::vector<double> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), [](const V& v) { return real(v); });
  return out;
}

std::vector<bool> bools(const Flags& flags) { return {flags.begin(), flags.end()}; }

std::string proportion_text(std::uint16_t u) {
  return absl::StrFormat("%.4f (%d)", u / 65535.0, u);
}

std::vector<std::pair<std::string, std::string>> facts_of(const EpochSnapshot& in,
                                                          const RunOptions& options) {
  const Hyperparameters& p = in.parameters;
  std::vector<std::pair<std::string, std::string>> facts = options.facts;
  const auto fact = [&](const char* key, auto&&... value) {
    const bool known = std::any_of(options.facts.begin(), options.facts.end(),
                                   [&](const auto& given) { return given.first == key; });
    if (!known) facts.emplace_back(key, absl::StrCat(value...));
  };
  fact("rules", "spec_version ", options.rules.spec_version);
  fact("arithmetic", options.real ? "real-valued model" : "the chain's, to the last bit");
  fact("consensus", p.yuma3 ? "Yuma3" : "Yuma2",
       p.yuma3 && p.liquid_alpha ? " with liquid alpha" : "");
  fact("block", in.current_block);
  fact("uids", in.n);
  fact("emission", absl::StrFormat("%.9f alpha", static_cast<double>(in.emission) / 1e9));
  fact("kappa", proportion_text(p.kappa));
  fact("bonds penalty", proportion_text(p.bonds_penalty));
  fact("bonds moving average",
       absl::StrFormat("%.6f", static_cast<double>(p.bonds_moving_average) / 1e6));
  fact("commit-reveal", in.commit_blocks ? "on" : "off");
  return facts;
}

/// The weights with what clipping left of each. Clipping drops or lowers entries and keeps their
/// order, so the two rows are walked side by side: an entry whose uid does not come next is gone.
template <Arithmetic A>
std::vector<EpochView::Cell> cells_of(const EpochStages<A>& s) {
  std::vector<EpochView::Cell> cells;
  for (std::size_t i = 0; i < s.weights.rows(); ++i) {
    const auto full = s.weights.row(i), clipped = s.clipped_weights.row(i);
    std::size_t c = 0;
    for (std::size_t k = 0; k < full.size(); ++k) {
      const Uid j = full.uids[k];
      const bool kept = c < clipped.size() && clipped.uids[c] == j;
      cells.push_back({static_cast<std::uint32_t>(i), j, real(full.values[k]),
                       kept ? real(clipped.values[c]) : 0.0});
      if (kept) ++c;
    }
  }
  return cells;
}

/// The most uids for which the rate of each pair is handed out.
constexpr std::uint32_t kMaxRateUids = 2048;

template <Arithmetic A>
absl::Status run_one(const RunOptions& options, EpochRun& run) {
  const Hyperparameters& p = run.input.parameters;
  if (options.keep_raw && p.yuma3 && p.liquid_alpha && run.input.n > kMaxRateUids) {
    return absl::InvalidArgumentError(absl::StrCat("--raw: ", run.input.n, " uids have too many ",
                                                   "pairs for all their rates; at most ",
                                                   kMaxRateUids, " are shown"));
  }
  const auto alphas = options.keep_raw ? AlphaMatrix::kYes : AlphaMatrix::kNo;
  auto stages = epoch_staged<A>(run.input.view(), options.rules, alphas);
  if (!stages.ok()) return stages.status();
  EpochStages<A>& s = *stages;
  if (options.keep_raw) run.raw = raw_json(s);
  run.view.title = options.title;
  run.view.facts = facts_of(run.input, options);
  run.view.stake = reals(s.stake);
  run.view.consensus = reals(s.consensus);
  run.view.incentive = reals(s.incentive);
  run.view.dividends = reals(s.dividends);
  run.view.validator_trust = reals(s.validator_trust);
  run.view.permit = bools(s.permits);
  run.view.active = bools(s.active);
  run.view.emission = s.terms.emission;
  run.view.weights = cells_of(s);
  run.terms = std::move(s.terms);
  return absl::OkStatus();
}

void compare_with_recorded(const Json& recorded, EpochRun& run) {
  Json computed;
  computed["terms"] = terms_json(run.terms);
  if (run.raw) computed["raw"] = *run.raw;
  for (const auto& [group, fields] : recorded.items()) {
    if (!computed.contains(group)) continue;  // stages are compared where they were kept
    for (const auto& [field, value] : fields.items()) {
      const std::size_t before = run.differences.size();
      const Json& ours = computed[group].contains(field) ? computed[group][field] : Json();
      compare(ours, value, absl::StrCat(group, ".", one_line(field)), run.differences);
      run.recorded_fields += 1;
      if (run.differences.size() == before) run.equal_fields += 1;
    }
  }
}

}  // namespace

absl::StatusOr<EpochRun> run_epoch(EpochSnapshot input, const RunOptions& options) {
  EpochRun run;
  run.input = std::move(input);
  const auto status =
      options.real ? run_one<Real<double>>(options, run) : run_one<Exact>(options, run);
  if (!status.ok()) return status;
  return run;
}

absl::StatusOr<std::vector<EpochRun>> run_epochs(const EpochFile& file, const RunOptions& options) {
  EpochSnapshot state = file.input;
  std::vector<EpochRun> runs;
  Progress progress(file.epochs(), "epochs");
  for (std::size_t k = 0; k < file.epochs(); ++k) {
    if (k > 0) {
      if (auto s = next_epoch(file, k, runs.back().terms, state); !s.ok()) return s;
    }
    if (!options.overrides.empty()) {
      if (auto s = overwrite_fields(state, options.overrides, JsonPath("--set")); !s.ok()) return s;
    }
    auto made = run_epoch(state, options);
    if (!made.ok()) return made.status();
    EpochRun& run = runs.emplace_back(*std::move(made));
    run.as_recorded = options.overrides.empty() && !options.real &&
                      options.rules.spec_version == file.rules.value_or(ChainRules{}.spec_version);
    if (k < file.expected.size()) compare_with_recorded(file.expected[k], run);
    progress.step();
  }
  return runs;
}

}  // namespace yuma::lab
