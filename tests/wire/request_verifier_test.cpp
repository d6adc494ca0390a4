// SPDX-License-Identifier: MIT

#include "yuma/wire/request_verifier.hpp"

#include <gtest/gtest.h>

#include "tests/wire/signed_request.hpp"

namespace yuma {
namespace {

using test::judge;
using test::key;
using test::kNow;
using test::kSecond;
using test::Request;
using test::signed_request;
using test::verifier_of;
using test::word;

class VerifierTest : public testing::Test {
 protected:
  VerifierTest() {
    options_.hotkey = bob_.public_key().bytes;
    options_.started_ns = 0;
  }

  Request good() const { return signed_request(alice_, bob_.public_key().bytes); }
  /// A fresh verifier's word on the good request after `change`.
  template <class Change>
  std::string after(Change change) const {
    Request request = good();
    change(request);
    return word(judge(verifier_of(options_), request));
  }

  KeyPair alice_ = key("//Alice"), bob_ = key("//Bob");
  KeyPair alice_ed_ = key("//Alice", Scheme::kEd25519);
  VerifierOptions options_;
};

TEST_F(VerifierTest, TakesAGoodRequestOnce) {
  const auto verifier = verifier_of(options_);
  const auto first = judge(verifier, good());
  ASSERT_TRUE(first.ok()) << first.refusal().detail;
  EXPECT_EQ(first->caller, alice_.public_key());
  EXPECT_EQ(first->nonce, kNow);
  EXPECT_TRUE(first->bound);
  EXPECT_FALSE(first->wants_signature);
  EXPECT_EQ(word(judge(verifier, good())), "ReplayedRequest");
}

// The negative cases of the SDK's own tests.
TEST_F(VerifierTest, OfficialNegativeCases) {
  EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow + 11 * kSecond)), "StaleRequest");
  EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow - 3 * kSecond)), "StaleRequest");
  EXPECT_EQ(after([](Request& r) { r.header(kNonceHeader).value = std::to_string(kNow + 1); }),
            "BadSignature");
  EXPECT_EQ(after([](Request& r) { r.body += " "; }), "BadSignature");
  EXPECT_EQ(after([](Request& r) { r.method = "DELETE"; }), "BadSignature");
  EXPECT_EQ(after([](Request& r) { r.target = "/admin"; }), "BadSignature");
  for (const auto name : {kVersionHeader, kHotkeyHeader, kNonceHeader, kSignatureHeader}) {
    EXPECT_EQ(after([&](Request& r) { r.remove(name); }), "MalformedAuth") << name;
  }
  EXPECT_EQ(after([](Request& r) { r.header(kNonceHeader).value = "not-a-number"; }),
            "MalformedAuth");
  EXPECT_EQ(after([](Request& r) {
              r.headers.push_back({"X-Bittensor-Crypto", "ecdsa"});
            }),
            "MalformedAuth");
  EXPECT_EQ(after([](Request& r) { r.header(kSignatureHeader).value = "0xnothex"; }),
            "MalformedAuth");
  EXPECT_EQ(after([](Request& r) { r.header(kVersionHeader).value = "2"; }), "MalformedAuth");
  EXPECT_EQ(after([](Request& r) {
              for (Header& h : r.headers) {
                for (char& c : h.name) c = static_cast<char>(std::tolower(c));
              }
            }),
            "ok");
}

TEST_F(VerifierTest, OfficialCasesOfReceiverAndScheme) {
  const AccountId self = options_.hotkey;
  options_.hotkey = alice_.public_key().bytes;
  EXPECT_EQ(after([](Request&) {}), "WrongReceiver");
  options_.hotkey = self;
  const auto unbound = signed_request(alice_, std::nullopt);
  EXPECT_EQ(word(judge(verifier_of(options_), unbound)), "WrongReceiver");
  options_.require_receiver = false;
  const auto verdict = judge(verifier_of(options_), unbound);
  ASSERT_TRUE(verdict.ok());
  EXPECT_FALSE(verdict->bound);

  options_.ed25519_hotkeys = {alice_ed_.public_key().bytes};
  auto ed = signed_request(alice_ed_, self);
  EXPECT_EQ(word(judge(verifier_of(options_), ed)), "ok");
  ed.remove(kCryptoHeader);
  EXPECT_EQ(word(judge(verifier_of(options_), ed)), "BadSignature");
}

