// SPDX-License-Identifier: MIT

#include "cli/subnet_changes.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_values.hpp"

namespace yuma::cli {

namespace {

using Parsed = absl::StatusOr<Change>;

/// What stands before and after the first "=".
struct Pair {
  std::string_view left, right;
};
absl::StatusOr<Pair> pair_of(std::string_view text, absl::string_view shape) {
  const auto at = text.find('=');
  if (at != std::string_view::npos) return Pair{text.substr(0, at), text.substr(at + 1)};
  return absl::InvalidArgumentError(absl::StrCat("must be ", shape));
}

/// Reads the texts of the flags, for a state.
class ChangeReader {
 public:
  ChangeReader(const State& state, const std::string& wallets) : state_(state), wallets_(wallets) {}

  Parsed remove(std::string_view text) const {
    const auto uid = parse_uid(text, state_, wallets_);
    if (!uid.ok()) return uid.status();
    return RemoveUid{*uid};
  }
  Parsed replace(std::string_view text) const {
    const auto pair = pair_of(text, "UID=HOTKEY");
    if (!pair.ok()) return pair.status();
    const auto uid = parse_uid(pair->left, state_, wallets_);
    if (!uid.ok()) return uid.status();
    const auto hotkey = parse_hotkey(pair->right, wallets_);
    if (!hotkey.ok()) return hotkey.status();
    return ReplaceHotkey{*uid, *hotkey};
  }
  Parsed registration(std::string_view text) const {
    const auto pair = pair_of(text, "UID=HOTKEY[:POWER[:STAKE]]");
    if (!pair.ok()) return pair.status();
    const auto uid = parse_number(pair->left, 0, kMaxUids - 1);
    if (!uid.ok()) return absl::InvalidArgumentError(absl::StrCat("UID ", uid.status().message()));
    const auto member = parse_member(pair->right, 0, wallets_);
    if (!member.ok()) return member.status();
    return RegisterUid{static_cast<std::uint16_t>(*uid), member->hotkey, member->power,
                       member->stake};
  }
  Parsed power(std::string_view text) const {
    const auto pair = pair_of(text, "UID=N");
    if (!pair.ok()) return pair.status();
    const auto uid = parse_uid(pair->left, state_, wallets_);
    if (!uid.ok()) return uid.status();
    const auto power = parse_power(pair->right, 0);
    if (!power.ok())
      return absl::InvalidArgumentError(absl::StrCat("N ", power.status().message()));
    return SetPower{*uid, *power};
  }
  Parsed owner(std::string_view text) const {
    const auto uid = parse_uid(text, state_, wallets_);
    if (!uid.ok()) return uid.status();
    return SetOwner{*uid};
  }
  static Parsed uids(std::string_view text) {
    const auto uids = parse_number(text, 1, kMaxUids);
    if (!uids.ok()) return uids.status();
    return SetSize{static_cast<std::uint16_t>(*uids)};
  }
  static Parsed set(std::string_view text) {
    const auto pair = pair_of(text, "NAME=VALUE");
    if (!pair.ok()) return pair.status();
    const auto tag = parameter_of_name(pair->left);
    if (!tag) {
      return absl::InvalidArgumentError("names no parameter; `genesis show --all` lists them");
    }
    const auto value = parse_parameter(*tag, pair->right);
    if (value.ok()) return SetParameter{*tag, *value};
    return absl::InvalidArgumentError(
        absl::StrCat(view_of(parameter_name(*tag)), " ", value.status().message()));
  }
  static Parsed rules(std::string_view text) {
    const auto version = parse_number(text, 1, std::numeric_limits<std::uint32_t>::max());
    if (!version.ok()) return version.status();
    return SetRuleVersion{static_cast<std::uint32_t>(*version)};
  }

 private:
  const State& state_;
  const std::string& wallets_;
};

/// A change, what of its kind it is about, and the flag that said so.
struct Numbered {
  std::pair<std::size_t, std::uint32_t> order;
  Change change;
  std::string where;
};

struct TargetOf {
  std::uint32_t operator()(const SetParameter& c) const {
    return static_cast<std::uint32_t>(c.tag);
  }
  std::uint32_t operator()(const SetOwner&) const { return 0; }
  std::uint32_t operator()(const SetSize&) const { return 0; }
  std::uint32_t operator()(const SetRuleVersion&) const { return 0; }
  template <class OfUid>
  std::uint32_t operator()(const OfUid& c) const {
    return c.uid;
  }
};

/// Who takes the owner out has to say who is it from now on.
void need_an_owner(const std::vector<Numbered>& found, const State& state, Problems& problems) {
  const auto names_one = [](const Numbered& n) {
    return std::holds_alternative<SetOwner>(n.change);
  };
  if (std::any_of(found.begin(), found.end(), names_one)) return;
  for (const Numbered& n : found) {
    const auto* remove = std::get_if<RemoveUid>(&n.change);
    const auto* power = std::get_if<SetPower>(&n.change);
    const bool removed = remove != nullptr && remove->uid == state.owner;
    const bool silenced = power != nullptr && power->uid == state.owner && power->power == 0;
    if (removed || silenced) {
      problems.add(n.where, absl::StrCat("uid ", state.owner,
                                         " is the owner; name another one with --owner"));
    }
  }
}

}  // namespace

std::vector<Change> changes_of(const ChangeTexts& texts, const State& state,
                               const std::string& wallets, Problems& problems) {
  const ChangeReader reader(state, wallets);
  std::vector<Numbered> found;
  const auto take = [&](const std::string& flag, const std::vector<std::string>& values,
                        const std::function<Parsed(std::string_view)>& parse) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string where = values.size() == 1 ? flag : absl::StrCat(flag, " no. ", i + 1);
      const Parsed change = parse(values[i]);
      if (!change.ok()) {
        problems.add(where, change.status());
      } else {
        found.push_back({{change->index(), std::visit(TargetOf{}, *change)}, *change, where});
      }
    }
  };
  take(texts.remove_flag, texts.remove, [&](auto text) { return reader.remove(text); });
  take("--replace", texts.replace, [&](auto text) { return reader.replace(text); });
  take("--register", texts.registration, [&](auto text) { return reader.registration(text); });
  take("--power", texts.power, [&](auto text) { return reader.power(text); });
  take("--owner", texts.owner, [&](auto text) { return reader.owner(text); });
  take("--uids", texts.uids, ChangeReader::uids);
  take("--set", texts.set, ChangeReader::set);
  take("--rules", texts.rules, ChangeReader::rules);

  need_an_owner(found, state, problems);
  std::stable_sort(found.begin(), found.end(),
                   [](const Numbered& a, const Numbered& b) { return a.order < b.order; });
  std::vector<Change> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0 && found[i].order == found[i - 1].order) {
      problems.add(found[i].where, "changes the same as one before it; give it once");
    }
    out.push_back(found[i].change);
  }
  return out;
}

}  // namespace yuma::cli
