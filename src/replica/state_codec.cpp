// SPDX-License-Identifier: MIT

#include "replica/state_codec.hpp"

#include "absl/strings/str_cat.h"
#include "wire/object_codec.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {

namespace replica {

namespace {

constexpr std::string_view kTag = "yuma/1/state\n";

constexpr std::size_t kEntryBytes = 2 + 2;           // of a row: a uid and a value
constexpr std::size_t kParameterBytes = 1 + 8;       // a tag and a value
constexpr std::size_t kFaultBytes = 2 + 1;           // a uid and a kind
constexpr std::size_t kMostFaults = kMaxFaults / 2;  // of one epoch

void write_parameters(ScaleWriter& out, const SubnetParameters& parameters) {
  out.list(all_parameters(), [&](ParameterTag tag) {
    out.number(static_cast<std::uint8_t>(tag));
    out.number(parameter(parameters, tag));
  });
}

SubnetParameters read_parameters(ScaleReader& in) {
  SubnetParameters parameters;
  const auto tags = all_parameters();
  const auto entries =
      in.list<std::pair<std::uint8_t, std::uint64_t>>(tags.size(), kParameterBytes, [&] {
        const auto tag = in.number<std::uint8_t>();
        return std::pair(tag, in.number<std::uint64_t>());
      });
  if (in.ok() && entries.size() != tags.size()) in.fail("a parameter is missing");
  for (std::size_t i = 0; i < entries.size() && in.ok(); ++i) {
    if (entries[i].first != static_cast<std::uint8_t>(tags[i])) {
      in.fail(absl::StrCat("not parameter ", static_cast<int>(tags[i]), " where it belongs"));
      break;
    }
    const auto status = set_parameter(parameters, tags[i], entries[i].second);
    if (!status.ok()) in.fail({status.message().data(), status.message().size()});
  }
  return parameters;
}

void write_neuron(ScaleWriter& out, const Neuron& neuron) {
  wire::write_public_key(out, neuron.hotkey);
  out.number(neuron.power);
  out.number(neuron.since);
  out.number(neuron.registered);
  out.number(neuron.stake);
  out.number(neuron.last_update);
  out.number(neuron.missed);
  out.boolean(neuron.permit);
}

Neuron read_neuron(ScaleReader& in) {
  Neuron neuron;
  neuron.hotkey = wire::read_public_key(in);
  neuron.power = in.number<std::uint32_t>();
  neuron.since = in.number<std::uint64_t>();
  neuron.registered = in.number<std::uint64_t>();
  neuron.stake = in.number<std::uint64_t>();
  neuron.last_update = in.number<std::uint64_t>();
  neuron.missed = in.number<std::uint8_t>();
  neuron.permit = in.boolean();
  return neuron;
}

// Entries are most of a state, so a row is written and read as a whole.
void write_rows(ScaleWriter& out, const SparseRows<std::uint16_t>& rows) {
  out.compact(rows.rows());
  Bytes packed;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    packed.resize(row.size() * kEntryBytes);
    for (std::size_t k = 0; k < row.size(); ++k) {
      std::uint8_t* const entry = &packed[k * kEntryBytes];
      entry[0] = static_cast<std::uint8_t>(row.uids[k]);
      entry[1] = static_cast<std::uint8_t>(row.uids[k] >> 8);
      entry[2] = static_cast<std::uint8_t>(row.values[k]);
      entry[3] = static_cast<std::uint8_t>(row.values[k] >> 8);
    }
    out.compact(row.size());
    out.raw(packed);
  }
}

SparseRows<std::uint16_t> read_rows(ScaleReader& in) {
  SparseRows<std::uint16_t> rows;
  const auto u16 = [](std::uint8_t low, std::uint8_t high) {
    return static_cast<std::uint16_t>(low | high << 8);
  };
  const std::uint64_t count = in.compact();
  if (count > kMaxUids) in.fail("more rows than uids");
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t size = in.compact();
    if (size > kMaxUids) in.fail("a row of more entries than uids");
    const ByteView packed = in.ok() ? in.raw(size * kEntryBytes) : ByteView();
    for (std::size_t at = 0; at < packed.size(); at += kEntryBytes) {
      rows.push(u16(packed[at], packed[at + 1]), u16(packed[at + 2], packed[at + 3]));
    }
    rows.end_row();
  }
  return rows;
}

