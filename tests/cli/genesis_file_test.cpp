// SPDX-License-Identifier: MIT

// A genesis from TOML and from flags, without the program around it.

#include "cli/genesis_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace yuma::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kAlice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const std::string kBob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
const std::string kCharlie = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";
const std::string kFerdieEd25519 = "5E2BmpVFzYGd386XRCZ76cDePMB3sfbZp5ZKGUsrG1m6gomN";
constexpr std::uint64_t kNow = 1'790'856'000'000;

GenesisDraft read(const std::string& toml) {
  GenesisDraft draft("/nowhere", kNow);
  read_genesis_toml("net.toml", toml, draft);
  return draft;
}

std::string validator(const std::string& hotkey, const std::string& rest = "") {
  return "[[validator]]\nhotkey = \"" + hotkey + "\"\n" + rest + "\n";
}

PublicKey key_of(const std::string& address, Scheme scheme = Scheme::kSr25519) {
  return {scheme, ss58_decode_account(address).value()};
}

TEST(GenesisFile, EveryFieldArrives) {
  auto draft = read(
      "netuid = 7\nmechanism = 1\nuids = 8\nrules = 446\nblock_time = \"2s\"\n"
      "start = 2026-10-01T14:00:00.5+02:00\nowner = \"" +
      kBob + "\"\n[[miner]]\nhotkey = \"ed25519:" + kFerdieEd25519 +
      "\"\nstake = \"0.000000001\"\n" + validator(kAlice, "power = 3\nstake = 1000") +
      validator(kBob, "stake = \"12.5\"") +
      "[parameters]\ntempo = 25\nemission_per_block = \"1 TAO\"\nyuma3 = true\n"
      "alpha_sigmoid_steepness = -5\n");
  const auto genesis = draft.build();
  ASSERT_TRUE(genesis) << testing::PrintToString(draft.problems().lines());
  const State& state = genesis->state;
  EXPECT_EQ(state.subnet.netuid, 7);
  EXPECT_EQ(state.subnet.mechanism, 1);
  EXPECT_EQ(state.spec_version, 446U);
  EXPECT_EQ(state.block_ms, 2'000U);
  EXPECT_EQ(state.genesis_ms, 1'790'856'000'500U);
  EXPECT_EQ(state.owner, 1);
  ASSERT_EQ(state.neurons.size(), 8U);
  EXPECT_EQ(state.neurons[0]->hotkey, key_of(kAlice)) << "validators come first";
  EXPECT_EQ(state.neurons[0]->power, 3U);
  EXPECT_EQ(state.neurons[0]->stake, 1'000'000'000'000U);
  EXPECT_EQ(state.neurons[1]->power, 1U);
  EXPECT_EQ(state.neurons[1]->stake, 12'500'000'000U);
  EXPECT_EQ(state.neurons[2]->hotkey, key_of(kFerdieEd25519, Scheme::kEd25519));
  EXPECT_EQ(state.neurons[2]->power, 0U);
  EXPECT_EQ(state.neurons[2]->stake, 1U);
  EXPECT_FALSE(state.neurons[3]);
  EXPECT_EQ(state.parameters.epoch.tempo, 25);
  EXPECT_EQ(state.parameters.emission_per_block, 1'000'000'000U);
  EXPECT_TRUE(state.parameters.epoch.yuma3);
  EXPECT_EQ(state.parameters.epoch.alpha_sigmoid_steepness, -5);
  const auto file = encode_genesis(*genesis);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(decode_genesis(*file)->state, state);
}

TEST(GenesisFile, Defaults) {
  auto draft = read(validator(kAlice));
  const auto genesis = draft.build();
  ASSERT_TRUE(genesis);
  const State& state = genesis->state;
  EXPECT_EQ(state.subnet.netuid, 1);
  EXPECT_EQ(state.neurons.size(), 256U);
  EXPECT_EQ(state.genesis_ms, kNow);
  EXPECT_EQ(state.block_ms, 12'000U);
  EXPECT_EQ(state.spec_version, 425U);
  EXPECT_EQ(state.owner, 0);
  EXPECT_EQ(state.parameters, SubnetParameters{});
  EXPECT_EQ(state.neurons[0]->power, 1U);
  EXPECT_TRUE(state.neurons[0]->permit);
  EXPECT_EQ(state.neurons[0]->since, 1U);
  EXPECT_TRUE(encode_genesis(*genesis).ok());
}

TEST(GenesisFile, EveryProblemIsToldWithItsPlace) {
  const auto draft = read(
      "netuid = 4096\n"
      "colour = 'red'\n"
      "block_time = 12\n"
      "start = 2026-10-01T12:00:00\n"
      "rules = [1]\n"
      "[[validator]]\n"
      "power = 0\n"
      "[[validator]]\n"
      "hotkey = 'x'\n"
      "stake = 1.5\n"
      "[[miner]]\n"
      "hotkey = 'nobody/hot'\n"
      "power = 1\n"
      "[parameters]\n"
      "tempo = 0\n"
      "  kapa = 1\n");
  EXPECT_THAT(
      draft.problems().lines(),
      ElementsAre("net.toml:1:10: netuid: must be a whole number from 0 to 4095",
                  StartsWith("net.toml:2:1: colour: is no field; there are netuid, mechanism"),
                  StartsWith("net.toml:3:14: block_time: must be a time with its unit"),
                  StartsWith("net.toml:4:9: start: needs an offset from UTC"),
                  "net.toml:5:9: rules: must be a single value",
                  "net.toml:7:9: validator.power: must be a whole number from 1 to 4294967295",
                  "net.toml:6:1: validator: has no hotkey",
                  StartsWith("net.toml:9:10: validator.hotkey: is neither WALLET/HOTKEY nor"),
                  StartsWith("net.toml:10:9: validator.stake: a number with a point is not exact"),
                  StartsWith("net.toml:12:10: miner.hotkey: /nowhere/nobody/hotkeys/hot: "),
                  "net.toml:13:1: miner.power: is no field; there are hotkey and stake",
                  "net.toml:15:9: parameters.tempo: must be a whole number from 1 to 65535",
                  StartsWith("net.toml:16:10: parameters.kapa: names no parameter")));
}

TEST(GenesisFile, DatesAndWholeNumbersAreAskedFor) {
  EXPECT_THAT(
      read("start = 2026-12-01\n").problems().lines(),
      ElementsAre(StartsWith("net.toml:1:9: start: needs an offset from UTC and the time")));
  EXPECT_THAT(read("netuid = 1.5\n").problems().lines(), ElementsAre(HasSubstr("whole number")));
}

TEST(GenesisFile, KeysOfManyPartsAreRefused) {
  std::string deep = "a";
  for (int i = 0; i < 300'000; ++i) deep += ".a";
  const std::string good = "netuid = 1 # ' a.b.c.d.e.f.g.h.i.j\n";
  for (const std::string& text :
       {deep + " = 1\n", "[" + deep + "]\n", "[[" + deep + "]]\n", "x = [\n{" + deep + " = 1}]\n",
        "x = [\n\"\"\"'.\\\"\"\"\"\", {" + deep + " = 1}]\n",
        "x = '\\'\n\"a\" . 'b'." + deep + " = 1\n"}) {
    EXPECT_THAT(read(good + text).problems().lines(), ElementsAre(HasSubstr("too many parts")));
  }
  // Points in strings are none of a key.
  for (const char* quotes : {"'", "\"", "'''", "\"\"\""}) {
    EXPECT_THAT(read(std::string("owner = ") + quotes + "a.b.c.d.e.f.g.h.i.j.k" + quotes + "\n")
                    .problems()
                    .lines(),
                ElementsAre(StartsWith("net.toml:1:9: owner: ")));
  }
}

TEST(GenesisFile, WrongShapes) {
  EXPECT_THAT(read("netuid =\n").problems().lines(), ElementsAre(StartsWith("net.toml:1:")));
  EXPECT_THAT(read("netuid = 1\nnetuid = 2\n").problems().lines(),
              ElementsAre(StartsWith("net.toml:2:")));
  EXPECT_THAT(read("validator = 1\n").problems().lines(),
              ElementsAre("net.toml:1:13: validator: must be written [[validator]]"));
  EXPECT_THAT(read("[validator]\nhotkey = 'x'\n").problems().lines(),
              ElementsAre(HasSubstr("must be written [[validator]]")));
  EXPECT_THAT(read("miner = ['x']\n").problems().lines(),
              ElementsAre(HasSubstr("must be written [[miner]]")));
  EXPECT_THAT(read("parameters = 3\n").problems().lines(),
              ElementsAre(HasSubstr("must be written [parameters]")));
}

TEST(GenesisFile, WhatDoesNotGoTogether) {
  const auto problems_of = [](const std::string& toml) {
    auto draft = read(toml);
    EXPECT_FALSE(draft.build());
    return draft.problems().lines();
  };
  EXPECT_THAT(problems_of(""), ElementsAre(HasSubstr("there are none; give each with")));
  EXPECT_THAT(problems_of("uids = 1\n" + validator(kAlice) + validator(kBob)),
              ElementsAre(StartsWith("net.toml:1:8: uids: is 1, fewer than the 2 members")));
  EXPECT_THAT(problems_of("owner = '" + kBob + "'\n" + validator(kAlice)),
              ElementsAre("net.toml:1:9: owner: must be one of the validators"));
  EXPECT_THAT(problems_of("owner = '" + kBob + "'\n" + validator(kAlice) + "[[miner]]\nhotkey = '" +
                          kBob + "'\n"),
              ElementsAre("net.toml:1:9: owner: must be one of the validators"));
  EXPECT_THAT(problems_of(validator(kAlice) + validator(kBob) + validator(kAlice)),
              ElementsAre(StartsWith("net.toml:7:1: validator: the hotkey is there already, by "
                                     "net.toml:1:1: validator")));
}

TEST(GenesisFile, AtMost64Validators) {
  GenesisDraft draft("/nowhere", kNow);
  for (int i = 0; i < 65; ++i) {
    const auto key = KeyPair::from_uri(Scheme::kEd25519, "//" + std::to_string(i));
    draft.add_member({key->public_key(), 1, 0}, {Given::By::kFlag, "--validator"});
  }
  EXPECT_FALSE(draft.build());
  EXPECT_THAT(draft.problems().lines(), ElementsAre("validators: are 65, at most 64"));
}

TEST(GenesisDraft, FlagsWin) {
  auto draft = read("netuid = 7\nowner = '" + kBob + "'\n" + validator(kAlice, "power = 3") +
                    validator(kBob) + "[parameters]\ntempo = 25\n");
  const auto flag = [](const char* name) { return Given{Given::By::kFlag, name}; };
  draft.set("netuid", "8", flag("--netuid"));
  draft.set("owner", kAlice, flag("--owner"));
  draft.set_parameter("tempo", "50", flag("--set tempo"));
  draft.add_member({key_of(kAlice), 2, 5}, flag("--validator"));
  draft.add_member({key_of(kCharlie), 1, 0}, flag("--validator"));
  const auto genesis = draft.build();
  ASSERT_TRUE(genesis) << testing::PrintToString(draft.problems().lines());
  EXPECT_EQ(genesis->state.subnet.netuid, 8);
  EXPECT_EQ(genesis->state.owner, 0);
  EXPECT_EQ(genesis->state.parameters.epoch.tempo, 50);
  EXPECT_EQ(genesis->state.neurons[0]->power, 2U);
  EXPECT_EQ(genesis->state.neurons[0]->stake, 5U);
  EXPECT_EQ(genesis->state.neurons[2]->hotkey, key_of(kCharlie));
  EXPECT_EQ(validators(genesis->state).size(), 3U);
}

TEST(SubnetHotkey, MembersOfATextInParts) {
  const auto member = parse_member(kAlice + ":3:12.5", 1, "");
  ASSERT_TRUE(member.ok()) << member.status();
  EXPECT_EQ(member->hotkey, key_of(kAlice));
  EXPECT_EQ(member->power, 3U);
  EXPECT_EQ(member->stake, 12'500'000'000U);
  EXPECT_EQ(parse_member("sr25519:" + kAlice, 1, "")->power, 1U);
  const auto other = parse_member("ed25519:" + kFerdieEd25519 + ":2", 1, "");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->hotkey.scheme, Scheme::kEd25519);
  EXPECT_EQ(other->power, 2U);
  EXPECT_EQ(hotkey_text(other->hotkey), "ed25519:" + kFerdieEd25519);
  EXPECT_EQ(parse_miner(kAlice + ":7", "")->stake, 7'000'000'000U);
  EXPECT_EQ(parse_miner(kAlice + ":7", "")->power, 0U);
  for (const std::string& text :
       {std::string(), kAlice + ":", kAlice + ":0", kAlice + ":-1", kAlice + ":1:", kAlice + ":1:x",
        kAlice + ":1:1:1", kAlice + ":4294967296", "dsa:" + kAlice,
        kAlice + ":1:9223372036.854775808", "sr25519:" + kFerdieEd25519}) {
    EXPECT_FALSE(parse_member(text, 1, "").ok()) << text;
  }
  EXPECT_FALSE(parse_miner(kAlice + ":1:1", "").ok());
  EXPECT_THAT(std::string(parse_hotkey(kFerdieEd25519, "").status().message()),
              HasSubstr("ed25519:ADDRESS"));
}

TEST(SubnetHotkey, NobodyCanSignForAMember) {
  // The identity of ristretto255, and of ed25519: both take signatures of anyone.
  const std::string zero = ss58_encode({});
  Bytes32 one{};
  one[0] = 1;
  EXPECT_FALSE(parse_hotkey(zero, "").ok());
  EXPECT_FALSE(parse_hotkey("ed25519:" + ss58_encode(one), "").ok());
}

TEST(SubnetHotkey, ErrorsRepeatNothingThatWasGiven) {
  for (const char* text : {"abandon abandon about", "wallet/hot/abandon", "abandon:1"}) {
    EXPECT_THAT(std::string(parse_hotkey(text, "/nowhere").status().message()),
                testing::Not(HasSubstr("abandon")));
  }
}

}  // namespace
}  // namespace yuma::cli
