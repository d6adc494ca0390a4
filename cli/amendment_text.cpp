// SPDX-License-Identifier: MIT

// Amendments as people and programs read them.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/amendment_file.hpp"
#include "cli/subnet_changes.hpp"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_power.hpp"
#include "cli/subnet_values.hpp"
#include "cli/subnet_warnings.hpp"
#include "cli/text.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::cli {

namespace {

/// What the changes do to the subnet, or why it cannot take them.
std::string effect_text(const AmendmentFile& file, const State& state, std::size_t width) {
  if (auto fits = check_fits(file, state); !fits.ok()) {
    return absl::StrCat("\n",
                        warnings_text({absl::StrCat("it does not fit: ", fits.message())}, width));
  }
  const auto after = amend(state, file.body, state.block);
  if (!after.ok()) return "";  // check_fits() has said so
  const std::string power = power_difference(state, *after, width);
  const std::string warnings = warnings_text(warnings_of_change(state, *after), width);
  return absl::StrCat(power.empty() ? "" : "\n", power, warnings.empty() ? "" : "\n", warnings);
}

/// Whether the validators take it now, as they judge it.
CheckedOrRefused judged(const AmendmentFile& file, const SubnetSource& subnet) {
  return check_object({subnet.state, subnet.block_id.value_or(Bytes32{})}, file.object);
}

std::string verdict_line(const AmendmentFile& file, const SubnetSource& subnet, std::size_t width) {
  const auto verdict = judged(file, subnet);
  const auto* refused = std::get_if<RefusedObject>(&verdict);
  return labelled("taken",
                  refused != nullptr ? absl::StrCat("no: ", refused->text)
                                     : absl::StrCat("yes: a block from epoch ",
                                                    subnet.state.epoch + 1, " on can have it"),
                  width);
}

std::string power_line(const SignedPower& p, const State& state, std::size_t width) {
  const std::string have = absl::StrCat("power ", p.power, " of ", p.total, " has signed");
  if (is_quorum(p.power, p.total)) return labelled("quorum", absl::StrCat("yes: ", have), width);
  std::string out = labelled("quorum",
                             absl::StrCat("not yet: ", have, ", power ",
                                          quorum_power(p.total) - p.power, " more is needed"),
                             width);
  const char* label = "not signed";
  for (const std::uint16_t uid : p.missing) {
    out += labelled(label,
                    absl::StrCat("uid ", uid, ", ", hotkey_text(state.neurons[uid]->hotkey),
                                 ", power ", power_of(state, uid)),
                    width);
    label = "";
  }
  return out;
}

std::string signer_text(const Endorsement& e, bool holds, const SubnetSource* subnet) {
  const std::string key = hotkey_text(e.signer);
  if (!holds) return absl::StrCat("FALSE SIGNATURE of ", key);
  if (subnet == nullptr) return key;
  const auto uid = find_validator(subnet->state, e.signer);
  if (!uid) return absl::StrCat(key, ", NO VALIDATOR: nobody takes the amendment with this in it");
  return absl::StrCat("uid ", *uid, ", ", key, ", power ", power_of(subnet->state, *uid));
}

bool contains(const std::vector<PublicKey>& keys, const PublicKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

std::string amendment_text(const AmendmentFile& file, const SubnetSource* subnet,
                           std::size_t width) {
  const State* state =
      subnet == nullptr || subnet->state.subnet != file.body.subnet ? nullptr : &subnet->state;
  std::string out = absl::StrCat(
      labelled("amendment", absl::StrCat(file.body.number, ", due from epoch ", file.body.epoch),
               width),
      labelled("id", to_hex(file.id), width),
      labelled("network", to_hex(file.body.subnet.network), width),
      labelled("netuid",
               absl::StrCat(file.body.subnet.netuid, ", mechanism ",
                            static_cast<int>(file.body.subnet.mechanism)),
               width),
      "\n", changes_text(file.body.changes, state, width));
  return subnet == nullptr ? out : out + effect_text(file, subnet->state, width);
}

std::string signatures_text(const AmendmentFile& file, const SubnetSource* subnet,
                            std::size_t width) {
  const auto wrong = false_signers(file);
  // Who the validators of another subnet are says nothing.
  if (subnet != nullptr && !check_subnet(file, subnet->state).ok()) subnet = nullptr;
  std::string out;
  for (const Endorsement& e : file.object.signatures) {
    out += labelled(out.empty() ? "signed by" : "",
                    signer_text(e, !contains(wrong, e.signer), subnet), width);
  }
  if (out.empty()) out = labelled("signed by", "nobody yet", width);
  if (subnet != nullptr && wrong.empty()) {
    const SignedPower power = signed_power(file, subnet->state);
    out += power_line(power, subnet->state, width);
    if (is_quorum(power.power, power.total)) out += verdict_line(file, *subnet, width);
  }
  return out;
}

nlohmann::ordered_json amendment_json(const AmendmentFile& file, const SubnetSource* subnet) {
  const State* state = subnet == nullptr ? nullptr : &subnet->state;
  nlohmann::ordered_json out = {{"id", to_hex(file.id)},
                                {"network", to_hex(file.body.subnet.network)},
                                {"netuid", file.body.subnet.netuid},
                                {"mechanism", file.body.subnet.mechanism},
                                {"number", file.body.number},
                                {"epoch", file.body.epoch},
                                {"changes", changes_json(file.body.changes)}};
  const auto wrong = false_signers(file);
  auto& signatures = out["signatures"] = nlohmann::ordered_json::array();
  for (const Endorsement& e : file.object.signatures) {
    nlohmann::ordered_json one = {{"hotkey", e.signer.address()},
                                  {"scheme", scheme_name(e.signer.scheme)},
                                  {"holds", !contains(wrong, e.signer)}};
    if (state != nullptr) {
      const auto uid = find_validator(*state, e.signer);
      one["uid"] = uid ? nlohmann::ordered_json(*uid) : nlohmann::ordered_json();
      one["power"] = uid ? power_of(*state, *uid) : 0;
    }
    signatures.push_back(std::move(one));
  }
  if (state == nullptr) return out;
  const auto fits = check_fits(file, *state);
  const SignedPower p = signed_power(file, *state);
  const auto verdict = judged(file, *subnet);
  const auto* refused = std::get_if<RefusedObject>(&verdict);
  out["fits"] = fits.ok();
  out["signed_power"] = wrong.empty() ? p.power : 0;
  out["total_power"] = p.total;
  out["quorum"] = wrong.empty() && is_quorum(p.power, p.total);
  out["taken"] = refused == nullptr;
  out["refusal"] =
      refused == nullptr ? nlohmann::ordered_json() : nlohmann::ordered_json(refused->text);
  return out;
}

}  // namespace yuma::cli
