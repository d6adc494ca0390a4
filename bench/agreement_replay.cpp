// SPDX-License-Identifier: MIT

#include "bench/agreement_replay.hpp"

#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "bench/meter.hpp"

namespace yuma::bench {

namespace {

constexpr int kStatusRepetitions = 50;

seal::Engine engine_of(const Recording& recording) {
  const Genesis genesis = must(decode_genesis(recording.genesis));
  return {seal::EngineOptions{recording.own, 1000},
          Restored{must(sealed_state(genesis)), {}, {}, {}}};
}

double us(const Meter& meter) { return meter.ns() / 1000; }

/// What it takes to answer how far this node is, and to be told the same by a peer: changes
/// nothing.
void measure_status(seal::Engine& engine, ReplayedEpoch& out) {
  const auto& neurons = engine.sealed().state.neurons;
  std::uint16_t peer = 0;
  while (neurons[peer]->power == 0) ++peer;
  const seal::Status status = engine.status();
  out.status_bytes = encode_status(status).size();
  Meter give, take;
  for (int i = 0; i < kStatusRepetitions; ++i) {
    give.run([&] {
      if (engine.status().held.size() != status.held.size()) fail("a status that changes");
    });
    const seal::Event event = seal::StatusReceived{peer, status};
    take.run([&] {
      if (!engine.handle(event).empty()) fail("an equal status asks for something");
    });
  }
  out.give_status_us = us(give);
  out.take_status_us = us(take);
}

struct Times {
  Meter decode, handle;
};

/// Tells all; from the epoch that is measured on with times.
void tell(const Recording& recording, std::vector<Times>& times, ReplayedEpoch& out) {
  seal::Engine engine = engine_of(recording);
  engine.start();
  for (std::size_t i = 0; i < recording.events.size(); ++i) {
    if (i == recording.begin) {
      out.before = engine.sealed();
      out.signatures = engine.usage().signatures;
    }
    if (i == recording.waiting) measure_status(engine, out);
    Times ignored;
    Times& time = i < recording.begin ? ignored : times[i - recording.begin];
    seal::Event event;
    time.decode.run([&] { event = decode_event(recording.events[i]); });
    std::vector<seal::Action> actions;
    time.handle.run([&] { actions = engine.handle(std::move(event)); });
    if (i < recording.begin) continue;
    const auto usage = engine.usage();
    out.most.objects = std::max(out.most.objects, usage.objects);
    out.most.bytes = std::max(out.most.bytes, usage.bytes);
  }
  out.signatures = engine.usage().signatures - out.signatures;
}

std::size_t status_kib(const std::string& key) {
  std::ifstream file("/proc/self/status");
  std::string word;
  while (file >> word) {
    std::size_t kib = 0;
    if (word == key + ":" && file >> kib) return kib;
  }
  fail("no " + key + " in /proc/self/status");
}

}  // namespace

EventCost ReplayedEpoch::in_all() const {
  EventCost sum;
  for (const auto& [name, one] : cost) {
    sum.events += one.events;
    sum.decode_us += one.decode_us;
    sum.handle_us += one.handle_us;
  }
  return sum;
}

ReplayedEpoch replay(const Recording& recording, int repetitions) {
  ReplayedEpoch out;
  std::vector<Times> times(recording.events.size() - recording.begin);
  for (int i = 0; i < repetitions; ++i) tell(recording, times, out);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto name = name_of(decode_event(recording.events[recording.begin + i]));
    EventCost& cost = out.cost[name];
    ++cost.events;
    cost.decode_us += us(times[i].decode);
    cost.handle_us += us(times[i].handle);
  }
  return out;
}

int replay_file(const std::string& path) {
  const Recording recording = read_recording(path);
  malloc_trim(0);
  const std::size_t before = status_kib("VmRSS");
  seal::Engine engine = engine_of(recording);
  engine.start();
  for (const Bytes& bytes : recording.events) engine.handle(decode_event(bytes));
  const std::size_t peak = status_kib("VmHWM");
  malloc_trim(0);
  std::printf("%zu %zu %zu\n", before, status_kib("VmRSS"), peak);
  return 0;
}

Memory measure_memory(const Recording& recording) {
  namespace fs = std::filesystem;
  const fs::path path = fs::temp_directory_path() / ("agreement_bench." + std::to_string(getpid()));
  write_recording(recording, path);
  const std::string self = fs::read_symlink("/proc/self/exe");
  FILE* const child = popen(("'" + self + "' --replay '" + path.string() + "'").c_str(), "r");
  if (child == nullptr) fail("cannot start itself");
  Memory out;
  const int read = std::fscanf(child, "%zu %zu %zu", &out.before, &out.at_rest, &out.peak);
  if (pclose(child) != 0 || read != 3) fail("the replay in a process of its own failed");
  fs::remove(path);
  for (std::size_t* size : {&out.before, &out.at_rest, &out.peak}) *size *= 1024;
  return out;
}

}  // namespace yuma::bench
