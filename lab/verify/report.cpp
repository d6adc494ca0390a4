// SPDX-License-Identifier: MIT

#include "lab/verify/report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lab/report/text.hpp"

namespace yuma::lab {

namespace {

constexpr const char* kAbsent = "nothing";

}  // namespace

void compare(const Json& computed, const Json& recorded, const std::string& place,
             std::vector<Difference>& differences) {
  if (recorded.is_object() && computed.is_object()) {
    for (const auto& [key, value] : recorded.items()) {
      const std::string at = absl::StrCat(place, ".", one_line(key));
      const auto found = computed.find(key);
      if (found == computed.end()) {
        differences.push_back({at, kAbsent, shortened(value)});
      } else {
        compare(*found, value, at, differences);
      }
    }
    return;
  }
  if (recorded.is_array() && computed.is_array()) {
    for (std::size_t i = 0; i < std::max(recorded.size(), computed.size()); ++i) {
      const std::string at = absl::StrCat(place, "[", i, "]");
      if (i >= computed.size()) {
        differences.push_back({at, kAbsent, shortened(recorded[i])});
      } else if (i >= recorded.size()) {
        differences.push_back({at, shortened(computed[i]), kAbsent});
      } else {
        compare(computed[i], recorded[i], at, differences);
      }
    }
    return;
  }
  // Equal means equal in kind too: the library would call 1 and 1.0 equal.
  const bool both_whole = computed.is_number_integer() && recorded.is_number_integer();
  if ((computed.type() == recorded.type() || both_whole) && computed == recorded) return;
  differences.push_back({place, shortened(computed), shortened(recorded)});
}

void VerifyReport::add_case(const std::string& suite, std::vector<Difference> differences) {
  auto found =
      std::find_if(suites_.begin(), suites_.end(), [&](const Suite& s) { return s.name == suite; });
  if (found == suites_.end()) found = suites_.insert(suites_.end(), Suite{suite, 0, 0});
  found->cases += 1;
  if (differences.empty()) found->equal += 1;
  std::move(differences.begin(), differences.end(), std::back_inserter(differences_));
}

void VerifyReport::add_pending(const std::string& group, std::size_t cases,
                               const std::string& needs) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& p) { return p.name == group; });
  if (found == pending_.end()) {
    pending_.push_back({group, cases, needs});
  } else {
    found->cases += cases;
  }
}

void VerifyReport::add_error(const std::string& file, const std::string& error) {
  errors_.push_back({file, error});
}

VerifyReport::Suite VerifyReport::total() const {
  Suite sum{"TOTAL", 0, 0};
  for (const Suite& s : suites_) {
    sum.equal += s.equal;
    sum.cases += s.cases;
  }
  return sum;
}

int VerifyReport::exit_code(bool all) const {
  if (!errors_.empty()) return 2;
  const Suite sum = total();
  const bool missing = all && !pending_.empty();
  return sum.cases == 0 || sum.equal != sum.cases || missing ? 1 : 0;
}

std::string VerifyReport::text(std::size_t most) const {
  std::string out;
  const auto line = [&](auto&&... parts) { absl::StrAppend(&out, parts..., "\n"); };
  for (const Suite& s : suites_) line(s.name, " ", s.equal, " of ", s.cases, " equal");
  for (const Pending& p : pending_) line(p.name, " ", p.cases, " cases: needs ", p.needs);
  const Suite sum = total();
  line(sum.name, " ", sum.equal, " of ", sum.cases, " equal");
  if (sum.cases == 0 && errors_.empty()) line("no case was run");
  for (std::size_t i = 0; i < std::min(most, differences_.size()); ++i) {
    const Difference& d = differences_[i];
    line(d.place, ": computed ", d.computed, ", recorded ", d.recorded);
  }
  if (differences_.size() > most) {
    line("and ", differences_.size() - most, " more differences (--differences N shows more)");
  }
  for (const Error& e : errors_) line("error: ", e.file, ": ", e.error);
  return out;
}

Json VerifyReport::json() const {
  Json out;
  out["suites"] = Json::array();
  for (const Suite& s : suites_) {
    out["suites"].push_back({{"suite", s.name}, {"equal", s.equal}, {"cases", s.cases}});
  }
  out["pending"] = Json::array();
  for (const Pending& p : pending_) {
    out["pending"].push_back({{"group", p.name}, {"cases", p.cases}, {"needs", p.needs}});
  }
  const Suite sum = total();
  out["total"] = {{"equal", sum.equal}, {"cases", sum.cases}};
  out["differences"] = Json::array();
  for (const Difference& d : differences_) {
    out["differences"].push_back(
        {{"place", d.place}, {"computed", d.computed}, {"recorded", d.recorded}});
  }
  out["errors"] = Json::array();
  for (const Error& e : errors_) {
    out["errors"].push_back({{"file", e.file}, {"error", e.error}});
  }
  return out;
}

}  // namespace yuma::lab
