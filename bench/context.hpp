// SPDX-License-Identifier: MIT
#pragma once

// What a reader of the figures has to know: the processor, the compiler and its flags.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace yuma::bench {

/// The processor as /proc/cpuinfo describes it, "unknown" where there is no such file.
inline std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string line, name = "unknown", family, model;
  const auto value = [&] { return line.substr(std::min(line.size(), line.find(':') + 2)); };
  const auto starts = [&](const char* key) {
    return line.rfind(key, 0) == 0 && line.find(':') != std::string::npos;
  };
  while (std::getline(file, line) && !line.empty()) {  // the first processor ends with a blank line
    if (starts("model name")) {
      name = value();
    } else if (starts("cpu family")) {
      family = value();
    } else if (starts("model")) {
      model = value();
    }
  }
  return family.empty() ? name : name + " (family " + family + " model " + model + ")";
}

/// Adds all of it to the output of the benchmarks, also to JSON. `counters` says what they count.
inline void add_context(const std::string& counters) {
  benchmark::AddCustomContext("cpu", cpu_name());
  benchmark::AddCustomContext("compiler", YUMA_BENCH_COMPILER);
  benchmark::AddCustomContext("build", YUMA_BENCH_BUILD);
  benchmark::AddCustomContext("counters", counters);
  benchmark::AddCustomContext(
      "noise",
      "a core that changes its clock, or that others use too, moves the figures: compare "
      "within one run, best of several repetitions");
}

}  // namespace yuma::bench
