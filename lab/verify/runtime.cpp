// SPDX-License-Identifier: MIT

// Epochs recorded from a real chain runtime (spec_version 300): storage written before a block and
// read after it, in the runtime's own names. Some cases also have the runtime's log of its stages,
// numbers in the shortest decimal form that identifies them.

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "lab/verify/suites.hpp"
#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/consensus/rank.hpp"
#include "yuma/snapshot/epoch_file.hpp"
#include "yuma/snapshot/epoch_json.hpp"

namespace yuma::lab {

namespace {

/// A decimal text or a number, as an integer: the recordings use both.
std::uint64_t integer(JsonReader& r, const Json& v, const JsonPath& at) {
  if (v.is_string()) return static_cast<std::uint64_t>(r.decimal_within(v, at, 0, UINT64_MAX));
  return r.unsigned_as<std::uint64_t>(v, at);
}

/// One of this case's fields under another name, for those that are read in the same way.
constexpr std::pair<const char*, const char*> kSameFields[] = {
    {"n", "n"},
    {"block", "current_block"},
    {"tempo", "tempo"},
    {"activityCutoff", "activity_cutoff"},
    {"lastUpdate", "last_update"},
    {"registeredAt", "block_at_registration"},
    {"ownerUid", "owner_uid"},
    {"permit", "validator_permits"},
    {"maxAllowedValidators", "max_allowed_validators"},
    {"weights", "weights"},
    {"bonds", "bonds"},
    {"kappa", "kappa"},
    {"bondsPenalty", "bonds_penalty"},
    {"bondsMovingAverage", "bonds_moving_average"},
    {"yuma3", "yuma3"},
    {"liquidAlpha", "liquid_alpha"},
    {"alphaLow", "alpha_low"},
    {"alphaHigh", "alpha_high"},
    {"alphaSigmoidSteepness", "alpha_sigmoid_steepness"},
};

/// An error about one of our fields as one about the field of the recording.
absl::Status in_their_names(const absl::Status& status, const JsonPath& at) {
  const std::string message(status.message()), place = absl::StrCat(at.text(), ".");
  for (const auto& [theirs, ours] : kSameFields) {
    const std::string field = absl::StrCat(place, ours);
    if (!message.starts_with(field)) continue;
    const char next = field.size() < message.size() ? message[field.size()] : ':';
    if (next != ':' && next != '[') continue;
    return absl::InvalidArgumentError(absl::StrCat(place, theirs, message.substr(field.size())));
  }
  return status;
}

/// The case as an epoch's input. stake = alpha + root * floor(taoWeight 2^32 / (2^64 - 1)) / 2^32.
absl::StatusOr<EpochSnapshot> snapshot_of(const Json& recorded, const JsonPath& at) {
  JsonReader r;
  Json input;
  for (const auto& [theirs, ours] : kSameFields) input[ours] = r.field(recorded, at, theirs);
  input["last_mechanism_step_block"] = 0;
  input["commit_blocks"] = nullptr;
  input["min_stake"] = integer(r, r.field(recorded, at, "stakeThreshold"), at / "stakeThreshold");
  input["rao_emission"] = integer(r, r.field(recorded, at, "emission"), at / "emission");

  const uint128 tao_weight =
      (static_cast<uint128>(integer(r, r.field(recorded, at, "taoWeight"), at / "taoWeight"))
       << 32) /
      UINT64_MAX;
  const auto rao = [&](std::string_view key) {
    const JsonPath list = at / key;
    return r.array<std::uint64_t>(
        r.field(recorded, at, key), list,
        [&](const Json& v, const JsonPath& p) { return integer(r, v, p); });
  };
  const auto alpha = rao("alpha"), root = rao("root");
  if (r.ok() && alpha.size() != root.size()) r.fail(at / "root", "not as long as alpha");
  if (!r.ok()) return r.status();
  Json stake = Json::array();
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    // The product has at most 96 bits; from 2^95 on it is more than the type holds.
    const uint128 product = root[i] * tao_weight;
    const I64F64 weighted = (product >> 95) != 0
                                ? I64F64::max()
                                : I64F64::from_bits(static_cast<int128>(product << 32));
    stake.push_back(
        to_decimal(saturating_add(saturating_from_int<I64F64>(alpha[i]), weighted).bits));
  }
  input["stake_i64f64_bits"] = std::move(stake);
  auto snapshot = read_epoch_snapshot(input, at);
  return snapshot.ok() ? snapshot : in_their_names(snapshot.status(), at);
}

Json text_list(const std::vector<std::uint64_t>& values) {
  Json list = Json::array();
  for (const std::uint64_t v : values) list.push_back(std::to_string(v));
  return list;
}

/// What the runtime stores, of what this program computes.
Json storage_json(const EpochResult& result) {
  const Json terms = terms_json(result);
  Json out;
  out["active"] = terms["active"];
  out["consensus"] = terms["consensus"];
  out["incentive"] = terms["incentive"];
  out["dividends"] = terms["dividend"];
  out["validatorTrust"] = terms["validator_trust"];
  out["validatorPermit"] = terms["new_validator_permit"];
  out["stakeWeight"] = terms["stake_weight"];
  out["emission"] = text_list(result.emission);
  out["bonds"] = terms["bond"];
  return out;
}

/// Ranks, trust and pruning scores are no longer part of the epoch; the block it ran in is its
/// input.
constexpr std::string_view kNotComputed[] = {"rank", "trust", "pruningScores",
                                             "lastMechanismStepBlock"};

/// The stages under the names that the runtime logs them with.
Json logged_json(const EpochStages<Exact>& s) {
  const Json raw = raw_json(s);
  Json log;
  log["Normalised Stake"] = raw["stake"];
  log["Active Stake"] = raw["active_stake"];
  log["Weights (mask+norm)"] = raw["weights"];
  log["Ranks (before)"] = bits_json(ranks<Exact>(s.active_stake, s.weights));
  log["Consensus"] = raw["consensus"];
  log["Clipped Weights"] = raw["clipped_weights"];
  log["Validator Trust"] = raw["validator_trust"];
  log["Ranks (after)"] = raw["ranks"];
  log["Incentive (=Rank)"] = raw["incentive"];
  if (raw.contains("bonds_delta")) {
    log["B (mask+norm)"] = raw["bonds_masked"];
    log["\u0394B (norm)"] = raw["bonds_delta"];
    log["Exponential Moving Average Bonds Normal"] = bits_json(s.bonds_average);
    log["Exponential Moving Average Bonds"] = raw["ema_bonds_normalized"];
  } else {
    log["Bonds"] = raw["bonds_masked"];
    log["weights_for_bonds"] = raw["weights_for_bonds"];
    if (raw.contains("alphas")) log["alphas"] = raw["alphas"];
    log["emaB"] = raw["ema_bonds"];
    log["emaB norm"] = raw["ema_bonds_normalized"];
  }
  log["Dividends"] = raw["dividends"];
  log["Normalized Server Emission"] = raw["normalized_server_emission"];
  log["Normalized Validator Emission"] = raw["normalized_validator_emission"];
  log["Normalized Combined Emission"] = raw["normalized_combined_emission"];
  log["Server Emission"] = text_list(s.terms.server_emission);
  log["Validator Emission"] = text_list(s.terms.validator_emission);
  log["Combined Emission"] = text_list(s.terms.emission);
  return log;
}

/// Replaces each logged number by the bits of the I32F32 it identifies, as text, or by its digits
/// where the stage is of whole numbers; uids of pairs stay.
void to_bits(Json& logged, bool whole, bool pair) {
  if (logged.is_array()) {
    for (std::size_t i = 0; i < logged.size(); ++i) to_bits(logged[i], whole, pair && i == 0);
  } else if (logged.is_number() && !pair) {
    logged =
        whole ? logged.dump() : std::to_string(std::llround(std::ldexp(logged.get<double>(), 32)));
  }
}

/// "[[(0, 0.5)], []]" as lists; the log writes pairs in round brackets.
absl::StatusOr<Json> parse_logged(std::string text, bool whole) {
  const bool pairs = text.find('(') != std::string::npos;
  text = absl::StrReplaceAll(text, {{"(mask) ", ""}, {"(", "["}, {")", "]"}});
  auto logged = parse_json(text);
  if (!logged.ok()) return logged.status();
  if (!pairs) {
    to_bits(*logged, whole, false);
  } else {
    for (Json& row : *logged) {
      for (Json& pair : row) to_bits(pair, whole, true);
    }
  }
  return logged;
}

/// Compares what the log has of the stages. Fails where it has none, or one that is no text.
void compare_log(const Json& trace, const EpochStages<Exact>& stages, const std::string& file,
                 const JsonPath& at, JsonReader& r, std::vector<Difference>& differences) {
  const Json computed = logged_json(stages);
  bool any = false;
  for (const auto& [stage, value] : computed.items()) {
    const auto found = trace.find(stage);
    if (found == trace.end()) continue;
    any = true;
    const JsonPath stage_at = at / stage;
    const std::string text = r.string(*found, stage_at);
    if (!r.ok()) return;
    const bool whole =
        stage == "Server Emission" || stage == "Validator Emission" || stage == "Combined Emission";
    const auto logged = parse_logged(text, whole);
    if (!logged.ok()) return r.fail(stage_at, std::string(logged.status().message()));
    compare(value, *logged, absl::StrCat(file, ": ", at.text(), ".", stage), differences);
  }
  if (!any) r.fail(at, "has no stage to compare");
}

}  // namespace

