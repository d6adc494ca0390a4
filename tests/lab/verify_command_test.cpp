// SPDX-License-Identifier: MIT

// `yuma-lab verify` as a user runs it, and with it all recorded data that this repository holds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {
namespace {

using test::contents;
using test::Finished;
using test::ScratchFolder;
using testing::AllOf;
using testing::HasSubstr;

const std::string kVectors = YUMA_SOURCE_DIR "/tests/vectors";
const std::string kSingle = kVectors + "/epoch/010_n2_one_validator_m0.json";

Finished verify(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "verify");
  return test::run_program(YUMA_LAB, arguments);
}

// The counts are pinned so that no case can go missing.
TEST(Vectors, AllRecordedCasesAreEqual) {
  const auto run = verify({kVectors});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  for (const char* line :
       {"epoch 259 of 259 equal\n", "runtime 116 of 116 equal\n", "arith_i32f32 300 of 300 equal\n",
        "conversions 100 of 100 equal\n", "safe_div_i64f64 60 of 60 equal\n",
        "u16_proportion_to_i32f32 50 of 50 equal\n", "exp_safe 470 of 470 equal\n",
        "alpha_sigmoid 300 of 300 equal\n", "weighted_median 120 of 120 equal\n",
        "max_upscale_u16 60 of 60 equal\n", "is_topk_nonzero 60 of 60 equal\n",
        // keys and what is signed with them
        "keys 52 of 52 equal\n", "derivation_edges 19 of 19 equal\n", "ss58 36 of 36 equal\n",
        "signatures 20 of 20 equal\n", "sr25519_edges 205 of 205 equal\n",
        "sr25519_batches 5 of 5 equal\n", "wrapped_bytes 4 of 4 equal\n",
        "requests 44 of 44 equal\n", "verify 133 of 133 equal\n", "btauth 15 of 15 equal\n",
        "keyfiles 93 of 93 equal\n", "exports 4 of 4 equal\n", "password_variables 5 of 5 equal\n",
        "wallets 3 of 3 equal\n", "sealed_box 1 of 1 equal\n", "weights 91 of 91 equal\n",
        "commit_hashes 16 of 16 equal\n", "scale 10 of 10 equal\n", "hashes 3 of 3 equal\n",
        // not yet
        "timelock 7 cases: needs the chain client\n", "schedule 69 cases: needs the chain client\n",
        "set_weights 29 cases: needs the chain client\n",
        "codec 37 cases: needs the chain client\n", "extrinsics 5 cases: needs the chain client\n",
        "storage_keys 24 cases: needs the chain client\n",
        "storage_hashers 15 cases: needs the chain client\n",
        "storage_prefixes 26 cases: needs the chain client\n",
        "commit_payloads 1 cases: needs the chain client\n",
        "dendrite 9 cases: needs the chain client\n", "TOTAL 2654 of 2654 equal\n"}) {
    EXPECT_THAT(run.out, HasSubstr(line));
  }
}

TEST(Vectors, ExamplesAreWhatTheRuntimeStored) {
  const auto run = verify({YUMA_SOURCE_DIR "/examples/data"});
  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_THAT(run.out, HasSubstr("TOTAL 4 of 4 equal\n"));
}

TEST(Vectors, LaterRulesWithTheOldModeGiveTheSameBits) {
  // 446 lets a subnet choose; choosing the current consensus is what 425 always did.
  const ScratchFolder scratch;
  for (const char* name : {"086_liquid_default", "140_n256_m2", "144_seq20_n24_m2_bp1"}) {
    auto file = *parse_json(contents(kVectors + "/epoch/" + name + ".json"));
    file["rules"] = 446;
    file["input"]["liquid_alpha_consensus"] = "current";
    const auto run = verify({scratch.write("file.json", file.dump())});
    EXPECT_EQ(run.exit_code, 0) << name << "\n" << run.out;
  }
}

TEST(VerifyCommand, NamesEveryDifference) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["dividend"][0] = 65534;
  file["expected"]["raw"]["ranks"][1] = "1";
  const std::string path = scratch.write("file.json", file.dump());
  const auto run = verify({path, kSingle});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("epoch 1 of 2 equal\nTOTAL 1 of 2 equal\n"));
  EXPECT_THAT(run.out,
              HasSubstr(path + ": expected.terms.dividend[0]: computed 65535, recorded 65534"));
  EXPECT_THAT(run.out,
              HasSubstr(path + R"(: expected.raw.ranks[1]: computed "4294967296", recorded "1")"));

  const auto json = parse_json(verify({path, kSingle, "--json"}).out);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["total"]["equal"], 1);
  EXPECT_EQ((*json)["total"]["cases"], 2);
  EXPECT_EQ((*json)["differences"].size(), 2u);
}

