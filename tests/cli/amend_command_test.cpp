// SPDX-License-Identifier: MIT

// `yuma-validator amend` as the validators of a subnet run it.

#include <csignal>

#include "tests/cli/subnet_program.hpp"
#include "tests/net/signer_process.hpp"
#include "yuma/replica/check.hpp"

namespace yuma {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AmendCommand : public test::SubnetProgram {
 protected:
  AmendCommand() : genesis_(make_genesis()) {}

  test::Finished propose(Words changes, const std::string& name = "1.amendment") const {
    changes.insert(changes.begin(),
                   {"amend", "propose", "--genesis", genesis_, "--out", file(name)});
    return run(changes);
  }
  test::Finished sign(const std::string& who, const std::string& name = "1.amendment") const {
    return run(
        {"amend", "sign", file(name), "--wallet", who + "/hot", "--genesis", genesis_, "--yes"});
  }
  json shown(const std::string& name = "1.amendment") const {
    return json::parse(run({"amend", "show", file(name), "--genesis", genesis_, "--json"}).out,
                       nullptr, false);
  }
  SignedAmendment object(const std::string& name = "1.amendment") const {
    const auto decoded = decode_object(bytes_of(test::contents(file(name))));
    EXPECT_TRUE(decoded.ok()) << decoded.status();
    return std::get<SignedAmendment>(*decoded);
  }
  SealedState sealed() const {
    return sealed_state(decode_genesis(bytes_of(test::contents(genesis_))).value()).value();
  }
  void copy(const std::string& from, const std::string& to) const {
    std::filesystem::copy(file(from), file(to));
  }

