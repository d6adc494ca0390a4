// SPDX-License-Identifier: MIT
#pragma once

// The changes of an amendment: from flags, and in words.

#include <span>
#include <string>
#include <vector>

#include "cli/problems.hpp"
#include "nlohmann/json.hpp"
#include "yuma/replica/state.hpp"

namespace yuma::cli {

/// What the flags say.
struct ChangeTexts {
  std::vector<std::string> remove;        ///< UID
  std::vector<std::string> replace;       ///< UID=HOTKEY
  std::vector<std::string> registration;  ///< UID=HOTKEY[:POWER[:STAKE]]
  std::vector<std::string> power;         ///< UID=N
  std::vector<std::string> owner;         ///< UID
  std::vector<std::string> uids;          ///< N
  std::vector<std::string> set;           ///< NAME=VALUE
  std::vector<std::string> rules;         ///< SPEC
  /// How the flag of `remove` is called.
  std::string remove_flag = "--remove";
};

/// The changes in the order of an amendment. A uid may be given as the hotkey that holds it. What
/// cannot be read, and a second change of the same thing, goes to `problems`.
std::vector<Change> changes_of(const ChangeTexts& texts, const State& state,
                               const std::string& wallets, Problems& problems);

/// A line for each, with what there was before where `state` is known.
std::string changes_text(std::span<const Change> changes, const State* state, std::size_t width);

/// A list of objects, each with "change" and the fields of docs/protocol.md.
nlohmann::ordered_json changes_json(std::span<const Change> changes);

/// What a change does to who decides: the validators, the quorum, who can stop it. Empty where that
/// stays as it was.
std::string power_difference(const State& before, const State& after, std::size_t width);

}  // namespace yuma::cli