TEST(VerifyCommand, CountsEachEpochOfASequence) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kVectors + "/epoch/141_seq20_n12_m0.json"));
  file["expected"][7]["terms"]["consensus"][3] = 1;
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("epoch 19 of 20 equal\n"), HasSubstr(" epoch 7: expected")));
}

TEST(VerifyCommand, ALengthOrAFieldTooMuchIsADifference) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["active"].push_back(true);
  file["expected"]["terms"]["rank"] = Json::array({1, 2});
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("active[2]: computed nothing, recorded true"));
  EXPECT_THAT(run.out, HasSubstr("rank: computed nothing, recorded a list of 2"));
}

TEST(VerifyCommand, KindsCountAsWellAsValues) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kSingle));
  file["expected"]["terms"]["dividend"][0] = 65535.0;
  file["expected"]["terms"]["active"][0] = 1;
  const auto run = verify({scratch.write("file.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("dividend[0]: computed 65535, recorded 65535.0"));
  EXPECT_THAT(run.out, HasSubstr("active[0]: computed true, recorded 1"));
}

TEST(VerifyCommand, DifferencesInBuildingBlocksNameTheRow) {
  const ScratchFolder scratch;
  const std::string path = scratch.write(
      "functions.json", R"({"exp_safe":[["0","4294967296"],["4294967296","11674931201"]]})");
  const auto run = verify({path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("exp_safe 1 of 2 equal\n"));
  EXPECT_THAT(run.out, HasSubstr(path + ": exp_safe[1][1]: computed \"11674931200\""));
}

TEST(VerifyCommand, CountsWhatItCannotRunApart) {
  const ScratchFolder scratch;
  scratch.write("pool.json", R"({"suite":"swap_buy","about":"","cases":[{},{},{}]})");
  scratch.write("metadata.scale", std::string("meta\x0e", 5));
  const auto alone = verify({scratch.file("")});
  EXPECT_EQ(alone.exit_code, 1) << "no case ran";
  EXPECT_THAT(alone.out, HasSubstr("economy.swap_buy 3 cases: needs the economy\n"));
  EXPECT_THAT(alone.out, HasSubstr("TOTAL 0 of 0 equal\n"));
  EXPECT_EQ(verify({scratch.file(""), kSingle}).exit_code, 0);
  EXPECT_EQ(verify({scratch.file(""), kSingle, "--all"}).exit_code, 1);
}

const std::string kIdentity = kVectors + "/identity";

TEST(VerifyCommand, WhatNeedsTheChainIsNotEqual) {
  const std::string file = kIdentity + "/timelock.json";
  EXPECT_THAT(verify({file}).out, AllOf(HasSubstr("timelock 7 cases: needs the chain client\n"),
                                        HasSubstr("TOTAL 0 of 0 equal\n")));
  EXPECT_EQ(verify({file}).exit_code, 1) << "no case ran";
  EXPECT_EQ(verify({file, kSingle}).exit_code, 0);
  EXPECT_EQ(verify({file, kSingle, "--all"}).exit_code, 1);
}

/// A recorded document with some of its groups only.
Json with_groups(const char* file, const std::vector<std::string>& groups) {
  const Json all = *parse_json(contents(kIdentity + "/" + file));
  Json some;
  for (const std::string& name : groups) some[name] = all[name];
  return some;
}

TEST(VerifyCommand, GroupsThatNobodyKnowsAreNamed) {
  const ScratchFolder scratch;
  Json file = with_groups("substrate.json", {"generated_with", "scale_compact"});
  file["novelty"] = {1, 2, 3};
  const auto run = verify({scratch.write("a.json", file.dump())});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("scale 10 of 10 equal\n"),
                             HasSubstr("novelty 3 cases: needs a later version\n")));
}

TEST(VerifyCommand, GroupsOfOtherContentRun) {
  const ScratchFolder scratch;
  Json file = with_groups("substrate.json", {"generated_with", "hashes"});
  file["hashes"] = Json::array(
      {{{"text", "abcd"}, {"blake2_128", "0x01"}},
       {{"text", "abc"}, {"blake2_128", "0xcf4ab791c62b8d2b2109c90275287816"}, {"more", 1}}});
  const std::string path = scratch.write("a.json", file.dump());
  const auto run = verify({path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("hashes 1 of 2 equal\n"),
                             HasSubstr(path + ": hashes[0].blake2_128 (abcd): computed \"0x"),
                             HasSubstr(", recorded \"0x01\"\n")));
}

/// One wrong result, by file, the groups to keep, and where it is.
struct Wrong {
  const char* file;
  std::vector<std::string> groups;
  const char* pointer;
  const char* value;
};

// What is compared, one result of each kind: a wrong one must be noticed.
TEST(VerifyCommand, NoticesAWrongResultOfEachKind) {
  const std::vector<std::string> live = {"made_with", "keys"}, substrate = {"generated_with"};
  const auto and_also = [](std::vector<std::string> groups, const char* more) {
    groups.emplace_back(more);
    return groups;
  };
  const std::vector<Wrong> cases = {
      {"sdk_live.json", live, "/keys/0/private_key", R"("00")"},
      {"sdk_live.json", live, "/keys/10/phrase_kept", "false"},
      {"sdk_live.json", and_also(live, "derivation_edges"), "/derivation_edges/0/ok", "true"},
      {"sdk_live.json", and_also(live, "ss58"), "/ss58/0/is_bittensor_address", "false"},
      {"sdk_live.json", and_also(live, "requests"), "/requests/0/receiver", "null"},
      {"sdk_live.json", and_also(live, "requests"), "/requests/1/headers/X-Bittensor-Nonce",
       R"("1752076800000000001")"},
      {"sdk_live.json", and_also(live, "requests"), "/requests/0/headers/X-Bittensor-Signature",
       R"("0x00")"},
      {"sdk_live.json", and_also(live, "verify"), "/verify/4/steps/0/sdk/error",
       R"("StaleRequest")"},
      {"sdk_live.json", and_also(live, "verify"), "/verify/0/steps/0/body/hex", R"("00")"},
      {"sdk_live.json", and_also(live, "password_variables"), "/password_variables/0/value",
       R"("00==")"},
      {"sdk_live.json", and_also(live, "wallet"), "/wallet/modes/0/modes/wallets~1w~1coldkey",
       R"("0644")"},
      {"sdk_live.json", and_also(live, "wallet"), "/wallet/listing/sdk/0/0", R"("w3")"},
      {"sdk_live.json", and_also(live, "weights"), "/weights/clip/0/sdk/weights/0", "0.11"},
      {"sdk_live.json", and_also(live, "weights"), "/weights/pairs/0/sdk/uids/0", "3"},
      {"sdk_live.json", and_also(live, "commit_hashes"), "/commit_hashes/0/hash", R"("00")"},
      {"substrate.json", and_also(substrate, "keys"), "/keys/7/ed25519/error", "null"},
      {"substrate.json", and_also(substrate, "keys"), "/keys/1/junctions/0/hard", "false"},
      {"substrate.json", and_also(substrate, "signatures"), "/signatures/0/valid_check/2", "false"},
      {"substrate.json", and_also(substrate, "signatures"),
       "/signatures/1/invalid/0/polkadot_js_accepts", "true"},
      {"substrate.json", and_also(substrate, "wrapped_bytes"),
       "/wrapped_bytes/0/raw_sr25519Verify_unwrapped", "true"},
      {"sr25519_edges.json", {"verify", "batches"}, "/verify/0/valid", "false"},
      {"sr25519_edges.json", {"verify", "batches"}, "/batches/2/bad_index", "1"},
      {"btauth.json", {"keys", "cases"}, "/cases/1/signature", R"("0x00")"},
  };
  const ScratchFolder scratch;
  for (const Wrong& wrong : cases) {
    Json file = with_groups(wrong.file, wrong.groups);
    file.at(Json::json_pointer(wrong.pointer)) = *parse_json(wrong.value);
    const auto run = verify({scratch.write("a.json", file.dump())});
    EXPECT_EQ(run.exit_code, 1) << wrong.file << wrong.pointer << "\n" << run.out;
    EXPECT_THAT(run.out, HasSubstr(": computed ")) << wrong.pointer;
  }
}

TEST(VerifyCommand, RefusesMalformedIdentityData) {
  const ScratchFolder scratch;
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"made_with":{},"keys":5})", "keys: 5 is not an object"},
      {R"({"made_with":{},"keys":[{"scheme":"dsa"}]})", "keys[0].scheme: not a known scheme"},
      {R"({"made_with":{},"ss58":[{"text":"x","sdk":{}}]})", "ss58[0]: has no result to compare"},
      {R"({"made_with":{},"weights":[]})", "weights: a list of 0 is not an object"},
      {R"({"made_with":{},"weights":{"clip":[{"weights":["x"],"limit":1}]}})",
       R"(weights.clip[0].weights: "x" is not a number)"},
      {R"({"made_with":{},"requests":[{"key":"eve"}]})",
       "requests[0].key: is not the name of a recorded key"},
      {R"({"made_with":{},"keyfiles":[{"file_b64":"*"}]})", "keyfiles[0].file_b64: not base64"},
      {R"({"made_with":{},"wallet":{"listing":{"present":["../x"],"sdk":[]}}})",
       "wallet.listing.present: a path that leads elsewhere"},
      {R"({"generated_with":{},"hashes":[{"text":"a","blake2_128":7}]})", ""},
      {R"({"generated_with":{},"signatures":[{"scheme":"ed25519","public":"0x0"}]})",
       "signatures[0].public: not hexadecimal digits"},
      {R"({"verify":[],"batches":[{"items":[[]]}]})", "batches[0].items[0][1]: missing"},
  };
  for (const auto& [text, complaint] : cases) {
    const auto run = verify({scratch.write("a.json", text)});
    EXPECT_NE(run.exit_code, 0) << text;
    EXPECT_THAT(run.out, HasSubstr(complaint)) << text;
  }
}

