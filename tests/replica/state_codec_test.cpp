// SPDX-License-Identifier: MIT

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "tests/replica/example_state.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using ::testing::HasSubstr;

// Written by hand, field by field.
const std::string kExample =
    "1111111111111111111111111111111111111111111111111111111111111111"  // network
    "0700"                                                              // netuid
    "01"                                                                // mechanism
    "2900000000000000"                                                  // epoch
    "a839000000000000"                                                  // block
    "0068e5cf8b010000"                                                  // genesis_ms
    "e02e000000000000"                                                  // block_ms
    "a9010000"                                                          // spec_version
    "0100"                                                              // owner
    "0300000000000000"                                                  // amendments
    "0900000000000000"                                                  // pending emission
    "4c"                                                                // 19 parameters
    "016801000000000000"                                                // tempo
    "020100000000000000"                                                // reveal_period
    "030000000000000000"                                                // have_wait
    "0400ca9a3b00000000"                                                // emission_per_block
    "050100000000000000"                                                // min_allowed_weights
    "06ffff000000000000"                                                // max_weight_limit
    "070000000000000000"                                                // weights_version_key
    "088813000000000000"                                                // activity_cutoff
    "090000000000000000"                                                // min_stake
    "0a8000000000000000"                                                // max_allowed_validators
    "0bff7f000000000000"                                                // kappa
    "0cffff000000000000"                                                // bonds_penalty
    "0da0bb0d0000000000"                                                // bonds_moving_average
    "0e0000000000000000"                                                // yuma3
    "0f0000000000000000"                                                // liquid_alpha
    "1033b3000000000000"                                                // alpha_low
    "1166e6000000000000"                                                // alpha_high
    "12e803000000000000"                                                // alpha_sigmoid_steepness
    "130000000000000000"                                                // liquid_alpha_consensus
    "10"                                                                // four uids
    "01"                                                                // uid 0 is taken
    "01d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
    "02000000"          // power
    "0100000000000000"  // since
    "0000000000000000"  // registered
    "00f2052a01000000"  // stake
    "4038000000000000"  // last_update
    "00"                // missed
    "01"                // permit
    "01"                // uid 1 is taken
    "00d17c2d7823ebf260fd138f2d7e27d114c0145d968b5ff5006125f2414fadae69"
    "01000000"
    "2800000000000000"
    "b036000000000000"
    "0201000000000000"
    "3f38000000000000"
    "02"
    "01"
    "00"  // uid 2 is free
    "01"  // uid 3 is taken
    "0190b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22"
    "00000000"
    "0000000000000000"
    "0700000000000000"
    "0000000000000000"
    "0700000000000000"
    "00"
    "00"
    "10"  // weights: four rows
    "04"
    "0300"
    "ffff"  // of uid 0: 3 -> 65535
    "08"
    "0000"
    "e803"  // of uid 1: 0 -> 1000
    "0300"
    "0201"  //           3 -> 258
    "00"
    "00"
    "10"  // bonds
    "04"
    "0300"
    "ffff"
    "04"
    "0300"
    "0102"
    "00"
    "00"
    "10"
    "0000"
    "0000"
    "0000"
    "ffff"  // consensus
    "04"
    "0100"  // one commit: of uid 1
    "2222222222222222222222222222222222222222222222222222222222222222"
    "08"
    "0000"
    "05"
    "0100"
    "01";  // two faults: a vote of uid 0, a commit of uid 1

Bytes example_bytes() { return from_hex(kExample).value(); }

TEST(StateCodec, WritesWhatIsWrittenByHand) {
  const State state = test::example_state();
  ASSERT_TRUE(check_state(state).ok()) << check_state(state);
  EXPECT_EQ(to_hex(encode_state(state)), kExample);
  EXPECT_TRUE(decode_state(example_bytes()).value() == state);
}

TEST(StateCodec, RootIsTheHashOfTagAndEncoding) {
  Bytes tagged;
  for (const char c : std::string("yuma/1/state\n")) {
    tagged.push_back(static_cast<std::uint8_t>(c));
  }
  const Bytes encoding = example_bytes();
  tagged.insert(tagged.end(), encoding.begin(), encoding.end());
  EXPECT_EQ(state_root(test::example_state()), blake2b_256(tagged));
}

TEST(StateCodec, RefusesEveryTruncationAndWhatFollows) {
  const Bytes bytes = example_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_state(ByteView(bytes).first(size)).ok()) << size << " bytes";
  }
  for (int byte = 0; byte < 256; ++byte) {
    Bytes longer = bytes;
    longer.push_back(static_cast<std::uint8_t>(byte));
    EXPECT_FALSE(decode_state(longer).ok()) << byte << " at the end";
  }
}

TEST(StateCodec, OfOneStateThereIsOneEncoding) {
  const Bytes bytes = example_bytes();
  const State state = test::example_state();
  int accepted = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes changed = bytes;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1 << bit);
      const auto other = decode_state(changed);
      if (!other.ok()) continue;
      ++accepted;
      EXPECT_FALSE(*other == state) << "byte " << at;
      EXPECT_EQ(to_hex(encode_state(*other)), to_hex(changed)) << "byte " << at;
    }
  }
  EXPECT_GT(accepted, 1000);
}

// The example with one part of its text replaced.
Bytes replaced(const std::string& from, const std::string& to) {
  std::string text = kExample;
  const auto at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) std::abort();
  text.replace(at, from.size(), to);
  return from_hex(text).value();
}