bool is_runtime(const Json& document) {
  return document.is_object() && document.contains("runtime") && document.contains("cases");
}

absl::Status verify_runtime(const Json& document, const std::string& file, VerifyReport& report) {
  constexpr std::uint32_t kRecordedSpec = 300;
  const auto rules = ChainRules::at(kRecordedSpec);
  if (!rules.ok()) return rules.status();
  const Json& cases = document["cases"];
  const JsonPath list("cases");
  JsonReader r;
  if (!r.is_array(cases, list)) return r.status();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const JsonPath at = list[i];
    const auto snapshot = snapshot_of(cases[i], at);
    if (!snapshot.ok()) return snapshot.status();
    Json recorded = r.field(cases[i], at, "out");
    if (!r.ok() || !r.is_object(recorded, at / "out")) return r.status();
    for (const std::string_view name : kNotComputed) recorded.erase(std::string(name));
    if (recorded.empty()) {
      r.fail(at / "out", "has no result to compare");
      return r.status();
    }

    const auto trace = cases[i].find("trace");
    const bool traced = trace != cases[i].end();
    if (traced && !r.is_object(*trace, at / "trace")) return r.status();
    const bool rates = traced && trace->contains("alphas");
    const auto stages =
        epoch_staged<Exact>(snapshot->view(), *rules, rates ? AlphaMatrix::kYes : AlphaMatrix::kNo);
    if (!stages.ok()) return stages.status();
    std::vector<Difference> differences;
    compare(storage_json(stages->terms), recorded, absl::StrCat(file, ": ", at.text(), ".out"),
            differences);
    if (traced) {
      compare_log(*trace, *stages, file, at / "trace", r, differences);
      if (!r.ok()) return r.status();
    }
    report.add_case("runtime", std::move(differences));
  }
  return absl::OkStatus();
}

}  // namespace yuma::lab