  std::string genesis_;
};

TEST_F(AmendCommand, ProposeWritesEveryChange) {
  const auto made = propose({"--remove",   "4",
                             "--replace",  "dave/hot=" + address_of("one"),
                             "--register", "6=" + address_of("two") + ":2:50.5",
                             "--power",    address_of("bob") + "=0",
                             "--owner",    "2",
                             "--uids",     "300",
                             "--set",      "tempo=50",
                             "--set",      "kappa=100",
                             "--rules",    "446",
                             "--epoch",    "9"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const auto body = decode_body<AmendmentBody>(object().body);
  ASSERT_TRUE(body.ok()) << body.status();
  const AmendmentBody expected{
      sealed().state.subnet,
      9,
      1,
      {RemoveUid{4}, ReplaceHotkey{3, key_of("one").public_key()},
       RegisterUid{6, key_of("two").public_key(), 2, 50'500'000'000}, SetPower{1, 0}, SetOwner{2},
       SetSize{300}, SetParameter{ParameterTag::kTempo, 50},
       SetParameter{ParameterTag::kKappa, 100}, SetRuleVersion{446}}};
  EXPECT_EQ(*body, expected);
  EXPECT_TRUE(object().signatures.empty());
  EXPECT_THAT(made.out,
              AllOf(HasSubstr("1, due from epoch 9"), HasSubstr("remove      uid 4"),
                    HasSubstr("tempo 25 -> 50 (10 min)"), HasSubstr("uid 0 -> uid 2"),
                    HasSubstr("25 % -> 20 %"), HasSubstr("- -> 40 %"),
                    HasSubstr("quorum: any 3 of 4 validators"), HasSubstr("quorum: power 4 of 5"),
                    HasSubstr("! uid 6 has a third or more of the power"),
                    HasSubstr("signed by   nobody yet")));
  expect_fits_80_columns(made.out);
  expect_fits_80_columns(run({"amend", "show", file("1.amendment")}).out);
}

TEST_F(AmendCommand, ProposeRefusesWhatDoesNotFit) {
  const struct {
    Words changes;
    int exit_code;
    const char* error;
  } cases[] = {
      {{}, 2, "nothing is changed"},
      {{"--remove", "9"}, 1, "nobody holds uid 9"},
      {{"--remove", "0"}, 2, "--remove: uid 0 is the owner"},
      {{"--power", "0=0"}, 2, "--power: uid 0 is the owner"},
      {{"--register", "4=" + address_of("one")}, 1, "uid 4 is taken"},
      {{"--register", "5=alice/hot"}, 1, "uid 0 holds the hotkey"},
      {{"--uids", "4"}, 1, "uid 4 is taken"},
      {{"--owner", "eve/hot"}, 1, "has no power"},
      {{"--rules", "301"}, 1, "not known"},
      {{"--set", "tempo=0"}, 2, "--set: tempo must be a whole number from 1 to 65535"},
      {{"--set", "tempo"}, 2, "--set: must be NAME=VALUE"},
      {{"--set", "temp=1"}, 2, "names no parameter"},
      {{"--power", "1"}, 2, "--power: must be UID=N"},
      {{"--power", "1=-1"}, 2, "--power: N must be"},
      {{"--remove", "1", "--remove", "bob/hot"}, 2, "--remove no. 2: changes the same"},
      {{"--uids", "300", "--uids", "301"}, 2, "--uids no. 2: changes the same"},
      {{"--replace", "two/hot=one/hot"}, 2, "--replace: "},
      {{"--set", "tempo=50", "--epoch", "0"}, 2, "--epoch: epoch 0 is sealed"},
      {{"--set", "tempo=50", "--epoch", "-1"}, 2, "--epoch: must be a whole number"},
      {{"--set", "tempo=50", "--epoch", "0x10"}, 2, "--epoch: must be a whole number"},
  };
  for (const auto& c : cases) {
    const auto bad = propose(c.changes);
    EXPECT_EQ(bad.exit_code, c.exit_code) << c.error;
    EXPECT_THAT(bad.err, HasSubstr(c.error));
    EXPECT_FALSE(std::filesystem::exists(file("1.amendment")));
  }
  EXPECT_EQ(run({"amend", "propose", "--out", file("x"), "--uids", "9"}).exit_code, 2);
  EXPECT_THAT(
      run({"amend", "propose", "--ledger", genesis_, "--out", file("x"), "--uids", "9"}).err,
      HasSubstr("is a genesis, but --ledger was given"));
}

TEST_F(AmendCommand, ProposeCountsOnFromALedger) {
  test::History history;
  ASSERT_TRUE(Ledger::create(file("net.db"), history.genesis()).ok());
  {
    const auto ledger = Ledger::open(file("net.db"));
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    const State& state = history.sealed().state;
    const auto first = test::sign_amendment(
        history.honest.subnet.keys, state,
        test::next_amendment(state, {SetParameter{ParameterTag::kTempo, 30}}), {0, 1, 2});
    ASSERT_TRUE(test::keep_epoch(**ledger, history.step(first)).ok());
    ASSERT_TRUE(test::keep_epochs(**ledger, history, 2).ok());
  }
  const auto made = run(
      {"amend", "propose", "--ledger", file("net.db"), "--out", file("2"), "--set", "tempo=40"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out,
              AllOf(HasSubstr("amendment   2, due from epoch 4"), HasSubstr("tempo 30 -> 40")));
  // By the genesis alone it cannot be judged.
  const auto genesis = write("g", std::string(text_of(encode_genesis(history.genesis()).value())));
  EXPECT_THAT(run({"amend", "show", file("2"), "--genesis", genesis}).out,
              HasSubstr("! it does not fit: number 1 has to be applied before it"));
}

TEST_F(AmendCommand, AQuorumOfSignaturesIsTaken) {
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  for (const char* name : {"dave", "alice"}) ASSERT_EQ(sign(name).exit_code, 0);
  auto shown = this->shown();
  EXPECT_EQ(shown["quorum"], false);
  EXPECT_EQ(shown["signed_power"], 2);
  EXPECT_EQ(shown["taken"], false);
  const auto third = sign("charlie");
  EXPECT_THAT(third.out, AllOf(HasSubstr("quorum      yes: power 3 of 4 has signed"),
                               HasSubstr("taken       yes: a block from epoch 1 on")));
  expect_fits_80_columns(third.out);
  shown = this->shown();
  EXPECT_EQ(shown["quorum"], true);
  EXPECT_EQ(shown["taken"], true);
  EXPECT_EQ(shown["refusal"], nullptr);
  EXPECT_EQ(shown["signatures"].size(), 3U);
  EXPECT_TRUE(std::holds_alternative<CheckedObject>(check_object(sealed(), object())));
}

TEST_F(AmendCommand, SayWhatIsMissing) {
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  const auto first = sign("bob");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out,
              AllOf(HasSubstr("not yet: power 1 of 4 has signed, power 2 more is needed"),
                    HasSubstr("not signed  uid 0, " + address_of("alice")),
                    HasSubstr("uid 3, " + address_of("dave"))));
  const auto again = sign("bob");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("has signed it already"));
  EXPECT_EQ(object().signatures.size(), 1U);
}

TEST_F(AmendCommand, AsksBeforeItSigns) {
  ASSERT_EQ(propose({"--power", "1=0"}).exit_code, 0);
  const Words words = {"amend",     "sign",  file("1.amendment"), "--wallet", "alice/hot",
                       "--genesis", genesis_};
  for (const std::string answer : {"no", "y", ""}) {
    test::TerminalRun asked = on_terminal(words);
    ASSERT_TRUE(asked.wait_for("Type yes: ")) << asked.screen();
    EXPECT_THAT(asked.screen(), AllOf(HasSubstr("1 -> 0"), HasSubstr(address_of("bob")),
                                      HasSubstr("Sign it as " + address_of("alice"))));
    asked.type(answer + "\n");
    EXPECT_EQ(asked.finish(), 1);
    EXPECT_TRUE(object().signatures.empty());
  }
  test::TerminalRun asked = on_terminal(words);
  ASSERT_TRUE(asked.wait_for("Type yes: "));
  asked.type("yes\n");
  EXPECT_EQ(asked.finish(), 0) << asked.screen();
  EXPECT_EQ(object().signatures.size(), 1U);
  const auto no_terminal = run(words);
  EXPECT_EQ(no_terminal.exit_code, 0) << "signed already";
  ASSERT_EQ(propose({"--power", "2=0"}, "2.amendment").exit_code, 0);
  const auto unasked = run({"amend", "sign", file("2.amendment"), "--wallet", "alice/hot"});
  EXPECT_EQ(unasked.exit_code, 1);
  EXPECT_THAT(unasked.err, HasSubstr("needs a terminal and the answer yes, or --yes"));
}

TEST_F(AmendCommand, AStrangersSignatureIsRefusedAndLeftOut) {
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  const auto refused = sign("eve");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("is no validator of this subnet"));
  // Without the subnet it cannot be known; the others see it.
  ASSERT_EQ(run({"amend", "sign", file("1.amendment"), "--wallet", "eve/hot", "--yes"}).exit_code,
            0);
  EXPECT_THAT(run({"amend", "show", file("1.amendment"), "--genesis", genesis_}).out,
              HasSubstr("NO VALIDATOR"));
  for (const char* name : {"alice", "bob", "charlie"}) ASSERT_EQ(sign(name).exit_code, 0);
  EXPECT_EQ(object().signatures.size(), 3U);
  EXPECT_EQ(shown()["taken"], true);
}

TEST_F(AmendCommand, CopiesAreMerged) {
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  for (const char* name : {"alice", "bob", "charlie"}) {
    copy("1.amendment", name);
    ASSERT_EQ(sign(name, name).exit_code, 0);
  }
  const auto merged = run({"amend", "merge", file("1.amendment"), file("alice"), file("bob"),
                           file("charlie"), file("bob"), "--genesis", genesis_});
  ASSERT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("quorum      yes"));
  EXPECT_EQ(shown()["taken"], true);

  ASSERT_EQ(propose({"--set", "tempo=51"}, "other").exit_code, 0);
  const auto other = run({"amend", "merge", file("1.amendment"), file("other")});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("is another amendment than"));
}

