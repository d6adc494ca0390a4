// SPDX-License-Identifier: MIT

#include "yuma/snapshot/epoch_json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace yuma {

namespace {

Json value_json(I32F32 v) { return std::to_string(v.bits); }
Json value_json(double v) { return v; }
Json value_json(std::uint16_t v) { return v; }

template <class V>
Json list_json(const std::vector<V>& values) {
  Json list = Json::array();
  for (const V& v : values) list.push_back(value_json(v));
  return list;
}

Json flags_json(const Flags& flags) {
  Json list = Json::array();
  for (const std::uint8_t flag : flags) list.push_back(flag != 0);
  return list;
}

template <class V>
Json rows_json(const SparseRows<V>& rows) {
  Json list = Json::array();
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    Json entries = Json::array();
    for (std::size_t k = 0; k < row.size(); ++k) {
      entries.push_back(Json::array({row.uids[k], value_json(row.values[k])}));
    }
    list.push_back(std::move(entries));
  }
  return list;
}

template <Arithmetic A>
Json stages_json(const EpochStages<A>& s) {
  Json raw;
  raw["stake"] = list_json(s.stake);
  raw["active_stake"] = list_json(s.active_stake);
  raw["weights"] = rows_json(s.weights);
  raw["consensus"] = list_json(s.consensus);
  raw["clipped_weights"] = rows_json(s.clipped_weights);
  raw["validator_trust"] = list_json(s.validator_trust);
  raw["ranks"] = list_json(s.ranks);
  raw["incentive"] = list_json(s.incentive);
  raw["weights_for_bonds"] = rows_json(s.weights_for_bonds);
  raw["bonds_masked"] = rows_json(s.bonds_masked);
  if (s.bonds_delta.rows() != 0) raw["bonds_delta"] = rows_json(s.bonds_delta);
  if (s.liquid && !s.alphas.empty()) {
    Json& alphas = raw["alphas"] = Json::array();
    for (const auto& rates : s.alphas) alphas.push_back(list_json(rates));
  }
  raw["ema_bonds_normalized"] = rows_json(s.ema_bonds_normalized);
  raw["ema_bonds"] = rows_json(s.ema_bonds);
  raw["dividends"] = list_json(s.dividends);
  raw["normalized_server_emission"] = list_json(s.emission.server);
  raw["normalized_validator_emission"] = list_json(s.emission.validator);
  raw["normalized_combined_emission"] = list_json(s.emission.combined);
  return raw;
}

}  // namespace

Json terms_json(const EpochResult& t) {
  Json terms;
  terms["dividend"] = t.dividend;
  terms["incentive"] = t.incentive;
  terms["validator_emission"] = t.validator_emission;
  terms["server_emission"] = t.server_emission;
  terms["stake_weight"] = t.stake_weight;
  terms["active"] = flags_json(t.active);
  terms["emission"] = t.emission;
  terms["consensus"] = t.consensus;
  terms["validator_trust"] = t.validator_trust;
  terms["new_validator_permit"] = flags_json(t.new_validator_permit);
  terms["bond"] = rows_json(t.bond);
  terms["stake"] = t.stake;
  return terms;
}

Json bits_json(const std::vector<I32F32>& values) { return list_json(values); }

Json bits_json(const SparseRows<I32F32>& rows) { return rows_json(rows); }

Json raw_json(const EpochStages<Exact>& stages) { return stages_json(stages); }

Json raw_json(const EpochStages<Real<double>>& stages) { return stages_json(stages); }

}  // namespace yuma