TEST_F(VerifierTest, TheServerKnowsTheSchemeOfAHotkey) {
  const auto ed = signed_request(alice_ed_, options_.hotkey);
  EXPECT_EQ(word(judge(verifier_of(options_), ed)), "BadSignature");  // not listed
  options_.ed25519_hotkeys = {alice_.public_key().bytes, alice_ed_.public_key().bytes,
                              bob_.public_key().bytes};
  EXPECT_EQ(word(judge(verifier_of(options_), ed)), "ok");
  EXPECT_EQ(word(judge(verifier_of(options_), good())), "BadSignature");  // listed as ed25519
}

TEST_F(VerifierTest, AnUnsupportedSchemeIsNamed) {
  for (const char* scheme : {"mldsa", "hashed", "", "2", "ecdsa"}) {
    auto request = good();
    request.headers.push_back({"X-Bittensor-Crypto", scheme});
    const auto verdict = judge(verifier_of(options_), request);
    ASSERT_FALSE(verdict.ok());
    EXPECT_EQ(verdict.refusal().status, 401);
    EXPECT_TRUE(verdict.refusal().detail.starts_with("unsupported scheme"));
  }
}

TEST_F(VerifierTest, RefusesEveryHeaderGivenTwice) {
  for (const Header& header : good().headers) {
    EXPECT_EQ(after([&](Request& r) { r.headers.push_back(header); }), "MalformedAuth");
  }
  EXPECT_EQ(after([](Request& r) { r.headers.insert(r.headers.end(), 2, {"Accept", "*"}); }), "ok");
}

TEST_F(VerifierTest, RefusesControlBytesInTheTargetBeforeAnythingIsSigned) {
  for (int c = 0; c < 256; ++c) {
    const bool control = c < 0x20 || c == 0x7f;
    Request request;
    request.target = "/a" + std::string(1, static_cast<char>(c)) + "b";
    request = signed_request(alice_, options_.hotkey, kNow, request);
    EXPECT_EQ(word(judge(verifier_of(options_), request)), control ? "MalformedAuth" : "ok") << c;
  }
  // With line ends allowed this would be the payload of "POST /b".
  Request request;
  request.method = "POST\n/b";
  EXPECT_EQ(
      word(judge(verifier_of(options_), signed_request(alice_, options_.hotkey, kNow, request))),
      "MalformedAuth");
}

TEST_F(VerifierTest, ForeignPrefixesAreForTheHolderOfTheKeyToMend) {
  // Only a good signature under the foreign address tells more than that the signature is bad.
  const std::string foreign = ss58_encode(alice_.public_key().bytes, 0);
  EXPECT_EQ(after([&](Request& r) { r.header(kHotkeyHeader).value = foreign; }), "BadSignature");
  Request request = good();
  const std::string receiver = bob_.address();
  const RequestPayload payload = {.method = request.method,
                                  .target = request.target,
                                  .body_sha256 = BodyHash::of(request.body),
                                  .nonce = kNow,
                                  .sender = foreign,
                                  .receiver = receiver};
  request.headers = request_headers(payload, alice_.sign(bytes_of(build_payload(payload))));
  const auto verifier = verifier_of(options_);
  EXPECT_EQ(word(judge(verifier, request)), "MalformedAuth");
  EXPECT_EQ(word(judge(verifier, good())), "ok");  // and the nonce is not used up
}

