// SPDX-License-Identifier: MIT

#include "cli/genesis_draft.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/subnet_values.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma::cli {

GenesisDraft::GenesisDraft(std::string wallets, std::uint64_t now_ms)
    : wallets_(std::move(wallets)),
      rules_(State{}.spec_version),
      block_ms_(State{}.block_ms),
      start_ms_(now_ms),
      now_ms_(now_ms) {}

void GenesisDraft::set(std::string_view field, std::string_view text, const Given& given) {
  const auto take = [&](std::uint64_t& number, const absl::StatusOr<std::uint64_t>& parsed) {
    if (!parsed.ok()) return problems_.add(given.where, parsed.status());
    number = *parsed;
  };
  if (field == "netuid") return set_number(netuid_, text, 0, kMaxNetuid, given);
  if (field == "mechanism") return set_number(mechanism_, text, 0, kMaxMechanism, given);
  if (field == "block_time") return take(block_ms_, parse_block_time(text));
  if (field == "start") return take(start_ms_, parse_start(text, now_ms_));
  if (field == "owner") return set_owner(text, given);
  if (field == "uids") {
    uids_given_ = given;
    return set_number(uids_, text, 1, kMaxUids, given);
  }
  if (field != "rules") return problems_.add(given.where, "no such field");
  std::uint64_t version = rules_;
  set_number(version, text, 1, std::numeric_limits<std::uint32_t>::max(), given);
  const auto known = ChainRules::at(static_cast<std::uint32_t>(version), Evidence::kModel);
  if (!known.ok()) return problems_.add(given.where, "must be 300, or 425 or later");
  rules_ = version;
}

void GenesisDraft::set_number(std::uint64_t& number, std::string_view text, std::uint64_t least,
                              std::uint64_t most, const Given& given) {
  const auto parsed = parse_number(text, least, most);
  if (!parsed.ok()) return problems_.add(given.where, parsed.status());
  number = *parsed;
}

void GenesisDraft::set_owner(std::string_view text, const Given& given) {
  const auto key = parse_hotkey(text, wallets_);
  if (!key.ok()) return problems_.add(given.where, key.status());
  owner_ = *key;
  owner_given_ = given;
}

void GenesisDraft::set_parameter(std::string_view name, std::string_view text, const Given& given) {
  const auto tag = parameter_of_name(name);
  if (!tag) {
    return problems_.add(given.where,
                         "names no parameter; `genesis show --all` and docs/protocol.md list them");
  }
  const auto value = parse_parameter(*tag, text);
  if (!value.ok()) return problems_.add(given.where, value.status());
  const auto status = yuma::set_parameter(parameters_, *tag, *value);
  if (!status.ok()) problems_.add(given.where, status);
}

void GenesisDraft::add_member(const MemberText& member, const Given& given) {
  for (Member& other : members_) {
    if (other.text.hotkey.bytes != member.hotkey.bytes) continue;
    if (other.given.by == Given::By::kFile && given.by == Given::By::kFlag) {
      other = {member, given};
    } else {
      problems_.add(given.where, absl::StrCat("the hotkey is there already, by ", other.given.where,
                                              "; give it once"));
    }
    return;
  }
  members_.push_back({member, given});
}

std::vector<GenesisDraft::Member> GenesisDraft::ordered() const {
  std::vector<Member> out = members_;
  std::stable_partition(out.begin(), out.end(), [](const Member& m) { return m.text.power > 0; });
  return out;
}

void GenesisDraft::check_numbers(std::size_t members, std::size_t with_power) {
  if (with_power == 0) {
    problems_.add("validators",
                  "there are none; give each with --validator HOTKEY[:POWER[:STAKE]] or as "
                  "[[validator]] in the file of --from");
  }
  if (with_power > kMaxValidators) {
    problems_.add("validators", absl::StrCat("are ", with_power, ", at most ", kMaxValidators));
  }
  if (members > kMaxUids) {
    problems_.add("members", absl::StrCat("are ", members, ", at most ", kMaxUids));
  } else if (uids_ != 0 && uids_ < members) {
    problems_.add(uids_given_.where, absl::StrCat("is ", uids_, ", fewer than the ", members,
                                                  " members; raise it or leave it out"));
  }
}

std::uint16_t GenesisDraft::owner_of(const std::vector<Member>& members) {
  if (!owner_) return 0;
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& m) { return m.text.hotkey == *owner_; });
  if (found == members.end() || found->text.power == 0) {
    problems_.add(owner_given_.where, "must be one of the validators");
    return 0;
  }
  return static_cast<std::uint16_t>(found - members.begin());
}

std::optional<Genesis> GenesisDraft::build() {
  // Of what could not be read it is not known whether it is missing.
  if (!problems_.empty()) return std::nullopt;
  const std::vector<Member> members = ordered();
  const auto with_power = std::count_if(members.begin(), members.end(),
                                        [](const Member& m) { return m.text.power > 0; });
  check_numbers(members.size(), static_cast<std::size_t>(with_power));
  const std::uint16_t owner = owner_of(members);
  if (!problems_.empty()) return std::nullopt;

  Genesis genesis;
  State& state = genesis.state;
  state.subnet.netuid = static_cast<std::uint16_t>(netuid_);
  state.subnet.mechanism = static_cast<std::uint8_t>(mechanism_);
  state.genesis_ms = start_ms_;
  state.block_ms = block_ms_;
  state.spec_version = static_cast<std::uint32_t>(rules_);
  state.owner = owner;
  state.parameters = parameters_;
  state.neurons.resize(uids_ != 0 ? uids_ : std::max(members.size(), kUids));
  for (std::size_t uid = 0; uid < members.size(); ++uid) {
    const MemberText& member = members[uid].text;
    Neuron& neuron = state.neurons[uid].emplace();
    neuron.hotkey = member.hotkey;
    neuron.power = member.power;
    neuron.stake = member.stake;
    neuron.permit = member.power > 0;
    neuron.since = member.power > 0 ? state.epoch + 1 : 0;
  }
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    state.weights.end_row();
    state.bonds.end_row();
  }
  return genesis;
}

}  // namespace yuma::cli
