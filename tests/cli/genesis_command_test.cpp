// SPDX-License-Identifier: MIT

// `yuma-validator genesis` as an owner runs it.

#include "tests/cli/subnet_program.hpp"

namespace yuma {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GenesisCommand : public test::SubnetProgram {
 protected:
  /// A ledger with sealed epochs of a subnet whose validators have these powers.
  std::string make_ledger(std::size_t epochs, std::vector<std::uint32_t> powers = {}) {
    test::SubnetShape shape;
    shape.powers = std::move(powers);
    history_ = std::make_unique<test::History>(shape);
    const std::string path = file("net.db");
    EXPECT_TRUE(Ledger::create(path, history_->genesis()).ok());
    auto ledger = Ledger::open(path);
    EXPECT_TRUE(ledger.ok()) << ledger.status();
    const auto kept = test::keep_epochs(**ledger, *history_, epochs);
    EXPECT_TRUE(kept.ok()) << kept;
    return path;
  }
  const State& last() const { return history_->sealed().state; }
  std::string member(std::size_t uid) const {
    const PublicKey& key = last().neurons[uid]->hotkey;
    return (key.scheme == Scheme::kEd25519 ? "ed25519:" : "") + key.address();
  }

  std::unique_ptr<test::History> history_;
};

TEST_F(GenesisCommand, NewWritesWhatItSays) {
  const auto path = file("net.genesis");
  const auto made = run({"genesis",      "new",
                         "--out",        path,
                         "--validator",  "alice/hot:1:1000",
                         "--validator",  "bob/hot:1:1000.5",
                         "--validator",  "charlie/hot:1:1000",
                         "--validator",  address_of("dave") + ":1:1000",
                         "--miner",      "eve/hot",
                         "--owner",      "bob/hot",
                         "--netuid",     "7",
                         "--mechanism",  "2",
                         "--uids",       "16",
                         "--block-time", "2s",
                         "--rules",      "446",
                         "--set",        "tempo=25",
                         "--set",        "emission_per_block=1 TAO"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  const auto genesis = decode_genesis(bytes_of(test::contents(path)));
  ASSERT_TRUE(genesis.ok()) << genesis.status();
  const State& state = genesis->state;
  EXPECT_EQ(state.subnet.netuid, 7);
  EXPECT_EQ(state.subnet.mechanism, 2);
  EXPECT_EQ(state.owner, 1);
  EXPECT_EQ(state.neurons.size(), 16U);
  EXPECT_EQ(state.block_ms, 2'000U);
  EXPECT_EQ(state.spec_version, 446U);
  EXPECT_EQ(state.neurons[1]->stake, 1'000'500'000'000U);
  EXPECT_EQ(state.neurons[4]->hotkey, key_of("eve").public_key());
  const std::string id = to_hex(genesis_id(*genesis).value());
  EXPECT_THAT(made.out, AllOf(HasSubstr("network     " + id), HasSubstr("any 3 of 4 validators"),
                              HasSubstr(address_of("dave")), HasSubstr("1000.5"),
                              HasSubstr("\n  " + id.substr(0, 4) + " " + id.substr(4, 4) + " "),
                              Not(HasSubstr("\n! "))));
  expect_fits_80_columns(made.out);
  expect_fits_80_columns(run({"genesis", "show", path, "--all"}).out);
}

TEST_F(GenesisCommand, NewReadsAFileAndFlagsWin) {
  const auto toml = write("net.toml",
                          "netuid = 7\n[[validator]]\nhotkey = 'alice/hot'\nstake = 5\n"
                          "[[validator]]\nhotkey = 'bob/hot'\n[parameters]\ntempo = 100\n");
  ASSERT_EQ(run({"genesis", "new", "--out", file("g"), "--from", toml, "--set", "tempo=50",
                 "--validator", "bob/hot:3"})
                .exit_code,
            0);
  const auto shown = this->shown(file("g"));
  EXPECT_EQ(shown["netuid"], 7);
  EXPECT_EQ(shown["parameters"]["tempo"], 50);
  EXPECT_EQ(shown["members"][0]["stake"], 5'000'000'000);
  EXPECT_EQ(shown["members"][1]["power"], 3);
  EXPECT_EQ(shown["total_power"], 4);
}

TEST_F(GenesisCommand, TheExampleOfTheDocumentationIsReal) {
  const std::string page = test::contents(YUMA_SOURCE_DIR "/docs/subnet.md");
  const std::string fence = "```toml\n";
  const auto begin = page.find(fence) + fence.size();
  const auto toml = write("net.toml", page.substr(begin, page.find("```", begin) - begin));
  const auto made = run({"genesis", "new", "--from", toml, "--validator", "dave/hot:1:1000",
                         "--out", file("net.genesis")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  // A warning about the start depends on the day, and the name of the file on the test.
  const auto parameters = made.out.find("\nparameters");
  const auto described = made.out.substr(0, made.out.find("\n\n", parameters));
  EXPECT_THAT(page, AllOf(HasSubstr("--out net.genesis\n" + described),
                          HasSubstr(made.out.substr(made.out.find("aloud:\n")))));
}

TEST_F(GenesisCommand, NewTellsAllProblemsAndWritesNothing) {
  const auto toml = write("net.toml", "netuid = 7\nblock_time = 12\n[parameters]\ntempo = 0\n");
  const auto bad = run({"genesis", "new", "--out", file("g"), "--from", toml, "--validator",
                        "nobody/hot", "--set", "tempoo=1"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, AllOf(HasSubstr("net.toml:2:14: block_time: must be a time"),
                             HasSubstr("net.toml:4:9: parameters.tempo: must be"),
                             HasSubstr("--validator: "), HasSubstr("--set: names no parameter")));
  EXPECT_FALSE(std::filesystem::exists(file("g")));
  EXPECT_EQ(run({"genesis", "new", "--out", file("g")}).exit_code, 2);
  EXPECT_EQ(run({"genesis", "new", "--validator", "alice/hot"}).exit_code, 2) << "no --out";
  EXPECT_EQ(run({"genesis", "new", "--out", file("g"), "--from", file("none")}).exit_code, 1);
}

TEST_F(GenesisCommand, NewReplacesNoFile) {
  const auto path = make_genesis();
  const std::string before = test::contents(path);
  const auto again = run({"genesis", "new", "--out", path, "--validator", "alice/hot"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("there is such a file already"));
  EXPECT_EQ(test::contents(path), before);
}

TEST_F(GenesisCommand, NewWarnsWhoCanStopTheSubnet) {
  const auto made =
      run({"genesis", "new", "--out", file("g"), "--validator", "alice/hot:5", "--validator",
           "bob/hot", "--validator", "charlie/hot", "--block-time", "100ms", "--set", "tempo=10"});
  ASSERT_EQ(made.exit_code, 0) << "warnings are no errors";
  EXPECT_THAT(made.out,
              AllOf(HasSubstr("\n! 3 validators only"), HasSubstr("\n! uid 0 has a third"),
                    HasSubstr("decides alone"), HasSubstr("emission_per_block is 0"),
                    HasSubstr("no validator has stake"), HasSubstr("every 1 s")));
  expect_fits_80_columns(made.out);
}

TEST_F(GenesisCommand, ErrorsRepeatNoValueOfTheCommandLine) {
  const std::string phrase = "abandon abandon about";
  for (const char* flag : {"--validator", "--miner", "--owner", "--netuid", "--start", "--set"}) {
    const auto bad = run({"genesis", "new", "--out", file("g"), flag, phrase});
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_THAT(bad.err, AllOf(HasSubstr(flag), Not(HasSubstr("abandon"))));
  }
}

TEST_F(GenesisCommand, ShowIsAtHomeInAnyTerminal) {
  test::SubnetShape shape;
  shape.miners = 40;
  const auto genesis = encode_genesis(test::Subnet(shape).genesis);
  const auto path = write("g", std::string(text_of(*genesis)));
  const auto few = run({"genesis", "show", path}), all = run({"genesis", "show", path, "--all"});
  EXPECT_THAT(few.out, HasSubstr("... and 8 more; --all shows them"));
  EXPECT_THAT(few.out, Not(HasSubstr("kappa")));
  EXPECT_THAT(all.out, AllOf(HasSubstr("kappa"), Not(HasSubstr("more; --all"))));
  expect_fits_80_columns(all.out);
  EXPECT_EQ(shown(path)["members"].size(), 44U);
}

TEST_F(GenesisCommand, ShowRefusesOtherFiles) {
  EXPECT_EQ(run({"genesis", "show", write("text", "netuid = 1\n")}).exit_code, 2);
  EXPECT_EQ(run({"genesis", "show", file("none")}).exit_code, 1);
  EXPECT_EQ(run({"genesis", "show", file("")}).exit_code, 2);
  std::string bytes = test::contents(make_genesis());
  EXPECT_EQ(run({"genesis", "show", write("short", bytes.substr(0, 200))}).exit_code, 2);
  EXPECT_EQ(run({"genesis", "show", write("long", bytes + "x")}).exit_code, 2);
}

TEST_F(GenesisCommand, ShowOfALedgerIsItsLastSealedState) {
  const auto path = make_ledger(3);
  const auto shown = this->shown(path);
  EXPECT_EQ(shown["kind"], "ledger");
  EXPECT_EQ(shown["epoch"], 3);
  EXPECT_EQ(shown["network"], to_hex(last().subnet.network));
  EXPECT_EQ(shown["block_id"], to_hex(history_->sealed().block_id));
  const auto text = run({"genesis", "show", path}).out;
  EXPECT_THAT(text, HasSubstr("epoch 3 at block 60"));
  expect_fits_80_columns(text);
  const auto state = write("state", std::string(text_of(encode_state(last()))));
  EXPECT_EQ(this->shown(state)["kind"], "state");
  EXPECT_EQ(this->shown(state)["epoch"], 3);
}

TEST_F(GenesisCommand, FromSealGoesOnFromTheLastSealedState) {
  const auto ledger = make_ledger(4);
  const auto made = run({"genesis", "from-seal", ledger, "--out", file("next")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto genesis = decode_genesis(bytes_of(test::contents(file("next"))));
  ASSERT_TRUE(genesis.ok()) << genesis.status();
  EXPECT_EQ(encode_genesis(*genesis).value(), encode_genesis(genesis_from(last())).value());
  EXPECT_EQ(genesis->origin, last().subnet.network);
  EXPECT_EQ(genesis->state.epoch, 4U);
  EXPECT_THAT(made.out, AllOf(HasSubstr("the state after epoch 4, block 80"),
                              HasSubstr("state root  " + to_hex(state_root(last()))),
                              HasSubstr("4 commits that wait to be opened"),
                              HasSubstr("origin      " + to_hex(last().subnet.network))));
  // From a state file, or anybody's ledger, comes the same.
  const auto state = write("state", std::string(text_of(encode_state(last()))));
  ASSERT_EQ(run({"genesis", "from-seal", state, "--out", file("other")}).exit_code, 0);
  EXPECT_EQ(test::contents(file("next")), test::contents(file("other")));
  // And it can start a ledger.
  EXPECT_TRUE(Ledger::create(file("next.db"), *genesis).ok());
}

TEST_F(GenesisCommand, FromSealTakesOutWhatMadeItStop) {
  const auto ledger = make_ledger(3, {3, 1, 1, 1});
  const auto made = run({"genesis", "from-seal", ledger, "--out", file("next"), "--drop", member(0),
                         "--owner", member(1), "--power", member(2) + "=2"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto genesis = decode_genesis(bytes_of(test::contents(file("next"))));
  ASSERT_TRUE(genesis.ok()) << genesis.status();
  const State& state = genesis->state;
  EXPECT_FALSE(state.neurons[0]);
  EXPECT_EQ(state.owner, 1);
  EXPECT_EQ(state.neurons[2]->power, 2U);
  EXPECT_EQ(state.neurons[2]->stake, last().neurons[2]->stake);
  EXPECT_EQ(state.amendments, last().amendments) << "nobody voted";
  EXPECT_EQ(state.weights.row(0).size(), 0U);
  EXPECT_GT(state.weights.row(1).size(), 0U);
  EXPECT_THAT(made.out, AllOf(HasSubstr("remove      uid 0"), HasSubstr("3 -> -"),
                              HasSubstr("uid 0 -> uid 1"), HasSubstr("1 -> 2")));
  expect_fits_80_columns(made.out);
}

TEST_F(GenesisCommand, FromSealRefusesWhatNoSubnetCanBe) {
  const auto ledger = make_ledger(2);
  const auto without_owner =
      run({"genesis", "from-seal", ledger, "--out", file("next"), "--drop", "0"});
  EXPECT_EQ(without_owner.exit_code, 2);
  EXPECT_THAT(without_owner.err, HasSubstr("--drop: uid 0 is the owner; name another one"));
  const auto no_power =
      run({"genesis", "from-seal", ledger, "--out", file("next"), "--owner", member(5)});
  EXPECT_EQ(no_power.exit_code, 1);
  EXPECT_THAT(no_power.err, AllOf(HasSubstr("has no power"), Not(HasSubstr("changes["))));
  EXPECT_EQ(
      run({"genesis", "from-seal", ledger, "--out", file("next"), "--drop", "alice/hot"}).exit_code,
      2);
  EXPECT_EQ(run({"genesis", "from-seal", make_genesis(), "--out", file("next")}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(file("next")));
}

TEST_F(GenesisCommand, HelpFitsATerminalAndTheMinerHasNone) {
  for (const auto& words : {Words{"genesis", "--help"}, Words{"genesis", "new", "--help"},
                            Words{"genesis", "show", "--help"},
                            Words{"genesis", "from-seal", "--help"}, Words{"amend", "--help"},
                            Words{"amend", "propose", "--help"}, Words{"amend", "sign", "--help"},
                            Words{"amend", "merge", "--help"}, Words{"amend", "show", "--help"}}) {
    const auto help = run(words);
    EXPECT_EQ(help.exit_code, 0);
    // The usage line names the program by its path.
    const auto usage = help.out.find("Usage:"), end = help.out.find('\n', usage);
    expect_fits_80_columns(help.out.substr(0, usage) + help.out.substr(end));
  }
  EXPECT_EQ(test::run_program(YUMA_MINER, {"genesis", "show", "x"}).exit_code, 2);
}

TEST_F(GenesisCommand, AResultThatCannotBeWrittenIsAFailure) {
  const auto full =
      test::run_program(YUMA_VALIDATOR, {"genesis", "show", make_genesis()}, "", "/dev/full");
  EXPECT_EQ(full.exit_code, 1);
}

}  // namespace
}  // namespace yuma
