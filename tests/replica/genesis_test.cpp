// SPDX-License-Identifier: MIT

#include "yuma/replica/genesis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/replica/example_state.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using ::testing::HasSubstr;

TEST(Genesis, AFileIsTheTagTheOriginAndTheState) {
  const Genesis genesis = genesis_from(test::example_state());
  std::string file = "yuma/1/genesis\n";
  file += '\1';
  file += std::string(32, '\x11');
  file += text_of(encode_state(genesis.state));
  const Bytes bytes = encode_genesis(genesis).value();
  EXPECT_EQ(to_hex(bytes), to_hex(bytes_of(file)));
  EXPECT_EQ(genesis_id(genesis).value(), blake2b_256(bytes_of(file)));
  // So the id of the file is the one of its body, as for all objects.
  EXPECT_EQ(genesis_id(genesis).value(),
            object_id(ObjectKind::kGenesis, ByteView(bytes).subspan(15)));

  const Genesis again = decode_genesis(bytes).value();
  EXPECT_EQ(again.origin, genesis.origin);
  EXPECT_TRUE(again.state == genesis.state);
}

TEST(Genesis, WithoutAnOriginThereIsOneByteLess) {
  const test::Subnet subnet;
  const Bytes bytes = encode_genesis(subnet.genesis).value();
  EXPECT_EQ(bytes[15], 0);
  EXPECT_EQ(bytes.size(), 15 + 1 + encode_state(subnet.genesis.state).size());
  EXPECT_EQ(decode_genesis(bytes).value().origin, std::nullopt);
}

TEST(Genesis, RefusesEveryTruncationAndWhatFollows) {
  const Bytes bytes = encode_genesis(genesis_from(test::example_state())).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_genesis(ByteView(bytes).first(size)).ok()) << size << " bytes";
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_genesis(longer).ok());
  Bytes tag = bytes;
  tag[14] = ' ';
  EXPECT_THAT(std::string(decode_genesis(tag).status().message()), HasSubstr("does not begin"));
  Bytes option = bytes;
  option[15] = 2;
  EXPECT_FALSE(decode_genesis(option).ok());
  EXPECT_THAT(std::string(decode_genesis(Bytes(kMaxStateBytes + 100)).status().message()),
              HasSubstr("more than any has"));
}

TEST(Genesis, HasNoNetworkNoCommitsNoFaultsAndAGoodState) {
  const std::pair<const char*, std::function<void(State&)>> cases[] = {
      {"network is not zero", [](State& s) { s.subnet.network[0] = 1; }},
      {"commits are 1", [](State& s) { s.commits = test::example_state().commits; }},
      {"faults are 2", [](State& s) { s.faults = test::example_state().faults; }},
      {"tempo is 0", [](State& s) { s.parameters.epoch.tempo = 0; }},
  };
  for (const auto& [says, change] : cases) {
    Genesis genesis = genesis_from(test::example_state());
    change(genesis.state);
    for (const absl::Status& status :
         {encode_genesis(genesis).status(), genesis_id(genesis).status(),
          sealed_state(genesis).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(status.message()), HasSubstr(says));
    }
    // The same from a file.
    Bytes file = encode_genesis(genesis_from(test::example_state())).value();
    file.resize(15 + 33);
    const Bytes state = encode_state(genesis.state);
    file.insert(file.end(), state.begin(), state.end());
    EXPECT_THAT(std::string(decode_genesis(file).status().message()), HasSubstr(says));
  }
}

TEST(Genesis, TheFirstStateNamesItAsNetworkAndParent) {
  const test::Subnet subnet;
  const SealedState sealed = sealed_state(subnet.genesis).value();
  const Bytes32 id = genesis_id(subnet.genesis).value();
  EXPECT_EQ(sealed.block_id, id);
  EXPECT_EQ(sealed.state.subnet.network, id);
  State rest = sealed.state;
  rest.subnet.network = {};
  EXPECT_TRUE(rest == subnet.genesis.state);
}

TEST(Genesis, OneFromASealedStateKeepsAllButWhatWasOpen) {
  const State before = test::example_state();
  const Genesis genesis = genesis_from(before);
  EXPECT_EQ(genesis.origin, before.subnet.network);
  EXPECT_TRUE(check_state(genesis.state).ok());
  EXPECT_EQ(genesis.state.neurons[0]->since, 42U);
  EXPECT_EQ(genesis.state.neurons[1]->since, 42U);
  EXPECT_EQ(genesis.state.neurons[3]->since, 0U);

  State expected = before;
  expected.subnet.network = {};
  expected.commits.clear();
  expected.faults.clear();
  for (const int uid : {0, 1}) expected.neurons[static_cast<std::size_t>(uid)]->since = 42;
  EXPECT_TRUE(genesis.state == expected);
}

TEST(Genesis, OfTwoThatDifferInOneFieldTheNetworksDiffer) {
  const std::function<void(Genesis&)> changes[] = {
      [](Genesis& g) { g.origin.reset(); },
      [](Genesis& g) { (*g.origin)[31] ^= 1; },
      [](Genesis& g) { g.state.subnet.netuid += 1; },
      [](Genesis& g) { g.state.genesis_ms += 1; },
      [](Genesis& g) { g.state.block_ms += 1; },
      [](Genesis& g) { g.state.epoch += 1; },
      [](Genesis& g) { g.state.block += 1; },
      [](Genesis& g) { g.state.owner = 0; },
      [](Genesis& g) { g.state.neurons[0]->power += 1; },
      [](Genesis& g) { g.state.neurons[3]->stake += 1; },
      [](Genesis& g) { g.state.parameters.epoch.kappa += 1; },
      [](Genesis& g) { g.state.weights.row_values(0)[0] -= 1; },
      [](Genesis& g) { g.state.consensus.clear(); },
  };
  const Genesis genesis = genesis_from(test::example_state());
  std::set<Bytes32> networks = {sealed_state(genesis).value().state.subnet.network};
  for (const auto& change : changes) {
    Genesis other = genesis;
    change(other);
    EXPECT_TRUE(networks.insert(sealed_state(other).value().state.subnet.network).second);
  }
}

}  // namespace
}  // namespace yuma
