// SPDX-License-Identifier: MIT
#pragma once

// Random histories of a small subnet: what the blocks of its epochs name. Vectors, faults and
// amendments are such as pass check_object(), but for amendments that do not fit the state.

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/random.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/replica/apply.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::test {

class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed) : random_(seed), subnet_(random_shape()) {
    next_key_ = subnet_.genesis.state.neurons.size();
    State& state = subnet_.genesis.state;
    state.spec_version = random_.pick<std::uint32_t>({300, 425, 446, 456});
    for (int i = 0; i < 4; ++i) set_random_parameter(state.parameters);
  }

  State start() { return subnet_.start().state; }

  /// The next inputs for a state of this history.
  EpochInputs inputs(const State& state) {
    EpochInputs out;
    out.number = state.block + 1 + random_.below(40);
    const bool direct = state.parameters.reveal_period == 0;
    const auto uids = validators(state);
    for (const auto uid : uids) {
      if (!direct && random_.chance(85)) {
        out.commits.push_back({uid, blake2b_256(bytes_of(std::to_string(random_.next())))});
      }
      if (direct && random_.chance(85)) out.vectors.push_back({uid, vector(state, uid, 1)});
    }
    for (const UidHash& commit : state.commits) {
      if (random_.chance(65)) out.vectors.push_back({commit.uid, vector(state, commit.uid, 0)});
    }
    for (const auto uid : uids) add_faults(state, uid, out.faults);
    if (random_.chance(25)) out.amendment = amendment(state);
    return out;
  }

 private:
  SubnetShape random_shape() {
    SubnetShape shape;
    shape.validators = 1 + random_.below(5);
    shape.miners = random_.below(5);
    shape.free = random_.below(4);
    for (std::size_t i = 0; i < shape.validators; ++i) {
      shape.powers.push_back(static_cast<std::uint32_t>(1 + random_.below(3)));
    }
    shape.stake = random_.pick<std::uint64_t>({0, 1, 1'000'000'000, kMaxStake / 16});
    return shape;
  }

  void set_random_parameter(SubnetParameters& parameters) {
    const SetParameter change = random_parameter();
    if (!set_parameter(parameters, change.tag, change.value).ok()) std::abort();
  }

  SetParameter random_parameter() {
    const auto tags = all_parameters();
    const ParameterTag tag = tags[random_.below(tags.size())];
    const ParameterBounds bounds = parameter_bounds(tag);
    if (tag == ParameterTag::kEmissionPerBlock) return {tag, random_.below(1'000'000'000)};
    if (bounds.most == ~std::uint64_t{0}) return {tag, random_.below(100)};
    return {tag, random_.between(bounds.least, bounds.most)};
  }

  // Any uids below the size, free ones too.
  VectorBody vector(const State& state, std::uint16_t uid, std::uint64_t later) {
    std::vector<std::uint16_t> uids, values;
    for (std::uint16_t to = 0; to < state.neurons.size(); ++to) {
      if (random_.chance(30)) continue;
      uids.push_back(to);
      values.push_back(random_.chance(10) ? std::uint16_t{0} : random_.u16());
    }
    return vector_of(state, uid, state.epoch + later, std::move(uids), std::move(values));
  }

  void add_faults(const State& state, std::uint16_t uid, std::vector<CountedFault>& faults) {
    for (std::uint8_t kind = 1; kind <= 5; ++kind) {
      for (const std::uint64_t epoch : {state.epoch, state.epoch + 1}) {
        const CountedFault fault{uid, static_cast<ObjectKind>(kind), epoch};
        const bool counted =
            std::find(state.faults.begin(), state.faults.end(), fault) != state.faults.end();
        if (counted || epoch < state.neurons[uid]->since || !random_.chance(3)) continue;
        faults.push_back(fault);
      }
    }
  }

  AmendmentBody amendment(const State& state) {
    // One of a kind and target, in the order of the encoding.
    std::map<std::pair<std::size_t, std::size_t>, Change> changes;
    const std::size_t count = 1 + random_.below(3);
    while (changes.size() < count) {
      const Change change = random_change(state);
      const auto* of_parameter = std::get_if<SetParameter>(&change);
      const std::size_t target =
          of_parameter != nullptr ? static_cast<std::size_t>(of_parameter->tag) : uid_of(change);
      changes.emplace(std::pair(change.index(), target), change);
    }
    AmendmentBody out = next_amendment(state, {});
    for (auto& [order, change] : changes) out.changes.push_back(change);
    return out;
  }

  static std::size_t uid_of(const Change& change) {
    return std::visit(
        [](const auto& known) -> std::size_t {
          if constexpr (requires { known.uid; }) {
            return std::is_same_v<std::decay_t<decltype(known)>, SetOwner> ? 0 : known.uid;
          } else {
            return 0;
          }
        },
        change);
  }

  // Mostly about uids that there are, sometimes about one more.
  Change random_change(const State& state) {
    const auto uid = static_cast<std::uint16_t>(random_.below(state.neurons.size() + 1));
    const auto power = static_cast<std::uint32_t>(random_.below(4));
    switch (random_.below(9)) {
      case 0:
        return RemoveUid{uid};
      case 1:
        return ReplaceHotkey{uid, random_hotkey()};
      case 2:
      case 3:
        return RegisterUid{uid, random_hotkey(), power, random_.below(1'000'000'000'000)};
      case 4:
        return SetPower{uid, power};
      case 5:
        return SetOwner{uid};
      case 6:
        return SetSize{static_cast<std::uint16_t>(
            std::max<std::size_t>(1, state.neurons.size() + random_.below(4) - 2))};
      case 7:
        return random_parameter();
      default:
        return SetRuleVersion{random_.pick<std::uint32_t>({300, 424, 425, 446, 456, 457})};
    }
  }

  // Mostly a new one.
  PublicKey random_hotkey() {
    if (random_.chance(10)) return subnet_.keys.key(random_.below(next_key_));
    return subnet_.keys.key(next_key_++);
  }

  Random random_;
  Subnet subnet_;
  std::size_t next_key_ = 0;  // those before it may have been used
};

}  // namespace yuma::test
