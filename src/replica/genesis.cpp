// SPDX-License-Identifier: MIT

#include "yuma/replica/genesis.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replica/state_codec.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("genesis: ", parts...));
}

absl::Status check_genesis(const Genesis& genesis) {
  const State& state = genesis.state;
  if (state.subnet.network != Bytes32{}) return wrong("state.subnet.network is not zero");
  if (!state.commits.empty())
    return wrong("state.commits are ", state.commits.size(), ", not none");
  if (!state.faults.empty()) return wrong("state.faults are ", state.faults.size(), ", not none");
  const absl::Status status = check_state(state);
  return status.ok() ? status : wrong(status.message());
}

// An option and its hash.
constexpr std::size_t kMostBeforeState = 1 + sizeof(Bytes32);

}  // namespace

absl::StatusOr<Bytes> encode_genesis(const Genesis& genesis) {
  if (auto status = check_genesis(genesis); !status.ok()) return status;
  ScaleWriter out;
  out.raw(bytes_of(object_tag(ObjectKind::kGenesis)));
  out.option(genesis.origin, [&](const Bytes32& origin) { out.raw(origin); });
  replica::write_state(out, genesis.state);
  return out.take();
}

absl::StatusOr<Genesis> decode_genesis(ByteView file) {
  const ByteView tag = bytes_of(object_tag(ObjectKind::kGenesis));
  if (file.size() > tag.size() + kMostBeforeState + kMaxStateBytes) {
    return wrong(file.size(), " bytes, more than any has");
  }
  if (file.size() < tag.size() || !std::equal(tag.begin(), tag.end(), file.begin())) {
    return wrong("does not begin with \"yuma/1/genesis\" and a line feed");
  }
  ScaleReader in(file.subspan(tag.size()));
  Genesis genesis;
  genesis.origin = in.option<Bytes32>([&] { return in.array<32>(); });
  genesis.state = replica::read_state(in);
  if (auto status = in.finish(); !status.ok()) return wrong("behind the tag: ", status.message());
  if (auto status = check_genesis(genesis); !status.ok()) return status;
  return genesis;
}

absl::StatusOr<Bytes32> genesis_id(const Genesis& genesis) {
  const auto file = encode_genesis(genesis);
  if (!file.ok()) return file.status();
  return blake2b_256(*file);
}

absl::StatusOr<SealedState> sealed_state(const Genesis& genesis) {
  const auto id = genesis_id(genesis);
  if (!id.ok()) return id.status();
  SealedState sealed{genesis.state, *id};
  sealed.state.subnet.network = *id;
  return sealed;
}

Genesis genesis_from(const State& state) {
  Genesis genesis{state.subnet.network, state};
  State& next = genesis.state;
  next.subnet.network = {};
  next.commits.clear();
  next.faults.clear();
  for (auto& neuron : next.neurons) {
    if (neuron && neuron->power > 0) neuron->since = next.epoch + 1;
  }
  return genesis;
}

}  // namespace yuma