TEST_F(AmendCommand, AFalseSignatureIsFound) {
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  ASSERT_EQ(sign("alice").exit_code, 0);
  SignedAmendment forged = object();
  forged.signatures[0].signature[3] ^= 1;
  write("forged", std::string(text_of(encode_object(forged).value())));
  const auto shown_text = run({"amend", "show", file("forged"), "--genesis", genesis_});
  EXPECT_EQ(shown_text.exit_code, 1);
  EXPECT_THAT(shown_text.out, AllOf(HasSubstr("FALSE SIGNATURE of " + address_of("alice")),
                                    Not(HasSubstr("quorum "))));
  EXPECT_EQ(shown("forged")["signed_power"], 0);
  // It goes out where a signature that holds comes in, also one of the same signer.
  const std::string note = "the signature of " + address_of("alice") + " does not hold";
  copy("forged", "cleaned");
  const auto cleaned = run({"amend", "merge", file("cleaned")});
  EXPECT_EQ(cleaned.exit_code, 0);
  EXPECT_THAT(cleaned.err, HasSubstr(note));
  EXPECT_TRUE(object("cleaned").signatures.empty());
  copy("forged", "merged");
  EXPECT_THAT(run({"amend", "merge", file("merged"), file("1.amendment")}).err, HasSubstr(note));
  EXPECT_EQ(object("merged"), object());
  EXPECT_THAT(run({"amend", "merge", file("merged"), file("forged")}).err, HasSubstr(note));
  EXPECT_EQ(object("merged"), object());
  EXPECT_THAT(sign("alice", "forged").err, HasSubstr(note));
  EXPECT_EQ(shown("forged")["signed_power"], 1);
}