std::vector<CountedFault> read_faults(ScaleReader& in, std::uint64_t epoch) {
  return in.list<CountedFault>(kMostFaults, kFaultBytes, [&] {
    const auto uid = in.number<std::uint16_t>();
    const auto number = in.number<std::uint8_t>();
    const auto kind = kind_of_number(number);
    if (!kind) in.fail("an unknown kind");
    return CountedFault{uid, kind.value_or(ObjectKind::kCommit), epoch};
  });
}

// The exact size is not needed; without it the bytes of a large state are copied again and again.
std::size_t size_hint(const State& state) {
  constexpr std::size_t kNeuron = 96, kRest = 8192;
  return kRest + state.neurons.size() * kNeuron +
         (state.weights.entries() + state.bonds.entries()) * kEntryBytes;
}

}  // namespace

void write_state(ScaleWriter& out, const State& state) {
  out.reserve(size_hint(state));
  wire::write_subnet(out, state.subnet);
  out.number(state.epoch);
  out.number(state.block);
  out.number(state.genesis_ms);
  out.number(state.block_ms);
  out.number(state.spec_version);
  out.number(state.owner);
  out.number(state.amendments);
  out.number(state.pending_emission);
  write_parameters(out, state.parameters);
  out.list(state.neurons, [&](const std::optional<Neuron>& neuron) {
    out.option(neuron, [&](const Neuron& taken) { write_neuron(out, taken); });
  });
  write_rows(out, state.weights);
  write_rows(out, state.bonds);
  out.numbers<std::uint16_t>(state.consensus);
  wire::write_uid_hashes(out, state.commits);
  out.list(state.faults, [&](const CountedFault& fault) {
    out.number(fault.uid);
    out.number(static_cast<std::uint8_t>(fault.kind));
  });
}

State read_state(ScaleReader& in) {
  State state;
  state.subnet = wire::read_subnet(in);
  state.epoch = in.number<std::uint64_t>();
  state.block = in.number<std::uint64_t>();
  state.genesis_ms = in.number<std::uint64_t>();
  state.block_ms = in.number<std::uint64_t>();
  state.spec_version = in.number<std::uint32_t>();
  state.owner = in.number<std::uint16_t>();
  state.amendments = in.number<std::uint64_t>();
  state.pending_emission = in.number<std::uint64_t>();
  state.parameters = read_parameters(in);
  state.neurons = in.list<std::optional<Neuron>>(
      kMaxUids, 1, [&] { return in.option<Neuron>([&] { return read_neuron(in); }); });
  state.weights = read_rows(in);
  state.bonds = read_rows(in);
  state.consensus = in.numbers<std::uint16_t>(kMaxUids);
  state.commits = wire::read_uid_hashes(in, "commits");
  state.faults = read_faults(in, state.epoch);
  return state;
}

}  // namespace replica

Bytes encode_state(const State& state) {
  ScaleWriter out;
  replica::write_state(out, state);
  return out.take();
}

absl::StatusOr<State> decode_state(ByteView bytes) {
  if (bytes.size() > kMaxStateBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("state: ", bytes.size(), " bytes, more than ", kMaxStateBytes));
  }
  ScaleReader in(bytes);
  State state = replica::read_state(in);
  absl::Status status = in.finish();
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat("state: ", status.message()));
  if (status = check_state(state); !status.ok()) return status;
  return state;
}

Bytes32 state_root(const State& state) {
  ScaleWriter out;
  out.reserve(replica::kTag.size());
  out.raw(bytes_of(replica::kTag));
  replica::write_state(out, state);
  return blake2b_256(out.bytes());
}

}  // namespace yuma