TEST(StateCodec, RefusesWhatIsOutOfOrderGivenTwiceOrUnknown) {
  const std::string hash(64, '2');
  const struct {
    std::string from, to, says;
  } cases[] = {
      // The list of parameters: order, twice, missing, unknown, out of bounds.
      {"016801000000000000020100000000000000", "020100000000000000016801000000000000", "parameter"},
      {"030000000000000000", "020100000000000000", "parameter 3"},
      {"4c016801000000000000", "48", "parameter"},
      {"130000000000000000", "140000000000000000", "parameter 19"},
      {"020100000000000000", "020200000000000000", "reveal_period is 2"},
      {"016801000000000000", "010000000000000000", "tempo is 0"},
      // An entry for uid 3 before one for uid 0; one uid twice; a free uid; one beyond the last.
      {"080000e80303000201",
       "080300020100"
       "00e803",
       "weights.row(1)"},
      {"080000e80303000201", "080000e80300000201", "weights.row(1)"},
      {"040300ffff0403000102", "040200ffff0403000102", "which is free"},
      {"040300ffff0403000102", "040400ffff0403000102", "which is free"},
      // Commits and faults: order, twice, unknown kinds.
      {"040100" + hash, "080100" + hash + "0000" + hash, "commits do not ascend"},
      {"040100" + hash, "080100" + hash + "0100" + hash, "commits do not ascend"},
      {"08000005010001", "08010001000005", "faults do not ascend"},
      {"08000005010001", "08000005000005", "faults do not ascend"},
      {"08000005010001", "08000006010001", "of a kind that has none"},
      {"08000005010001", "0800000b010001", "an unknown kind"},
      {"08000005010001", "08000000010001", "an unknown kind"},
      // A compact length that is not in its shortest form; a boolean of 2; an unknown scheme.
      {"040100" + hash, "11000100" + hash, "shortest form"},
      {"00d17c2d78", "02d17c2d78", "scheme"},
      {"02010001"
       "0190b5",
       "02020001"
       "0190b5",
       "neither 0 nor 1"},
  };
  for (const auto& one : cases) {
    const auto state = decode_state(replaced(one.from, one.to));
    ASSERT_FALSE(state.ok()) << one.from << " -> " << one.to;
    EXPECT_EQ(state.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(state.status().message()), HasSubstr(one.says));
  }
}

// One change of each field, and of each kind of element.
std::vector<std::function<void(State&)>> changes_of_every_field() {
  std::vector<std::function<void(State&)>> out = {
      [](State& s) { s.subnet.network[31] ^= 1; },
      [](State& s) { s.subnet.netuid = 8; },
      [](State& s) { s.subnet.mechanism = 2; },
      [](State& s) { s.epoch += 1; },
      [](State& s) { s.block += 1; },
      [](State& s) { s.genesis_ms += 1; },
      [](State& s) { s.block_ms += 1; },
      [](State& s) { s.spec_version = 446; },
      [](State& s) { s.owner = 0; },
      [](State& s) { s.amendments += 1; },
      [](State& s) { s.pending_emission += 1; },
      [](State& s) { s.neurons[0]->hotkey.bytes[0] ^= 1; },
      [](State& s) { s.neurons[0]->hotkey.scheme = Scheme::kEd25519; },
      [](State& s) { s.neurons[0]->power += 1; },
      [](State& s) { s.neurons[0]->since += 1; },
      [](State& s) { s.neurons[0]->registered += 1; },
      [](State& s) { s.neurons[0]->stake += 1; },
      [](State& s) { s.neurons[0]->last_update += 1; },
      [](State& s) { s.neurons[0]->missed += 1; },
      [](State& s) { s.neurons[0]->permit = false; },
      [](State& s) { s.neurons[2] = s.neurons[3]; },
      [](State& s) { s.neurons[3].reset(); },
      [](State& s) { s.neurons.emplace_back(); },
      [](State& s) { s.weights.row_values(0)[0] -= 1; },
      [](State& s) {
        s.weights = test::rows_of({{{3, 65535}}, {{0, 1000}}, {}, {}});
      },
      [](State& s) {
        s.weights = test::rows_of({{{1, 65535}}, {{0, 1000}, {3, 258}}, {}, {}});
      },
      [](State& s) { s.bonds.row_values(0)[0] -= 1; },
      [](State& s) { std::swap(s.weights, s.bonds); },
      [](State& s) { s.consensus[1] = 1; },
      [](State& s) { s.consensus.clear(); },
      [](State& s) { s.commits[0].uid = 0; },
      [](State& s) { s.commits[0].hash[0] ^= 1; },
      [](State& s) { s.commits.clear(); },
      [](State& s) { s.faults[0].uid = 1; },
      [](State& s) { s.faults[0].kind = ObjectKind::kHave; },
      [](State& s) { s.faults.pop_back(); },
  };
  for (const ParameterTag tag : all_parameters()) {
    out.emplace_back([tag](State& s) {
      const std::uint64_t other = parameter(s.parameters, tag) == 1 ? 0 : 1;
      const bool set = set_parameter(s.parameters, tag, other).ok() ||
                       set_parameter(s.parameters, tag, other + 1).ok();
      if (!set) std::abort();
    });
  }
  return out;
}

TEST(StateCodec, TheRootDependsOnEveryField) {
  std::set<Bytes32> roots = {state_root(test::example_state())};
  const auto changes = changes_of_every_field();
  for (const auto& change : changes) {
    State state = test::example_state();
    change(state);
    EXPECT_FALSE(state == test::example_state());
    EXPECT_TRUE(roots.insert(state_root(state)).second) << "the root of another state";
  }
  EXPECT_EQ(roots.size(), changes.size() + 1);
}

TEST(StateCodec, ReadsNoMoreThanItsBound) {
  const auto state = decode_state(Bytes(kMaxStateBytes + 1));
  EXPECT_THAT(std::string(state.status().message()), HasSubstr("more than 83886080"));
}

}  // namespace
}  // namespace yuma
