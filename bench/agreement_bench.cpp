// SPDX-License-Identifier: MIT

// What an epoch of a private subnet costs each of its validators: bytes, signatures, time, memory,
// disk. All engines run in one room; two of them, the owner's and another one, are then measured
// alone. docs/benchmarks.md says how to run it and how to read the tables.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "bench/agreement_parts.hpp"
#include "bench/agreement_replay.hpp"
#include "bench/agreement_room.hpp"
#include "bench/context.hpp"

namespace yuma::bench {
namespace {

/// From the third epoch on there are vectors, bonds and a consensus before it; from the fourth on
/// the ledger has room from states that it no longer keeps.
constexpr int kEarlierEpochs = 3;
/// Blocks of 12 s, a tempo of them, a status each second.
constexpr double kStatusesAnEpoch = 360 * 12;

struct Measured {
  std::string name;
  std::size_t validators = 0;
  Traffic owner_sent, owner_received, sent, received, all_sent;
  std::size_t owner_signed = 0, other_signed = 0;
  ReplayedEpoch owner, other;
  Parts parts;
  LedgerCost ledger;
  Memory memory;
};

Measured measure(const Shape& shape, int repetitions) {
  AgreementSubnet subnet(shape);
  Room room(subnet);
  for (int i = 0; i < kEarlierEpochs; ++i) room.epoch();
  room.begin();
  room.epoch();
  const Room::Node &owner = room.owner(), &other = room.other();
  Measured out;
  out.name = shape.name;
  out.validators = shape.validators;
  out.owner_sent = owner.sent;
  out.owner_received = owner.received;
  out.owner_signed = owner.signatures;
  out.sent = other.sent;
  out.all_sent = room.sent();
  out.received = other.received;
  out.other_signed = other.signatures;
  out.owner = replay(owner.recording, repetitions);
  out.other = replay(other.recording, repetitions);
  out.parts = measure_parts(other, out.other.before, repetitions);
  out.ledger = measure_ledger(other, subnet.genesis(), repetitions);
  out.memory = measure_memory(other.recording);
  return out;
}

std::string text(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), format, value);
  return buffer;
}
std::string number(std::size_t value) { return std::to_string(value); }
std::string kib(double bytes) { return text("%.1f", bytes / 1024); }
std::string mib(double bytes) { return text("%.1f", bytes / (1024 * 1024)); }
std::string ms(double us) { return text(us < 10000 ? "%.2f" : "%.1f", us / 1000); }
double d(std::size_t value) { return static_cast<double>(value); }

void print_row(const std::vector<std::string>& cells) {
  for (const std::string& cell : cells) std::printf("| %s ", cell.c_str());
  std::printf("|\n");
}

/// A table with a column for each subnet.
class Table {
 public:
  Table(const std::string& title, const std::vector<Measured>& all) : all_(all) {
    std::vector<std::string> head{title}, line{"---"};
    for (const Measured& one : all) {
      head.push_back(one.name);
      line.push_back("---");
    }
    std::printf("\n");
    print_row(head);
    print_row(line);
  }
  template <class Cell>
  void row(const std::string& name, const Cell& cell) const {
    std::vector<std::string> cells{name};
    for (const Measured& one : all_) cells.push_back(cell(one));
    print_row(cells);
  }

 private:
  const std::vector<Measured>& all_;
};

Count in_all(const Traffic& traffic) {
  Count sum;
  for (const auto& [kind, count] : traffic) {
    sum.objects += count.objects;
    sum.bytes += count.bytes;
  }
  return sum;
}

std::string cell(const Count& count) { return number(count.objects) + ", " + kib(d(count.bytes)); }

void print_traffic(const Measured& m) {
  std::printf("\n");
  print_row(
      {m.name + ": objects, KiB", "the owner sends", "and gets", "another sends", "and gets"});
  print_row({"---", "---", "---", "---", "---"});
  for (const char* kind : {"commit", "vector", "have", "block", "vote", "seal", "status", "pull"}) {
    std::vector<std::string> cells{kind};
    for (const Traffic* traffic : {&m.owner_sent, &m.owner_received, &m.sent, &m.received}) {
      const auto found = traffic->find(kind);
      cells.push_back(found == traffic->end() ? "" : cell(found->second));
    }
    print_row(cells);
  }
  print_row({"in all", cell(in_all(m.owner_sent)), cell(in_all(m.owner_received)),
             cell(in_all(m.sent)), cell(in_all(m.received))});
}

