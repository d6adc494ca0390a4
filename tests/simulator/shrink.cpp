// SPDX-License-Identifier: MIT

#include "tests/simulator/shrink.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/simulator/batch.hpp"

namespace yuma::simulator {

namespace {

using Clock = std::chrono::steady_clock;

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, const Violation& violation, std::chrono::seconds limit)
      : end_(Clock::now() + limit), out_{scenario, violation, 0, false} {}

  Shrunk run() {
    cut_after_failure();
    std::size_t chunk = std::max<std::size_t>(1, out_.scenario.faults.size() / 2);
    while (true) {
      const bool smaller = without_chunks(chunk);
      if (Clock::now() >= end_) return out_;
      if (chunk == 1 && !smaller) break;
      if (!smaller) chunk = (chunk + 1) / 2;
      chunk = std::clamp<std::size_t>(out_.scenario.faults.size(), 1, chunk);
    }
    out_.minimal = true;
    return out_;
  }

 private:
  /// What begins after the failure has nothing to do with it.
  void cut_after_failure() {
    Scenario fewer = out_.scenario;
    std::erase_if(fewer.faults,
                  [&](const Fault& fault) { return fault.from > out_.violation.time; });
    try_it(fewer);
  }

  bool without_chunks(std::size_t chunk) {
    bool smaller = false;
    for (std::size_t at = 0; at < out_.scenario.faults.size();) {
      if (Clock::now() >= end_) return smaller;
      Scenario fewer = out_.scenario;
      const auto first = fewer.faults.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t count = std::min(chunk, fewer.faults.size() - at);
      fewer.faults.erase(first, first + static_cast<std::ptrdiff_t>(count));
      if (try_it(fewer)) {
        smaller = true;
      } else {
        at += chunk;
      }
    }
    return smaller;
  }

  /// Keeps `fewer` if it fails as the whole does.
  bool try_it(const Scenario& fewer) {
    ++out_.runs;
    const Outcome outcome = run_isolated(fewer, 60);
    if (!outcome.violation || outcome.violation->check != out_.violation.check) return false;
    out_.scenario = fewer;
    out_.violation = *outcome.violation;
    return true;
  }

  Clock::time_point end_;
  Shrunk out_;
};

}  // namespace

Shrunk shrink(const Scenario& scenario, const Violation& violation, std::chrono::seconds limit) {
  return Shrinker(scenario, violation, limit).run();
}

std::string failure_text(const Scenario& scenario, const Violation& violation) {
  std::string out =
      absl::StrFormat("seed %d: %s\n  check \"%s\" failed at %.3f s, node %d: %s\n", scenario.seed,
                      scenario_text(scenario), violation.check,
                      static_cast<double>(violation.time) / 1000, violation.node, violation.text);
  std::string indexes;
  for (const Fault& fault : scenario.faults) {
    absl::StrAppend(&out, "  ", fault_text(fault), "\n");
    absl::StrAppend(&indexes, indexes.empty() ? "" : ",", fault.index);
  }
  absl::StrAppend(&out, "to play it again:  simulate --seed ", scenario.seed, " --faults ",
                  indexes.empty() ? "none" : indexes);
  if (scenario.mutant != Mutant::kNone) {
    const std::string_view name = mutant_name(scenario.mutant);
    absl::StrAppend(&out, " --mutant ", absl::string_view(name.data(), name.size()));
  }
  return out + " --trace\n";
}

}  // namespace yuma::simulator
