// SPDX-License-Identifier: MIT

#include "yuma/wire/request_signer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/wire/signed_request.hpp"

namespace yuma {
namespace {

using test::key;
using test::kNow;
using test::kSecond;

TEST(NonceSource, GrowsWhileTheClockStandsStill) {
  NonceSource nonces([] { return kNow; });
  for (std::uint64_t k = 0; k < 100; ++k) EXPECT_EQ(nonces.next(), kNow + k);
}

TEST(NonceSource, GrowsWhenTheClockIsSetBackALittleAndFollowsItOtherwise) {
  std::uint64_t now = kNow;
  NonceSource nonces([&] { return now; });
  EXPECT_EQ(nonces.next(), kNow);
  now = kNow - kSecond;
  EXPECT_EQ(nonces.next(), kNow + 1);
  now = kNow - 100 * kSecond;  // servers would take nothing for the next 98 s
  EXPECT_EQ(nonces.next(), now);
  EXPECT_EQ(nonces.next(), now + 1);
  now = kNow + kSecond;
  EXPECT_EQ(nonces.next(), now);
}

TEST(NonceSource, GivesNoNonceTwiceToSeveralThreads) {
  NonceSource nonces([] { return kNow; });
  std::vector<std::vector<std::uint64_t>> given(4);
  std::vector<std::thread> threads;
  for (auto& mine : given) {
    threads.emplace_back([&] {
      for (int k = 0; k < 1000; ++k) mine.push_back(nonces.next());
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<std::uint64_t> all;
  for (const auto& mine : given) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

class SignerTest : public testing::Test {
 protected:
  OutgoingRequest request() const {
    return {.target = "/generate?stream=false",
            .body_sha256 = BodyHash::of(std::string_view("hello")),
            .receiver = bob_.public_key().bytes};
  }

  KeyPair bob_ = key("//Bob");
  LocalSigner signer_{key("//Alice")};
  NonceSource nonces_{[] { return kNow; }};
  RequestSigner requests_{signer_, nonces_};
};

TEST_F(SignerTest, EachAttemptHasANonceOfItsOwnAndPasses) {
  VerifierOptions options;
  options.started_ns = 0;
  options.hotkey = bob_.public_key().bytes;
  const auto verifier = test::verifier_of(options);
  for (std::uint64_t k = 0; k < 3; ++k) {
    const auto made = requests_.sign(request());
    ASSERT_TRUE(made.ok());
    EXPECT_EQ(made->nonce, kNow + k);
    EXPECT_EQ(made->sender, requests_.address());
    const auto verdict = verifier.verify("POST", "/generate?stream=false", views_of(made->headers),
                                         bytes_of("hello"), kNow);
    ASSERT_TRUE(verdict.ok());
    EXPECT_EQ(verdict->payload, made->payload);
  }
}

TEST_F(SignerTest, HeadersAreCanonicalAndInTheSdksOrder) {
  auto asked = request();
  asked.wants_signature = true;
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    LocalSigner signer(key("//Alice", scheme));
    const auto made = RequestSigner(signer, nonces_).sign(asked);
    ASSERT_TRUE(made.ok());
    std::vector<std::string> names;
    for (const Header& h : made->headers) names.push_back(h.name);
    std::vector<std::string> expected = {"X-Bittensor-Version", "X-Bittensor-Hotkey",
                                         "X-Bittensor-Nonce", "X-Bittensor-Signature"};
    if (scheme == Scheme::kEd25519) expected.emplace_back("X-Bittensor-Crypto");
    expected.insert(expected.end(), {"X-Bittensor-Receiver", "X-Yuma-Sign"});
    EXPECT_EQ(names, expected);
    EXPECT_EQ(made->headers[3].value, signature_text(*read_signature(made->headers[3].value)));
  }
}

TEST_F(SignerTest, AReceiverIsLeftOutOnlyOnPurpose) {
  auto asked = request();
  asked.receiver.reset();
  EXPECT_EQ(requests_.sign(asked).status().code(), absl::StatusCode::kInvalidArgument);
  asked.unbound = true;
  const auto made = requests_.sign(asked);
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->payload.ends_with("\n-"));
  for (const Header& h : made->headers) EXPECT_NE(h.name, kReceiverHeader);
  asked.receiver = bob_.public_key().bytes;
  EXPECT_FALSE(requests_.sign(asked).ok());
}

TEST_F(SignerTest, SendsOnlyTargetsThatEveryServerSeesAsTheyWereSigned) {
  for (const char* target : {"/", "/a", "/a?b", "/a?b?", "/a??", "/a?b=c&d", "/a//b", "/%20", "*",
                             "/a/../b", "http://203.0.113.7:8091/x?y=1"}) {
    EXPECT_TRUE(check_target(target).ok()) << target;
  }
  for (const char* target :
       {"", "a", "//", "//a", "/a?", "?", "/a b", " /a", "/a\t", "/a\n", "/a#b", "/\xc3\xa9",
        "/\x7f", "ftp://a/b", "/a\r\nX-Bittensor-Version: 1"}) {
    EXPECT_FALSE(check_target(target).ok()) << target;
    auto asked = request();
    asked.target = target;
    EXPECT_EQ(requests_.sign(asked).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(SignerTest, SendsOnlyMethodsThatAreTokens) {
  for (int c = 0; c < 256; ++c) {
    const std::string method = "A" + std::string(1, static_cast<char>(c));
    const bool token =
        c < 0x80 &&
        (std::isalnum(c) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos);
    EXPECT_EQ(check_method(method).ok(), token) << c;
  }
  EXPECT_FALSE(check_method("").ok());
}

TEST(Decimal, HasOneSpellingForEachNumber) {
  for (const std::uint64_t value : {0ULL, 1ULL, 9ULL, 10ULL, 9007199254740993ULL, ~0ULL}) {
    EXPECT_EQ(read_decimal(std::to_string(value)), value);
    EXPECT_EQ(read_decimal("0" + std::to_string(value)), std::nullopt);
    EXPECT_EQ(read_decimal("+" + std::to_string(value)), std::nullopt);
  }
  for (const char* text : {"", "-1", " 1", "1 ", "1_0", "0x1", "1.0", "1e3", "\xd9\xa1",
                           "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(read_decimal(text), std::nullopt) << text;
  }
}

TEST(Payload, IsReadOnlyAsItIsWritten) {
  const auto alice = key("//Alice").address(), bob = key("//Bob").address();
  const RequestPayload payload = {.method = "POST",
                                  .target = "/x",
                                  .body_sha256 = BodyHash::of(std::string_view()),
                                  .nonce = kNow,
                                  .sender = alice,
                                  .receiver = bob};
  const std::string text = build_payload(payload);
  ASSERT_TRUE(read_payload(text));
  EXPECT_FALSE(read_payload(text + "\n"));
  EXPECT_FALSE(read_payload("<Bytes>" + text + "</Bytes>"));
  test::Random random(3);
  int other = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(random.next());
    const auto read = read_payload(changed);
    if (!read) continue;
    EXPECT_EQ(build_payload(*read), changed);
    other += changed != text;
  }
  EXPECT_GT(other, 0);  // a digit of the hash or of the nonce, say
}

}  // namespace
}  // namespace yuma