void print_bytes(const std::vector<Measured>& all) {
  const Table table("bytes on the wire", all);
  table.row("a vector, bytes", [](const Measured& m) {
    const ObjectCost& vectors = m.parts.objects.at(ObjectKind::kVector);
    return number(vectors.bytes / vectors.objects);
  });
  table.row("all objects of an epoch once, KiB",
            [](const Measured& m) { return kib(d(m.parts.in_all().bytes)); });
  table.row("another validator gets, KiB",
            [](const Measured& m) { return kib(d(in_all(m.received).bytes)); });
  table.row("by all objects but its own", [](const Measured& m) {
    const double others = d(m.parts.in_all().bytes) * (1 - 1 / d(m.validators));
    return text("%.2f", d(in_all(m.received).bytes) / others);
  });
  table.row("all of them send, MiB",
            [](const Measured& m) { return mib(d(in_all(m.all_sent).bytes)); });
  table.row("a status while the haves are awaited, KiB",
            [](const Measured& m) { return kib(d(m.other.status_bytes)); });
  table.row("one a second for 360 blocks of 12 s, KiB",
            [](const Measured& m) { return kib(d(m.other.status_bytes) * kStatusesAnEpoch); });
  table.row("signatures made: owner, another", [](const Measured& m) {
    return number(m.owner_signed) + ", " + number(m.other_signed);
  });
  table.row("signatures verified: owner, another", [](const Measured& m) {
    return number(m.owner.signatures) + ", " + number(m.other.signatures);
  });
}

/// What of the engine's time is none of the parts, each counted once.
double rest_us(const ReplayedEpoch& epoch, const Parts& parts) {
  return epoch.in_all().handle_us - parts.in_all().check_us - parts.judge_us - parts.apply_us -
         parts.encode_us - parts.root_us;
}

/// What cannot be had for less: signatures, epoch(), each byte of the state hashed once.
double least_us(const Parts& parts) {
  return parts.in_all().verify_us + parts.epoch_us + parts.hash_us;
}

void print_time(const std::vector<Measured>& all) {
  const Table table("ms of processor time, another validator", all);
  const auto row = [&](const char* name, auto us) {
    table.row(name, [&](const Measured& m) { return ms(us(m)); });
  };
  row("decoding what comes", [](const Measured& m) { return m.other.in_all().decode_us; });
  row("signatures", [](const Measured& m) { return m.parts.in_all().verify_us; });
  row("the rest of check_object()", [](const Measured& m) {
    const ObjectCost cost = m.parts.in_all();
    return cost.check_us - cost.verify_us;
  });
  row("judging the block", [](const Measured& m) { return m.parts.judge_us; });
  row("applying it without epoch()",
      [](const Measured& m) { return m.parts.apply_us - m.parts.epoch_us; });
  row("epoch()", [](const Measured& m) { return m.parts.epoch_us; });
  row("encoding the state", [](const Measured& m) { return m.parts.encode_us; });
  row("its root: encoding and hashing", [](const Measured& m) { return m.parts.root_us; });
  row("the engine beside these", [](const Measured& m) { return rest_us(m.other, m.parts); });
  row("the engine in all", [](const Measured& m) { return m.other.in_all().handle_us; });
  row("the owner's in all", [](const Measured& m) { return m.owner.in_all().handle_us; });
  row("signatures, epoch() and one hash", [](const Measured& m) { return least_us(m.parts); });
  table.row("the engine in all by that", [](const Measured& m) {
    return text("%.2f", m.other.in_all().handle_us / least_us(m.parts));
  });
  table.row("the owner's by that", [](const Measured& m) {
    return text("%.2f", m.owner.in_all().handle_us / least_us(m.parts));
  });
  table.row("a status given, and one compared, us", [](const Measured& m) {
    return text("%.1f", m.other.give_status_us) + ", " + text("%.1f", m.other.take_status_us);
  });
}

void print_signatures(const std::vector<Measured>& all) {
  const Table table("us of one signature / of check_object()", all);
  for (const ObjectKind kind : {ObjectKind::kCommit, ObjectKind::kVector, ObjectKind::kHave,
                                ObjectKind::kBlock, ObjectKind::kVote}) {
    table.row(std::string(kind_name(kind)), [&](const Measured& m) {
      const ObjectCost& cost = m.parts.objects.at(kind);
      return text("%.1f", cost.verify_us / d(cost.objects)) + " / " +
             text("%.1f", cost.check_us / d(cost.objects));
    });
  }
}

