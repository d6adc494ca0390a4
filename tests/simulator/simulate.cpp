// SPDX-License-Identifier: MIT

// Plays scenarios of a private subnet: one seed, to look at it, or as many as it takes to seal a
// number of epochs.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>

#include "tests/simulator/batch.hpp"
#include "tests/simulator/shrink.hpp"

namespace {

using namespace yuma::simulator;  // NOLINT(google-build-using-namespace): this program is its face

struct Flags {
  BatchOptions batch;
  std::uint64_t epochs = 0;
  std::uint32_t validators = 0, scenario_epochs = 0;
  std::string faults, mutant = "none";
  std::vector<std::string> lies;
  bool trace = false, quiet = false;
  std::uint32_t shrink_seconds = 120;
};

Scenario with_faults(Scenario scenario, const std::string& list) {
  if (list.empty()) return scenario;
  const std::string padded = "," + list + ",";
  std::erase_if(scenario.faults, [&](const Fault& fault) {
    return padded.find("," + std::to_string(fault.index) + ",") == std::string::npos;
  });
  return scenario;
}

/// The smallest schedule that still fails, and how to play it.
int report_failure(const Scenario& scenario, const Violation& violation, const Flags& flags) {
  std::printf("FAILED\n%s", failure_text(scenario, violation).c_str());
  if (flags.shrink_seconds == 0) return 1;
  std::printf("looking for the faults that it needs, for up to %u s ...\n", flags.shrink_seconds);
  const Shrunk shrunk = shrink(scenario, violation, std::chrono::seconds(flags.shrink_seconds));
  std::printf("after %zu runs%s:\n%s", shrunk.runs,
              shrunk.minimal ? ", none of these can be left out" : "",
              failure_text(shrunk.scenario, shrunk.violation).c_str());
  return 1;
}

int play_one(const Flags& flags) {
  const Scenario scenario =
      with_faults(make_scenario(flags.batch.seed, flags.batch.scenario), flags.faults);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(scenario.seed),
              scenario_text(scenario).c_str());
  for (const Fault& fault : scenario.faults) std::printf("  %s\n", fault_text(fault).c_str());
  // With a trace in this process, so that a debugger sees it.
  const Outcome outcome = flags.trace ? run_scenario(scenario, stdout) : run_isolated(scenario);
  if (outcome.violation) return report_failure(scenario, *outcome.violation, flags);
  std::printf("%s", outcome.summary.table().c_str());
  std::printf("digest of the trace: %016llx\n", static_cast<unsigned long long>(outcome.digest));
  return 0;
}

int play_many(const Flags& flags) {
  std::uint64_t shown = 0;
  const auto show = [&](const Summary& summary) {
    const std::uint64_t epochs = summary.get("epochs", "sealed while faults went on");
    if (flags.quiet || epochs * 20 / flags.epochs == shown) return;
    shown = epochs * 20 / flags.epochs;
    std::fprintf(stderr, "%llu epochs\n", static_cast<unsigned long long>(epochs));
  };
  const BatchResult result = run_batch(flags.batch, show);
  if (result.failed_seed) {
    return report_failure(make_scenario(*result.failed_seed, flags.batch.scenario),
                          result.violation, flags);
  }
  std::printf("seeds %llu to %llu: every check held\n%s",
              static_cast<unsigned long long>(flags.batch.seed),
              static_cast<unsigned long long>(flags.batch.seed + result.scenarios - 1),
              result.summary.table().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "simulate plays a private subnet with everything that can go wrong, and checks after each\n"
      "step what must hold. One seed gives one run, the same on every machine."};
  Flags flags;
  app.add_option("--seed", flags.batch.seed, "the run, or the first of many")->default_val(1);
  app.add_option("--epochs", flags.epochs,
                 "play as many seeds as it takes to seal so many epochs under faults");
  app.add_option("--jobs", flags.batch.jobs, "processes at the same time")->default_val(1);
  app.add_option("--validators", flags.validators, "instead of what the seed gives");
  app.add_option("--scenario-epochs", flags.scenario_epochs,
                 "time for so many epochs in each run, instead of what the seed gives");
  app.add_option("--faults", flags.faults, "of the schedule only these: 3,7 or none");
  app.add_option("--lie", flags.lies,
                 "what liars say all the time, such as \"two votes\"; may be given again");
  app.add_option("--mutant", flags.mutant, "break a rule on purpose, such as forget-intents");
  app.add_option("--shrink", flags.shrink_seconds,
                 "seconds for looking for a smaller schedule that fails; 0: do not")
      ->default_val(120);
  app.add_flag("--trace", flags.trace, "print what happens");
  app.add_flag("--quiet", flags.quiet, "no progress");
  CLI11_PARSE(app, argc, argv);

  const auto mutant = mutant_of_name(flags.mutant);
  if (!mutant) {
    std::fprintf(stderr, "simulate: no mutant is called %s\n", flags.mutant.c_str());
    return 2;
  }
  flags.batch.scenario.mutant = *mutant;
  for (const std::string& name : flags.lies) {
    const auto lie = lie_of_name(name);
    if (!lie) {
      std::fprintf(stderr, "simulate: no lie is called %s\n", name.c_str());
      return 2;
    }
    flags.batch.scenario.lies.push_back(*lie);
  }
  if (flags.validators > 0) flags.batch.scenario.validators = flags.validators;
  if (flags.scenario_epochs > 0) flags.batch.scenario.epochs = flags.scenario_epochs;
  flags.batch.epochs = flags.epochs;
  return flags.epochs > 0 ? play_many(flags) : play_one(flags);
}