/// The first recorded case of the runtime with one field replaced.
std::string runtime_case(const char* field, const char* value) {
  Json file = *parse_json(contents(kVectors + "/runtime/epoch-fixtures.json"));
  Json first = file["cases"][0];
  first[field] = *parse_json(value);
  file["cases"] = Json::array({first});
  return file.dump();
}

TEST(VerifyCommand, NamesFromFilesCannotForgeLines) {
  const ScratchFolder scratch;
  const auto path = scratch.write("a.json", R"({"suite":"x\nTOTAL 9 of 9 equal","cases":[]})");
  EXPECT_THAT(verify({path}).out, HasSubstr("economy.x TOTAL 9 of 9 equal 0 cases"));
}

TEST(VerifyCommand, PrintsJsonAboutFilesOfAnyName) {
  const ScratchFolder scratch;
  const auto path = scratch.write("latin\xff.json", "{}");
  const auto run = verify({path, "--json"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(parse_json(run.out).ok());
}

TEST(VerifyCommand, ASmallFileCannotAskForAMatrixOfRates) {
  const ScratchFolder scratch;
  auto file = *parse_json(contents(kVectors + "/epoch/086_liquid_default.json"));
  file["expected"]["raw"] = {{"alphas", Json::array()}};
  const auto run = verify({scratch.write("a.json", file.dump())});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("expected.raw.alphas: computed nothing, recorded a list of 0"));
}

TEST(VerifyCommand, RefusesWhatItDoesNotUnderstand) {
  const ScratchFolder scratch;
  const std::vector<std::pair<std::string, const char*>> cases = {
      {scratch.write("a.json", R"({"some":"thing"})"), "not a kind of recorded data"},
      {scratch.write("b.json", "{"), "ends too early"},
      {scratch.write("c.json", R"({"exp_safe":[["0"]],"exp_unsafe":[]})"), "exp_unsafe"},
      {scratch.write("d.json", R"({"exp_safe":[["x","1"]]})"), "exp_safe[0][0]"},
      {scratch.write("e.json", R"({"arith_i32f32":[{"a":"1","b":"2"}]})"), "no result to compare"},
      {scratch.write("f.json", R"({"runtime":"node","cases":[{}]})"), "cases[0].n: missing"},
      {scratch.write("g.json", runtime_case("out", "5")), "cases[0].out: 5 is not an object"},
      {scratch.write("h.json", runtime_case("out", "[1]")), "cases[0].out: a list of 1 is not"},
      {scratch.write("i.json", runtime_case("trace", "7")), "cases[0].trace: 7 is not an object"},
      {scratch.write("j.json", runtime_case("trace", R"({"Consensus":5})")),
       "cases[0].trace.Consensus: 5 is not text"},
      {scratch.write("k.json", runtime_case("trace", R"({"Consensu":"[0]"})")),
       "cases[0].trace: has no stage to compare"},
      {scratch.write("l.json", runtime_case("alphaLow", "-1")), "cases[0].alphaLow: -1 is not"},
      {scratch.write("m.json", R"({"kind":"single","input":5,"expected":{}})"),
       "5 is not an object"},
      {scratch.write("n.scale", "meta data, or not"), "not JSON at byte 1"},
      {scratch.file("none.json"), "No such file or directory"},
  };
  for (const auto& [path, complaint] : cases) {
    const auto run = verify({path, kSingle});
    EXPECT_EQ(run.exit_code, 2) << path;
    EXPECT_THAT(run.out, HasSubstr("error: " + path));
    EXPECT_THAT(run.out, HasSubstr(complaint));
    EXPECT_THAT(run.out, HasSubstr("TOTAL 1 of 1 equal\n")) << "the other files are still run";
  }
  auto bare = *parse_json(contents(kSingle));
  const auto run = verify({scratch.write("bare.json", bare["input"].dump())});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("there is no recorded result"));
}

TEST(VerifyCommand, RefusesAFolderWithoutData) {
  const ScratchFolder scratch;
  const auto run = verify({scratch.file("")});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("has no .json or .scale file"));
}

}  // namespace
}  // namespace yuma