void print_storage(const std::vector<Measured>& all) {
  const Table table("memory and disk, another validator", all);
  table.row("the state encoded, KiB",
            [](const Measured& m) { return kib(d(m.parts.state_bytes)); });
  table.row("objects held at most: number, KiB", [](const Measured& m) {
    return number(m.other.most.objects) + ", " + kib(d(m.other.most.bytes));
  });
  table.row("one engine at rest, MiB resident",
            [](const Measured& m) { return mib(d(m.memory.at_rest) - d(m.memory.before)); });
  table.row("and at its peak",
            [](const Measured& m) { return mib(d(m.memory.peak) - d(m.memory.before)); });
  table.row("batches kept, objects in them", [](const Measured& m) {
    return number(m.ledger.keeps) + ", " + number(m.ledger.objects);
  });
  table.row("KiB kept, with the state", [](const Measured& m) { return kib(d(m.ledger.bytes)); });
  table.row("the ledger grows by, KiB",
            [](const Measured& m) { return kib(d(m.ledger.file_bytes)); });
  table.row("keep() in memory, ms", [](const Measured& m) { return ms(m.ledger.memory_us); });
  table.row("keep() in a file, ms", [](const Measured& m) { return ms(m.ledger.file_us); });
  table.row("by the wall, synced, ms", [](const Measured& m) { return ms(m.ledger.file_wall_us); });
}

void print_catching_up(const std::vector<Measured>& all) {
  const Table table("catching up", all);
  table.row("replay_seal(), ms", [](const Measured& m) { return ms(m.parts.replay_us); });
  table.row("seals a second",
            [](const Measured& m) { return text("%.0f", 1e6 / m.parts.replay_us); });
  table.row("a seal and its vectors, KiB", [](const Measured& m) {
    return kib(d(m.parts.seal_bytes + m.parts.objects.at(ObjectKind::kVector).bytes));
  });
}

void print_events(const std::string& who, const ReplayedEpoch& epoch) {
  std::printf("\n");
  print_row({who, "events", "decoded, us each", "handled, us each", "handled, ms in all"});
  print_row({"---", "---", "---", "---", "---"});
  for (const auto& [name, cost] : epoch.cost) {
    const double n = d(cost.events);
    print_row({name, number(cost.events), text("%.1f", cost.decode_us / n),
               text("%.1f", cost.handle_us / n), ms(cost.handle_us)});
  }
}

void print_context(int repetitions) {
  double load[3] = {0, 0, 0};
  getloadavg(load, 3);
  std::printf("cpu: %s\ncompiler: %s\nbuild: %s\nload: %.1f %.1f %.1f\nrepetitions: %d\n",
              cpu_name().c_str(), YUMA_BENCH_COMPILER, YUMA_BENCH_BUILD, load[0], load[1], load[2],
              repetitions);
}

struct Options {
  int repetitions = 10;
  bool events = false;
  std::vector<Shape> shapes;
};

/// Names of subnets, --events and --repetitions=N.
Options read_options(int argc, char** argv) {
  const std::string repetitions = "--repetitions=";
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto* const shape = std::find_if(std::begin(kAgreementShapes), std::end(kAgreementShapes),
                                           [&](const Shape& one) { return one.name == word; });
    if (shape != std::end(kAgreementShapes)) {
      out.shapes.push_back(*shape);
    } else if (word == "--events") {
      out.events = true;
    } else if (word.rfind(repetitions, 0) == 0) {
      out.repetitions = std::atoi(word.c_str() + repetitions.size());
    } else {
      fail("'" + word + "' is no subnet, --events or --repetitions=N");
    }
  }
  if (out.repetitions < 1) fail("--repetitions must be 1 or more");
  if (out.shapes.empty()) {
    out.shapes.assign(std::begin(kAgreementShapes), std::end(kAgreementShapes));
  }
  return out;
}

int run(const Options& options) {
  print_context(options.repetitions);
  std::vector<Measured> all;
  for (const Shape& shape : options.shapes) all.push_back(measure(shape, options.repetitions));
  for (const Measured& one : all) print_traffic(one);
  print_bytes(all);
  print_time(all);
  print_signatures(all);
  print_storage(all);
  print_catching_up(all);
  for (const Measured& one : all) {
    if (!options.events) break;
    print_events(one.name + ", owner", one.owner);
    print_events(one.name + ", another validator", one.other);
  }
  return 0;
}

}  // namespace
}  // namespace yuma::bench

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--replay") == 0) return yuma::bench::replay_file(argv[2]);
  return yuma::bench::run(yuma::bench::read_options(argc, argv));
}