TEST_F(AmendCommand, OfAnotherSubnetNothingIsSigned) {
  const auto other = make_genesis("other.genesis", {"--netuid", "2"});
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  const auto refused = run(
      {"amend", "sign", file("1.amendment"), "--wallet", "alice/hot", "--genesis", other, "--yes"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("it is for another subnet"));
  ASSERT_EQ(sign("alice").exit_code, 0);
  EXPECT_THAT(
      run({"amend", "show", file("1.amendment"), "--genesis", other}).out,
      AllOf(HasSubstr("! it does not fit: it is for another subnet"),
            HasSubstr("signed by   " + address_of("alice")), Not(HasSubstr("NO VALIDATOR"))));
  const auto merged = run({"amend", "merge", file("1.amendment"), "--genesis", other});
  EXPECT_EQ(merged.exit_code, 1);
  EXPECT_THAT(merged.err, HasSubstr("it is for another subnet"));
  EXPECT_EQ(object().signatures.size(), 1U);
}

TEST_F(AmendCommand, ProposeTellsOfADayFarOff) {
  const auto far = propose({"--set", "tempo=50", "--epoch", "1000000"});
  EXPECT_EQ(far.exit_code, 0);
  EXPECT_THAT(far.err, HasSubstr("due in 1000000 epochs"));
  EXPECT_THAT(propose({"--set", "tempo=50", "--epoch", "9"}, "near").err, Not(HasSubstr("due in")));
}

TEST_F(AmendCommand, OtherFilesAreRefused) {
  for (const std::string& text : {std::string(), std::string("text"), test::contents(genesis_)}) {
    const auto refused = run({"amend", "show", write("x", text)});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("is no amendment"));
  }
  EXPECT_EQ(run({"amend", "show", file("none")}).exit_code, 1);
}

TEST_F(AmendCommand, AnIsolatedSignerSignsOneAmendmentOfANumber) {
  const test::SignerWallet wallet;  // of alice
  ASSERT_EQ(wallet.run({"init"}).exit_code, 0);
  test::SignerProcess signer(wallet, {"run"});
  while (signer.runs() && wallet.run({"status"}).exit_code != 0) {
  }
  ASSERT_EQ(propose({"--set", "tempo=50"}).exit_code, 0);
  ASSERT_EQ(propose({"--set", "tempo=51"}, "other").exit_code, 0);
  const auto by_signer = [&](const std::string& name) {
    return run({"amend", "sign", file(name), "--signer", "unix:" + wallet.socket(), "--genesis",
                genesis_, "--yes"});
  };
  const auto first = by_signer("1.amendment");
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("uid 0, " + address_of("alice")));
  const auto second = by_signer("other");
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("conflict"));
  EXPECT_TRUE(object("other").signatures.empty());
  EXPECT_EQ(
      run({"amend", "sign", file("other"), "--signer", "unix:" + file("none"), "--yes"}).exit_code,
      1);
  EXPECT_EQ(run({"amend", "sign", file("other"), "--signer", "tcp:1", "--yes"}).exit_code, 2);
  EXPECT_EQ(signer.end(SIGTERM), 0);
}

}  // namespace
}  // namespace yuma
