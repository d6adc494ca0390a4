// SPDX-License-Identifier: MIT

// Recorded data for parts that this version does not have. They are recognised and counted, so that
// nobody mistakes them for verified.

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "lab/report/text.hpp"
#include "lab/verify/suites.hpp"

namespace yuma::lab {

namespace {

bool has_all(const Json& document, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (!document.contains(key)) return false;
  }
  return true;
}

/// The cases of a group: the elements of a list, of each list in an object, or one.
std::size_t cases_of(const Json& group) {
  if (group.is_array()) return group.size();
  if (!group.is_object()) return 1;
  std::size_t cases = 0;
  for (const auto& item : group.items()) cases += item.value().is_array() ? item.value().size() : 1;
  return cases;
}

/// Counts each field that holds a list or an object as a group of its own.
void count_groups(const Json& document, const std::string& prefix, const std::string& needs,
                  std::initializer_list<std::string_view> not_cases, VerifyReport& report) {
  for (const auto& [key, value] : document.items()) {
    if (!value.is_structured()) continue;
    if (std::find(not_cases.begin(), not_cases.end(), key) != not_cases.end()) continue;
    report.add_pending(absl::StrCat(prefix, ".", one_line(key)), cases_of(value), needs);
  }
}

}  // namespace

bool count_pending(const Json& document, VerifyReport& report) {
  constexpr const char* kKeys = "keys and signatures";
  constexpr const char* kClient = "the chain client";
  if (document.is_array()) {
    const bool transcript =
        !document.empty() && document[0].is_object() && document[0].contains("request");
    if (transcript) report.add_pending("rpc_transcript", document.size(), kClient);
    return transcript;
  }
  if (!document.is_object()) return false;
  if (has_all(document, {"suite", "cases"}) && document["suite"].is_string()) {
    report.add_pending(absl::StrCat("economy.", one_line(document["suite"].get<std::string>())),
                       cases_of(document["cases"]), "the economy");
  } else if (has_all(document, {"oracle", "verify", "batches"})) {
    count_groups(document, "sr25519_edges", kKeys, {}, report);
  } else if (has_all(document, {"made_with", "requests"})) {
    count_groups(document, "sdk_live", kKeys, {"made_with"}, report);
  } else if (has_all(document, {"generated_with", "signatures"})) {
    count_groups(document, "substrate", kKeys, {"generated_with"}, report);
  } else if (has_all(document, {"btauth1", "dendrite_v10"})) {
    count_groups(document, "sdk", kKeys, {}, report);
  } else if (has_all(document, {"mini_secret", "keyfile_plain"})) {
    count_groups(document, "keyfile", kKeys, {}, report);
  } else if (has_all(document, {"round", "hash_to_g1_compressed"})) {
    count_groups(document, "timelock", kClient, {}, report);
  } else if (has_all(document, {"note", "keys", "cases"})) {
    count_groups(document, "btauth", kKeys, {"keys"}, report);
  } else if (has_all(document, {"source", "engines"}) && document["engines"].is_object()) {
    // One file has the cases and one their results: the same cases, counted once.
    if (document.contains("note_peer_nan_epochs")) return true;
    for (const auto& [engine, value] : document["engines"].items()) {
      const std::size_t cases = value.contains("cases") ? cases_of(value["cases"]) : 1;
      report.add_pending(absl::StrCat("peer.", one_line(engine)), cases, "the simulator");
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace yuma::lab