TEST_F(VerifierTest, FreshnessHoldsToTheNanosecondAndAgainstOverflow) {
  constexpr std::uint64_t kMax = ~std::uint64_t{0};
  for (const std::uint64_t age : {std::uint64_t{0}, std::uint64_t{1}, 10 * kSecond}) {
    EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow + age)), "ok");
  }
  EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow + 10 * kSecond + 1)), "StaleRequest");
  EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow - 2 * kSecond)), "ok");
  EXPECT_EQ(word(judge(verifier_of(options_), good(), kNow - 2 * kSecond - 1)), "StaleRequest");
  for (const auto& [nonce, now, expected] :
       std::vector<std::tuple<std::uint64_t, std::uint64_t, std::string>>{
           {0, 0, "ok"},
           {0, kMax, "StaleRequest"},
           {kMax, 0, "StaleRequest"},
           {kMax, kMax, "ok"},
           {2 * kSecond, 0, "ok"},
           {kMax - 10 * kSecond, kMax, "ok"}}) {
    const auto request = signed_request(alice_, options_.hotkey, nonce);
    EXPECT_EQ(word(judge(verifier_of(options_), request, now)), expected) << nonce << " " << now;
  }
}

TEST_F(VerifierTest, AStaleRequestIsToldHowFarTheClocksAreApart) {
  const auto late = judge(verifier_of(options_), good(), kNow + 12'345'678'901);
  EXPECT_NE(late.refusal().detail.find("12.345 s behind"), std::string::npos)
      << late.refusal().detail;
  const auto early = judge(verifier_of(options_), good(), kNow - 3'007'000'000);
  EXPECT_NE(early.refusal().detail.find("3.007 s ahead"), std::string::npos)
      << early.refusal().detail;
}

// What the process before may have taken is never taken again, also from callers whose clocks are
// ahead by all that is allowed.
TEST_F(VerifierTest, AfterARestartRefusesWhatMayHaveBeenTakenBefore) {
  const auto before = verifier_of(options_);
  options_.started_ns.reset();
  EXPECT_EQ(word(judge(verifier_of(options_), good())), "StaleRequest")
      << "from before it was made";
  options_.started_ns = kNow;
  const auto after_restart = verifier_of(options_);
  for (const std::uint64_t nonce : {kNow - kSecond, kNow - 1, kNow, kNow + 2 * kSecond - 1}) {
    const auto request = signed_request(alice_, options_.hotkey, nonce);
    ASSERT_EQ(word(judge(before, request, kNow - 1)), "ok") << nonce;
    EXPECT_EQ(word(judge(after_restart, request, kNow + 1)), "StaleRequest") << nonce;
    EXPECT_EQ(word(judge(after_restart, request, kNow + 3 * kSecond)), "StaleRequest") << nonce;
  }
  const auto later = signed_request(alice_, options_.hotkey, kNow + 2 * kSecond + 1);
  EXPECT_EQ(word(judge(before, later, kNow - 1)), "StaleRequest");
  EXPECT_EQ(word(judge(after_restart, later, kNow + 2 * kSecond)), "ok");
}

TEST_F(VerifierTest, MisconfigurationIsAnErrorWhenItIsMade) {
  const auto with = [&](std::chrono::nanoseconds age, std::chrono::nanoseconds skew,
                        std::chrono::nanoseconds retention) {
    options_.max_age = age;
    options_.allowed_skew = skew;
    return RequestVerifier::make(options_, *ReplayWindow::make({.retention = retention})).status();
  };
  using std::chrono::seconds;
  constexpr auto kForever = std::chrono::nanoseconds::max();
  EXPECT_TRUE(with(seconds(58), seconds(2), seconds(60)).ok());
  EXPECT_EQ(with(seconds(58), seconds(2) + std::chrono::nanoseconds(1), seconds(60)).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(with(seconds(120), seconds(2), seconds(60)).ok());
  EXPECT_TRUE(with(seconds(120), seconds(2), seconds(300)).ok());
  EXPECT_FALSE(with(kForever, kForever, seconds(60)).ok());
  EXPECT_FALSE(with(kForever, seconds(1), kForever).ok());
  EXPECT_FALSE(with(-seconds(1), seconds(2), seconds(60)).ok());
  EXPECT_FALSE(with(seconds(1), -seconds(2), seconds(60)).ok());
  EXPECT_FALSE(RequestVerifier::make({}, nullptr).ok());
}

TEST_F(VerifierTest, AdmissionComesBeforeTheSignatureAndPolicyAfterTheReplay) {
  std::vector<std::string> asked;
  options_.admit = [&](const AccountId&) -> std::optional<PolicyRefusal> {
    asked.push_back("admit");
    return std::nullopt;
  };
  options_.authorise = [&](const AccountId& hotkey) -> std::optional<PolicyRefusal> {
    EXPECT_EQ(hotkey, alice_.public_key().bytes);
    asked.push_back("authorise");
    return PolicyRefusal{.detail = "no \"permit\""};
  };
  const auto verifier = verifier_of(options_);
  auto forged = good();
  forged.body += " ";
  EXPECT_EQ(judge(verifier, forged).refusal().stage, AuthStage::kSignature);
  EXPECT_EQ(asked, std::vector<std::string>{"admit"});
  const auto refused = judge(verifier, good());
  EXPECT_EQ(asked, (std::vector<std::string>{"admit", "admit", "authorise"}));
  EXPECT_EQ(refused.refusal().reason, AuthReason::kPolicyRefusal);
  EXPECT_EQ(refused.refusal().status, 403);
  EXPECT_EQ(refusal_body(refused.refusal().detail), R"({"detail":"no \"permit\""})");
  EXPECT_EQ(word(judge(verifier, good())), "ReplayedRequest");  // refused, but used

  options_.admit = [](const AccountId&) { return PolicyRefusal{.status = 429, .detail = "slow"}; };
  const auto pending =
      verifier_of(options_).begin(good().method, good().target, views_of(forged.headers), kNow);
  ASSERT_FALSE(pending.ok());
  EXPECT_EQ(pending.refusal().stage, AuthStage::kAdmission);
  EXPECT_EQ(pending.refusal().status, 429);
}

TEST_F(VerifierTest, TheBodyMayComeLaterButNotTooLate) {
  const auto verifier = verifier_of(options_);
  auto request = good();
  const auto begin = [&] {
    return *verifier.begin(request.method, request.target, views_of(request.headers), kNow);
  };
  PendingRequest pending = begin(), late = begin();
  EXPECT_EQ(pending.claimed_hotkey(), alice_.public_key().bytes);
  EXPECT_EQ(pending.nonce(), kNow);
  request.headers.clear();  // nothing of them is needed any more
  BodyHash hash;
  for (const char c : request.body) hash.add(std::string_view(&c, 1));
  EXPECT_EQ(word(verifier.finish(late, hash.digest(), kNow + 11 * kSecond)), "StaleRequest");
  EXPECT_EQ(word(verifier.finish(pending, hash.digest(), kNow + 9 * kSecond)), "ok");
}

TEST_F(VerifierTest, ManyAtOnceGetTheVerdictsOfEach) {
  const auto one = verifier_of(options_), many = verifier_of(options_);
  std::vector<Request> requests;
  for (std::uint64_t k = 0; k < 20; ++k) {
    requests.push_back(signed_request(k % 3 == 0 ? bob_ : alice_, options_.hotkey, kNow - k / 2));
    if (k % 7 == 3) requests.back().body += "x";
  }
  std::vector<ReceivedRequest> received;
  std::vector<std::string> expected, got;
  for (const Request& r : requests) {
    expected.push_back(word(judge(one, r)));
    received.push_back(
        {*many.begin(r.method, r.target, views_of(r.headers), kNow), BodyHash::of(r.body)});
  }
  for (const auto& verdict : many.finish_each(std::move(received), kNow)) {
    got.push_back(word(verdict));
  }
  EXPECT_EQ(got, expected);
}

TEST_F(VerifierTest, WithoutAWindowReplaysAreLeftToTheCaller) {
  const auto verifier = *RequestVerifier::make_without_window(options_);
  EXPECT_EQ(word(judge(verifier, good())), "ok");
  EXPECT_EQ(word(judge(verifier, good())), "ok");
}

// Whatever single thing changes on the way, the request is refused, and for the right reason.
TEST_F(VerifierTest, AnySingleChangeOfARandomRequestIsRefused) {
  test::Random random(7);
  const auto text = [&](std::size_t most, std::string_view alphabet) {
    std::string out;
    for (std::size_t n = 1 + random.below(most); n > 0; --n) {
      out += alphabet[random.below(alphabet.size())];
    }
    return out;
  };
  const auto other = [&](std::string s, std::string_view alphabet) {
    const std::size_t at = random.below(s.size());
    const char before = s[at];
    while (s[at] == before) s[at] = alphabet[random.below(alphabet.size())];
    return s;
  };
  using namespace std::string_view_literals;
  constexpr auto kMethod = "ABCDEFGHIJ"sv, kTarget = "abc/?&=%20"sv, kBody = "\0{}\n: 9\xff"sv;
  for (int k = 0; k < 100; ++k) {
    const bool ed = random.chance(50);
    const KeyPair sender = KeyPair::random(ed ? Scheme::kEd25519 : Scheme::kSr25519);
    options_.ed25519_hotkeys.clear();
    if (ed) options_.ed25519_hotkeys = {sender.public_key().bytes};
    Request base;
    base.method = text(8, kMethod);
    base.target = "/" + text(40, kTarget);
    base.body = text(300, kBody);
    const Request request = signed_request(sender, options_.hotkey, kNow, base);
    EXPECT_EQ(word(judge(verifier_of(options_), request)), "ok");

    const auto after_change = [&](auto change) {
      Request changed = request;
      change(changed);
      return word(judge(verifier_of(options_), changed));
    };
    const auto digit = [&](Request& r, std::string_view name, std::string_view digits) {
      Header& h = r.header(name);
      h.value = h.value.substr(0, 2) + other(h.value.substr(2), digits);
    };
    EXPECT_EQ(after_change([&](Request& r) { r.method = other(r.method, kMethod); }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) { r.target = other(r.target, kTarget); }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) { r.body = other(r.body, kBody); }), "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) {
                r.header(kNonceHeader).value = std::to_string(kNow - 1 - random.below(kSecond));
              }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) {
                r.header(kHotkeyHeader).value = key("//Charlie", sender.scheme()).address();
                if (ed)
                  options_.ed25519_hotkeys.push_back(
                      key("//Charlie", sender.scheme()).public_key().bytes);
              }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) {
                r.header(kReceiverHeader).value = key("//Charlie").address();
              }),
              "WrongReceiver");
    EXPECT_EQ(after_change([&](Request& r) {
                ed ? r.remove(kCryptoHeader)
                   : r.headers.push_back({std::string(kCryptoHeader), "ed25519"});
              }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) { digit(r, kSignatureHeader, "0123456789abcdef"); }),
              "BadSignature");
    EXPECT_EQ(after_change([&](Request& r) { r.header(kHotkeyHeader).value.pop_back(); }),
              "MalformedAuth");
    EXPECT_EQ(after_change([&](Request& r) { r.header(kSignatureHeader).value += "00"; }),
              "MalformedAuth");
    EXPECT_EQ(after_change([&](Request& r) { r.header(kVersionHeader).value += "1"; }),
              "MalformedAuth");
  }
}

// A text that says what is wrong helps whoever signed; it must not repeat what was signed.
TEST_F(VerifierTest, RefusalsRepeatNeitherSignatureNorPayload) {
  const Request request = good();
  for (const auto& [name, value] : request.headers) {
    if (same_header(name, kReceiverHeader) || value.size() < 10) continue;
    for (int bit = 0; bit < 3; ++bit) {
      auto changed = request;
      changed.header(name).value[static_cast<std::size_t>(5 + bit)] ^= 1;
      const auto verdict = judge(verifier_of(options_), changed);
      ASSERT_FALSE(verdict.ok());
      for (const Header& h : request.headers) {
        if (h.value.size() < 10 || same_header(h.name, kReceiverHeader)) continue;
        EXPECT_EQ(verdict.refusal().detail.find(h.value.substr(2, 8)), std::string::npos);
      }
    }
  }
}

TEST(RefusalBody, IsJsonWhateverTheText) {
  EXPECT_EQ(refusal_body("stale"), R"({"detail":"stale"})");
  EXPECT_EQ(refusal_body("a\"\\\n\x01"), R"({"detail":"a\"\\\n\u0001"})");
  EXPECT_EQ(refusal_body("\xff"), "{\"detail\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace yuma
