// SPDX-License-Identifier: MIT

#include "cli/subnet_text.hpp"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_power.hpp"
#include "cli/subnet_table.hpp"
#include "cli/subnet_values.hpp"
#include "cli/subnet_warnings.hpp"
#include "cli/text.hpp"

namespace yuma::cli {

namespace {

constexpr std::size_t kMinersShown = 32;

std::size_t members(const State& state) {
  const auto taken = [](const auto& neuron) { return neuron.has_value(); };
  return static_cast<std::size_t>(std::count_if(state.neurons.begin(), state.neurons.end(), taken));
}

/// Unix ms at which a block begins.
std::uint64_t time_of_block(const State& state, std::uint64_t block) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t most = (kMost - state.genesis_ms) / state.block_ms;
  return block > most ? kMost : state.genesis_ms + block * state.block_ms;
}

std::string id_lines(const SubnetSource& source, std::size_t width) {
  const State& state = source.state;
  std::string out = labelled("network", to_hex(state.subnet.network), width);
  if (source.origin) out += labelled("origin", to_hex(*source.origin), width);
  absl::StrAppend(&out, labelled("netuid",
                                 absl::StrCat(state.subnet.netuid, ", mechanism ",
                                              static_cast<int>(state.subnet.mechanism)),
                                 width));
  return out;
}

std::string position_lines(const State& state, std::size_t width) {
  std::string out = labelled("block 0",
                             absl::StrCat(time_text(state.genesis_ms), ", then a block every ",
                                          duration_text(state.block_ms)),
                             width);
  if (state.epoch > 0 || state.block > 0) {
    absl::StrAppend(&out, labelled("sealed",
                                   absl::StrCat("epoch ", state.epoch, " at block ", state.block,
                                                ", ", time_text(time_of_block(state, state.block))),
                                   width));
    absl::StrAppend(&out,
                    labelled("amendments", absl::StrCat(state.amendments, " applied"), width));
    absl::StrAppend(
        &out, labelled("pending", absl::StrCat(tao_text(state.pending_emission), " TAO"), width));
  }
  const std::uint64_t tempo = state.parameters.epoch.tempo;
  absl::StrAppend(&out,
                  labelled("epochs",
                           absl::StrCat("one every ", tempo, tempo == 1 ? " block: " : " blocks: ",
                                        blocks_text(tempo, state.block_ms)),
                           width));
  return out;
}

std::string people_lines(const State& state, std::size_t width) {
  const std::size_t all = state.neurons.size(), taken = members(state);
  const std::size_t with_power = validators(state).size();
  std::string out = labelled(
      "uids",
      absl::StrCat(all, ": ", with_power, with_power == 1 ? " validator, " : " validators, ",
                   taken - with_power, taken - with_power == 1 ? " miner, " : " miners, ",
                   all - taken, " free"),
      width);
  absl::StrAppend(&out, labelled("owner",
                                 absl::StrCat("uid ", state.owner, ", ",
                                              hotkey_text(state.neurons[state.owner]->hotkey)),
                                 width));
  absl::StrAppend(&out, labelled("quorum", quorum_text(state), width));
  const char* label = "stopped by";
  for (const std::string& who : who_can_stop(state)) {
    out += labelled(label, who, width);
    label = "";
  }
  return out;
}

std::string parameter_lines(const State& state, Detail detail, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const ParameterTag tag : all_parameters()) {
    const std::uint64_t value = parameter(state.parameters, tag);
    const std::uint64_t usual = parameter(SubnetParameters{}, tag);
    if (value == usual && detail == Detail::kShort) continue;
    rows.push_back({std::string(parameter_name(tag)), parameter_text(tag, value),
                    parameter_meaning(tag, value, state.block_ms), parameter_text(tag, usual)});
  }
  if (rows.empty()) return "parameters: all have their defaults (--all shows them)\n";
  const std::string hint = detail == Detail::kShort ? " (the others have their defaults)" : "";
  return absl::StrCat(
      "parameters", hint, "\n",
      text_table({{"name", false}, {"value"}, {"", false}, {"default"}}, rows, width));
}

nlohmann::ordered_json roster_json(const State& state) {
  auto out = nlohmann::ordered_json::array();
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    const auto& neuron = state.neurons[uid];
    if (!neuron) continue;
    out.push_back({{"uid", uid},
                   {"hotkey", neuron->hotkey.address()},
                   {"scheme", scheme_name(neuron->hotkey.scheme)},
                   {"power", neuron->power},
                   {"stake", neuron->stake},
                   {"permit", neuron->permit},
                   {"registered", neuron->registered},
                   {"last_update", neuron->last_update}});
  }
  return out;
}

}  // namespace

std::string subnet_text(const SubnetSource& source, Detail detail, std::size_t width,
                        const std::vector<std::string>& further) {
  const State& state = source.state;
  const std::size_t miners =
      detail == Detail::kAll ? std::numeric_limits<std::size_t>::max() : kMinersShown;
  std::string out =
      absl::StrCat(id_lines(source, width), position_lines(state, width),
                   labelled("rules", absl::StrCat("spec_version ", state.spec_version), width),
                   people_lines(state, width), "\n", roster_table(state, miners, width), "\n",
                   parameter_lines(state, detail, width));
  const std::string warnings =
      absl::StrCat(warnings_text(all_warnings(state), width), warnings_text(further, width));
  return warnings.empty() ? out : absl::StrCat(out, "\n", warnings);
}

nlohmann::ordered_json subnet_json(const SubnetSource& source) {
  const State& state = source.state;
  const auto id = [](const std::optional<Bytes32>& bytes) {
    return bytes ? nlohmann::ordered_json(to_hex(*bytes)) : nlohmann::ordered_json();
  };
  nlohmann::ordered_json out = {{"kind", kind_text(source.kind)},
                                {"network", to_hex(state.subnet.network)},
                                {"origin", id(source.origin)},
                                {"netuid", state.subnet.netuid},
                                {"mechanism", state.subnet.mechanism},
                                {"epoch", state.epoch},
                                {"block", state.block},
                                {"block_id", id(source.block_id)},
                                {"genesis_ms", state.genesis_ms},
                                {"block_ms", state.block_ms},
                                {"spec_version", state.spec_version},
                                {"owner", state.owner},
                                {"amendments", state.amendments},
                                {"pending_emission", state.pending_emission},
                                {"uids", state.neurons.size()},
                                {"total_power", total_power(state)},
                                {"quorum_power", quorum_power(total_power(state))},
                                {"members", roster_json(state)}};
  auto& parameters = out["parameters"] = nlohmann::ordered_json::object();
  for (const ParameterTag tag : all_parameters()) {
    parameters[std::string(parameter_name(tag))] = parameter(state.parameters, tag);
  }
  out["warnings"] = all_warnings(state);
  return out;
}

std::string aloud_text(const Bytes32& network) {
  const std::string digits = id_aloud(network);
  const std::size_t half = digits.size() / 2;
  return absl::StrCat("  ", digits.substr(0, half), "\n  ", digits.substr(half + 1), "\n");
}

}  // namespace yuma::cli
