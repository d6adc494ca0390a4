// SPDX-License-Identifier: MIT

// Changes in words.

#include "absl/strings/str_cat.h"
#include "cli/subnet_changes.hpp"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_power.hpp"
#include "cli/subnet_table.hpp"
#include "cli/subnet_values.hpp"
#include "cli/text.hpp"

namespace yuma::cli {

namespace {

/// One change as a label and words; `state` is that before, or nullptr.
class Words {
 public:
  Words(const State* state, std::size_t width) : state_(state), width_(width) {}

  std::string operator()(const RemoveUid& c) const {
    std::string text = uid_text(c.uid);
    if (const Neuron* neuron = member(c.uid)) {
      absl::StrAppend(&text, ", power ", neuron->power, ", stake ", tao_text(neuron->stake),
                      " TAO");
    }
    return line("remove", text);
  }
  std::string operator()(const ReplaceHotkey& c) const {
    return line("replace", absl::StrCat(uid_text(c.uid), ", by ", hotkey_text(c.hotkey)));
  }
  std::string operator()(const RegisterUid& c) const {
    return line("register", absl::StrCat("uid ", c.uid, ", ", hotkey_text(c.hotkey), ", power ",
                                         c.power, ", stake ", tao_text(c.stake), " TAO"));
  }
  std::string operator()(const SetPower& c) const {
    const std::string before = state_ ? absl::StrCat(power_of(*state_, c.uid), " -> ") : "";
    return line("power", absl::StrCat(uid_text(c.uid), ": ", before, c.power));
  }
  std::string operator()(const SetOwner& c) const {
    const std::string before = state_ ? absl::StrCat("uid ", state_->owner, " -> ") : "";
    return line("owner", absl::StrCat(before, uid_text(c.uid)));
  }
  std::string operator()(const SetSize& c) const {
    const std::string before = state_ ? absl::StrCat(state_->neurons.size(), " -> ") : "";
    return line("uids", absl::StrCat(before, c.uids));
  }
  std::string operator()(const SetParameter& c) const {
    std::string text = absl::StrCat(view_of(parameter_name(c.tag)), " ");
    if (state_ != nullptr) {
      absl::StrAppend(&text, parameter_text(c.tag, parameter(state_->parameters, c.tag)), " -> ");
    }
    absl::StrAppend(&text, parameter_text(c.tag, c.value));
    const std::string meaning = parameter_meaning(
        c.tag, c.value, state_ != nullptr ? std::optional(state_->block_ms) : std::nullopt);
    return line("set", meaning.empty() ? text : absl::StrCat(text, " (", meaning, ")"));
  }
  std::string operator()(const SetRuleVersion& c) const {
    const std::string before = state_ ? absl::StrCat(state_->spec_version, " -> ") : "";
    return line("rules", absl::StrCat("spec_version ", before, c.spec_version));
  }

 private:
  std::string line(std::string_view label, const std::string& text) const {
    return labelled(label, text, width_);
  }
  const Neuron* member(std::uint16_t uid) const {
    const bool taken = state_ != nullptr && uid < state_->neurons.size() && state_->neurons[uid];
    return taken ? &*state_->neurons[uid] : nullptr;
  }
  std::string uid_text(std::uint16_t uid) const {
    const Neuron* neuron = member(uid);
    return neuron == nullptr ? absl::StrCat("uid ", uid)
                             : absl::StrCat("uid ", uid, ", ", hotkey_text(neuron->hotkey));
  }

  const State* state_;
  std::size_t width_;
};

struct JsonOfChange {
  using Json = nlohmann::ordered_json;
  static Json of(const char* change, std::uint16_t uid) {
    return {{"change", change}, {"uid", uid}};
  }
  static void add(Json& json, const PublicKey& hotkey) {
    json["hotkey"] = hotkey.address();
    json["scheme"] = scheme_name(hotkey.scheme);
  }

  Json operator()(const RemoveUid& c) const { return of("remove", c.uid); }
  Json operator()(const ReplaceHotkey& c) const {
    Json out = of("replace", c.uid);
    add(out, c.hotkey);
    return out;
  }
  Json operator()(const RegisterUid& c) const {
    Json out = of("register", c.uid);
    add(out, c.hotkey);
    out["power"] = c.power;
    out["stake"] = c.stake;
    return out;
  }
  Json operator()(const SetPower& c) const {
    Json out = of("power", c.uid);
    out["power"] = c.power;
    return out;
  }
  Json operator()(const SetOwner& c) const { return of("owner", c.uid); }
  Json operator()(const SetSize& c) const { return {{"change", "uids"}, {"uids", c.uids}}; }
  Json operator()(const SetParameter& c) const {
    return {{"change", "set"}, {"parameter", parameter_name(c.tag)}, {"value", c.value}};
  }
  Json operator()(const SetRuleVersion& c) const {
    return {{"change", "rules"}, {"spec_version", c.spec_version}};
  }
};

}  // namespace

std::string changes_text(std::span<const Change> changes, const State* state, std::size_t width) {
  std::string out;
  for (const Change& change : changes) out += std::visit(Words(state, width), change);
  return out;
}

nlohmann::ordered_json changes_json(std::span<const Change> changes) {
  auto out = nlohmann::ordered_json::array();
  for (const Change& change : changes) out.push_back(std::visit(JsonOfChange{}, change));
  return out;
}

std::string power_difference(const State& before, const State& after, std::size_t width) {
  const std::string table = power_change_table(before, after, width);
  const bool same = before.owner == after.owner &&
                    table == power_change_table(after, after, width) &&
                    table == power_change_table(before, before, width);
  if (same) return "";
  std::string out =
      absl::StrCat("validators\n", table, "\n",
                   labelled("before", absl::StrCat("quorum: ", quorum_text(before)), width),
                   labelled("after", absl::StrCat("quorum: ", quorum_text(after)), width));
  for (const std::string& who : who_can_stop(after)) {
    out += labelled("", absl::StrCat("stopped by ", who), width);
  }
  return out;
}

}  // namespace yuma::cli
