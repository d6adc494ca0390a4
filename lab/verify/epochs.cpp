// SPDX-License-Identifier: MIT

// Recorded epochs: files of one epoch or of a sequence, each epoch a case.

#include "lab/verify/suites.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/snapshot/epoch_file.hpp"
#include "yuma/snapshot/epoch_json.hpp"

namespace yuma::lab {

namespace {

/// The n x n rates are computed only for a recording that has the shape of them: a small file
/// cannot ask for more than it holds.
AlphaMatrix recorded_alphas(const Json& raw, std::size_t n) {
  const auto alphas = raw.find("alphas");
  if (alphas == raw.end() || !alphas->is_array() || alphas->size() != n) return AlphaMatrix::kNo;
  for (const Json& row : *alphas) {
    if (!row.is_array() || row.size() != n) return AlphaMatrix::kNo;
  }
  return AlphaMatrix::kYes;
}

}  // namespace

absl::Status verify_epochs(const Json& document, const std::string& file, VerifyReport& report) {
  auto epochs = read_epoch_file(document);
  if (!epochs.ok()) return epochs.status();
  if (epochs->expected.empty()) {
    return absl::InvalidArgumentError("expected: missing: there is no recorded result to compare");
  }
  const auto rules =
      ChainRules::at(epochs->rules.value_or(ChainRules{}.spec_version), Evidence::kModel);
  if (!rules.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("rules: ", rules.status().message()));
  }

  EpochSnapshot state = epochs->input;
  EpochWorkspace workspace;
  EpochResult result;
  for (std::size_t k = 0; k < epochs->epochs(); ++k) {
    if (k > 0) {
      if (auto s = next_epoch(*epochs, k, result, state); !s.ok()) return s;
    }
    // The terms by epoch(), which users call; the stages by the reference.
    if (auto s = epoch(state.view(), *rules, workspace, result); !s.ok()) return s;
    Json computed;
    computed["terms"] = terms_json(result);
    const Json& recorded = epochs->expected[k];
    if (const auto raw = recorded.find("raw"); raw != recorded.end()) {
      const auto stages = epoch_staged<Exact>(state.view(), *rules, recorded_alphas(*raw, state.n));
      if (!stages.ok()) return stages.status();
      computed["raw"] = raw_json(*stages);
    }
    std::vector<Difference> differences;
    const std::string place = epochs->sequence ? absl::StrCat(file, " epoch ", k) : file;
    compare(computed, recorded, absl::StrCat(place, ": expected"), differences);
    report.add_case("epoch", std::move(differences));
  }
  return absl::OkStatus();
}

}  // namespace yuma::lab
