// SPDX-License-Identifier: MIT

// Recorded data for parts that this version does not have. They are recognised and counted, so that
// nobody mistakes them for verified.

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

}  // namespace

bool count_pending(const Json& document, VerifyReport& report) {
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
