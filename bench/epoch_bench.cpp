// SPDX-License-Identifier: MIT

// How long an epoch takes: the public function beside the reference, and the real-valued model, on
// the subnets of epoch_workload.hpp. docs/benchmarks.md says what is measured and how to run it.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/context.hpp"
#include "bench/epoch_workload.hpp"
#include "bench/meter.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::bench {
namespace {

constexpr std::uint64_t kSeed = 1;

/// One input, and what is known of it before anything is timed.
struct Workload {
  EpochSnapshot snapshot;
  std::uint64_t cells = 0;
  std::uint64_t exp_pairs = 0;
  double setup_seconds = 0;
};

struct Case {
  Shape shape;
  Variant variant;
  Bonds bonds;

  std::string name() const {
    const char* const variants[] = {"yuma2", "yuma3", "liquid"};
    return std::string(shape.name) + "/" + variants[static_cast<int>(variant)] +
           (bonds == Bonds::kWarm ? "/warm" : "/cold");
  }
};

/// The workload of a case: made when a selected benchmark first asks for it, then shared by all.
const Workload& workload(const Case& c) {
  static std::map<std::string, Workload> made;
  const auto [it, is_new] = made.try_emplace(c.name());
  Workload& w = it->second;
  if (is_new) {
    const auto start = std::chrono::steady_clock::now();
    w.snapshot = epoch_workload(c.shape, c.variant, c.bonds, kSeed);
    w.cells = cells(c.shape, w.snapshot);
    w.exp_pairs = pairs_needing_exp(w.snapshot);
    w.setup_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return w;
}

/// The public function, with memory that it may keep from one epoch to the next.
void public_epoch(const EpochInput& input, benchmark::State& state, Meter& meter) {
  EpochWorkspace workspace;
  EpochResult result;
  for ([[maybe_unused]] auto _ : state) {
    meter.run([&] {
      if (!epoch(input, ChainRules{}, workspace, result).ok()) std::abort();
      benchmark::DoNotOptimize(result.bond);
    });
  }
}

/// The reference, making and freeing its stages included. The result is kept, as epoch() keeps it:
/// else the heap would end in freed memory, and the system take its pages back after each epoch.
template <Arithmetic A>
void staged_epoch(const EpochInput& input, benchmark::State& state, Meter& meter) {
  EpochResult result;
  for ([[maybe_unused]] auto _ : state) {
    meter.run([&] {
      auto stages = epoch_staged<A>(input, ChainRules{});
      if (!stages.ok()) std::abort();
      result = std::move(stages->terms);
      benchmark::DoNotOptimize(result.bond);
    });
  }
}

using Implementation = void (*)(const EpochInput&, benchmark::State&, Meter&);

void run(benchmark::State& state, Implementation implementation, const Case& c) {
  const Workload& w = workload(c);
  const auto per_cell = [&](double v) { return v / static_cast<double>(w.cells); };
  Meter meter;
  implementation(w.snapshot.view(), state, meter);
  state.counters["ns"] = per_cell(meter.ns());
  if (kHasTsc) state.counters["tsc"] = per_cell(meter.ticks());
  state.counters["cells"] = static_cast<double>(w.cells);
  state.counters["stored"] = static_cast<double>(w.snapshot.weights.entries());
  state.counters["setup_s"] = w.setup_seconds;
  state.counters["exp_share"] = per_cell(static_cast<double>(w.exp_pairs));
}

/// The smallest of the repetitions.
double smallest(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

void add(const char* prefix, Implementation implementation, const Case& c) {
  benchmark::RegisterBenchmark((std::string(prefix) + "/" + c.name()).c_str(),
                               [=](benchmark::State& state) { run(state, implementation, c); })
      ->Unit(benchmark::kMicrosecond)
      ->ComputeStatistics("min", smallest);
}

/// Implementations of one case stand next to each other, so that little time lies between them.
void add_all() {
  for (const Shape& shape : kShapes) {
    for (const Variant variant : {Variant::kYuma2, Variant::kYuma3, Variant::kLiquidAlpha}) {
      for (const Bonds bonds : {Bonds::kWarm, Bonds::kCold}) {
        const Case c{shape, variant, bonds};
        add("epoch", public_epoch, c);
        add("staged", staged_epoch<Exact>, c);
        add("staged_real", staged_epoch<Real<double>>, c);
      }
    }
  }
}

}  // namespace
}  // namespace yuma::bench

int main(int argc, char** argv) {
  yuma::bench::add_all();
  yuma::bench::add_context(
      "ns and tsc are those of the fastest iteration, per cell; tsc counts reference "
      "cycles of wall time; Time and CPU are means over iterations");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
