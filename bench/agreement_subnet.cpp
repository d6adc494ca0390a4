// SPDX-License-Identifier: MIT

#include "bench/agreement_subnet.hpp"

#include <string>
#include <utility>

#include "yuma/identity/hash.hpp"

namespace yuma::bench {

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kEmissionPerBlock = 820'000'000;  // rao
constexpr std::size_t kSalt = 8;                          // numbers, as the chain's clients take

KeyPair key_of(std::uint32_t uid) {
  const Bytes32 seed = blake2b_256(bytes_of("agreement_bench " + std::to_string(uid)));
  return KeyPair::from_seed(Scheme::kSr25519, seed).value();
}

}  // namespace

AgreementSubnet::AgreementSubnet(const Shape& shape) : shape_(shape) {
  const EpochSnapshot first = subnet_at(shape, Variant::kYuma2, kSeed, 0);
  State& state = genesis_.state;
  state.subnet.netuid = 1;
  state.parameters.emission_per_block = kEmissionPerBlock;
  state.parameters.epoch = first.parameters;
  for (std::uint32_t i = 0; i < shape.n; ++i) {
    const auto uid = static_cast<std::uint16_t>(i);
    KeyPair key = key_of(uid);
    Neuron& neuron = state.neurons.emplace_back().emplace();
    neuron.hotkey = key.public_key();
    neuron.stake = static_cast<std::uint64_t>(first.stake[i].bits >> I64F64::kFracBits);
    state.weights.end_row();
    state.bonds.end_row();
    if (!is_validator(uid)) continue;
    neuron.power = 1;
    neuron.since = 1;
    neuron.permit = true;
    validators_.push_back(uid);
    signers_.emplace(uid, std::make_unique<LocalSigner>(std::move(key)));
  }
  state.owner = validators_[validators_.size() / 2];
}

std::vector<seal::WeightsChosen> AgreementSubnet::weights(std::uint64_t epoch) const {
  const auto rows =
      subnet_at(shape_, Variant::kYuma2, kSeed, static_cast<std::uint32_t>(epoch)).weights;
  std::vector<seal::WeightsChosen> out;
  for (const std::uint16_t uid : validators_) {
    seal::WeightsChosen chosen;
    for (std::size_t i = 0; i < kSalt; ++i) {
      chosen.salt.push_back(static_cast<std::uint16_t>(uid + 7 * epoch + i));
    }
    const auto row = rows.row(uid);
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (is_validator(row.uids[k])) continue;
      chosen.uids.push_back(row.uids[k]);
      chosen.values.push_back(row.values[k]);
    }
    out.push_back(std::move(chosen));
  }
  return out;
}

}  // namespace yuma::bench
