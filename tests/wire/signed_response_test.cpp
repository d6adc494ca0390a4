// SPDX-License-Identifier: MIT

#include "yuma/wire/signed_response.hpp"

#include <gtest/gtest.h>

#include "tests/wire/signed_request.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using test::key;
using test::kNow;

class ResponseTest : public testing::TestWithParam<Scheme> {
 protected:
  ResponseTest() {
    OutgoingRequest request = {.target = "/generate",
                               .body_sha256 = BodyHash::of(std::string_view("question")),
                               .receiver = server_.public_key().bytes,
                               .wants_signature = true};
    sent_ = *RequestSigner(client_, nonces_).sign(request);
    VerifierOptions options;
    options.started_ns = 0;
    options.hotkey = server_.public_key().bytes;
    received_ = *test::verifier_of(options).verify("POST", "/generate", views_of(sent_.headers),
                                                   bytes_of("question"), kNow);
  }

  std::vector<Header> answer(unsigned status = 200) {
    return *sign_response(server_, received_, status, body_);
  }
  ResponseVerdict check(const std::vector<Header>& headers, unsigned status = 200) {
    return check_response(sent_, server_.public_key(), status, body_, views_of(headers));
  }

  LocalSigner client_{key("//Alice")}, server_{key("//Bob", GetParam())};
  NonceSource nonces_{[] { return kNow; }};
  SignedRequest sent_;
  AuthenticRequest received_;
  Bytes32 body_ = BodyHash::of(std::string_view("answer"));
};

TEST_P(ResponseTest, IsAskedForAndPasses) {
  EXPECT_TRUE(received_.wants_signature);
  EXPECT_EQ(check(answer()), ResponseVerdict::kSigned);
  EXPECT_EQ(answer()[0].name, "X-Yuma-Signature");
  EXPECT_EQ(answer()[1], (Header{"X-Yuma-Crypto-Type", std::string(scheme_name(GetParam()))}));
}

TEST_P(ResponseTest, HasTheLinesOfTheProtocol) {
  const std::string server = server_.public_key().address(), client = sent_.sender;
  const std::string text = build_response_payload({.scheme = GetParam(),
                                                   .status = 200,
                                                   .body_sha256 = body_,
                                                   .request_sha256 = BodyHash::of(sent_.payload),
                                                   .nonce = sent_.nonce,
                                                   .server = server,
                                                   .client = client});
  EXPECT_EQ(text, "yuma-response/1\n" + std::string(scheme_name(GetParam())) + "\n200\n" +
                      to_hex(body_) + "\n" + to_hex(BodyHash::of(sent_.payload)) + "\n" +
                      std::to_string(kNow) + "\n" + server + "\n" + client);
  EXPECT_TRUE(verify(server_.public_key(), bytes_of(text), *read_signature(answer()[0].value)));
  const auto read = read_response_payload(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(build_response_payload(*read), text);
  EXPECT_FALSE(read_response_payload(text + "\n"));
  EXPECT_FALSE(read_payload(text));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] ^= 1;
    const auto other = read_response_payload(changed);
    EXPECT_TRUE(!other || build_response_payload(*other) == changed);
  }
}

TEST_P(ResponseTest, AnyChangeIsNoticed) {
  const auto headers = answer();
  EXPECT_EQ(check(headers, 201), ResponseVerdict::kBadSignature);
  EXPECT_EQ(check(headers, 20000), ResponseVerdict::kBadSignature);
  const auto other_body = BodyHash::of(std::string_view("Answer"));
  EXPECT_EQ(check_response(sent_, server_.public_key(), 200, other_body, views_of(headers)),
            ResponseVerdict::kBadSignature);
  EXPECT_EQ(check_response(sent_, key("//Charlie", GetParam()).public_key(), 200, body_,
                           views_of(headers)),
            ResponseVerdict::kBadSignature);
  auto other_request = sent_;  // the answer to it is another one, though all else is equal
  other_request.payload.back() ^= 1;
  EXPECT_EQ(check_response(other_request, server_.public_key(), 200, body_, views_of(headers)),
            ResponseVerdict::kBadSignature);
}

TEST_P(ResponseTest, MissingAndMalformedSignaturesAreNoAnswer) {
  EXPECT_EQ(check({}), ResponseVerdict::kUnsigned);
  EXPECT_EQ(check({answer()[1]}), ResponseVerdict::kUnsigned);
  EXPECT_EQ(check({answer()[0]}), ResponseVerdict::kMalformed);
  EXPECT_EQ(check({answer()[0], answer()[1], answer()[0]}), ResponseVerdict::kMalformed);
  EXPECT_EQ(check({answer()[0], answer()[1], answer()[1]}), ResponseVerdict::kMalformed);
  EXPECT_EQ(check({answer()[0], {"X-Yuma-Crypto-Type", "rsa"}}), ResponseVerdict::kMalformed);
  EXPECT_EQ(check({{"X-Yuma-Signature", "0x00"}, answer()[1]}), ResponseVerdict::kMalformed);
  const bool ed = GetParam() == Scheme::kEd25519;
  EXPECT_EQ(check({answer()[0], {"X-Yuma-Crypto-Type", ed ? "sr25519" : "ed25519"}}),
            ResponseVerdict::kBadSignature);
}

TEST_P(ResponseTest, RefusesToSignAStatusThatHttpDoesNotHave) {
  for (const unsigned status : {0U, 99U, 1000U}) {
    EXPECT_FALSE(sign_response(server_, received_, status, body_).ok());
    EXPECT_FALSE(signature_event(server_, received_, status, body_).ok());
  }
}

// However the stream is cut into pieces, the application gets its own events, all of them and
// nothing else, and the verdict is the same.
TEST_P(ResponseTest, AStreamOfEventsEndsWithItsSignature) {
  test::Random random(5);
  for (const std::string events :
       {"", "data: 1\n\n", "event: yuma\ndata: x\n\nevent: yuma-signaturf\n\n",
        "event: yuma-signature\ndat: no\n\nevent: event: yuma-signature\ndata: \n\n",
        "event: yuma-signature\nevent: yuma-signature\n\n"}) {
    BodyHash hash;
    hash.add(events);
    const std::string stream = events + *signature_event(server_, received_, 200, hash.digest());
    for (int k = 0; k < 50; ++k) {
      SignedEventStream reader;
      std::string handed_on;
      for (std::string_view rest = stream; !rest.empty();) {
        const std::size_t size =
            std::min<std::size_t>(rest.size(), 1 + random.below(k < 25 ? 3 : 99));
        handed_on += reader.add(rest.substr(0, size));
        rest.remove_prefix(size);
      }
      ASSERT_EQ(handed_on, events);
      ASSERT_EQ(reader.finish(sent_, server_.public_key(), 200), ResponseVerdict::kSigned);
    }
  }
}

TEST_P(ResponseTest, AStreamThatIsCutOrChangedIsNoAnswer) {
  const std::string events = "data: 1\n\ndata: 2\n\n";
  const std::string last = *signature_event(server_, received_, 200, BodyHash::of(events));
  const auto verdict_of = [&](const std::string& stream) {
    SignedEventStream reader;
    reader.add(stream);
    return reader.finish(sent_, server_.public_key(), 200);
  };
  EXPECT_EQ(verdict_of(events + last), ResponseVerdict::kSigned);
  EXPECT_EQ(verdict_of(events), ResponseVerdict::kUnsigned);
  EXPECT_EQ(verdict_of("data: 1\n\n" + last), ResponseVerdict::kBadSignature);
  for (std::size_t size = 0; size < last.size(); ++size) {
    EXPECT_NE(verdict_of(events + last.substr(0, size)), ResponseVerdict::kSigned);
  }
  EXPECT_EQ(verdict_of(events + last + "data: 3\n\n"), ResponseVerdict::kMalformed);
  EXPECT_NE(verdict_of(events + last + last), ResponseVerdict::kSigned);
  EXPECT_NE(verdict_of(events + last + std::string(100'000, 'x')), ResponseVerdict::kSigned);
}

// An application's line that looks like the last event ends the stream for the reader: its
// signature is then wrong, never skipped.
TEST_P(ResponseTest, AnEventThatLooksLikeTheLastOneIsNoWayIn) {
  const std::string forged = "event: yuma-signature\ndata: sr25519 0x00\n\n";
  const std::string stream =
      forged + *signature_event(server_, received_, 200, BodyHash::of(forged));
  SignedEventStream reader;
  EXPECT_EQ(reader.add(stream), "");
  EXPECT_NE(reader.finish(sent_, server_.public_key(), 200), ResponseVerdict::kSigned);
}

INSTANTIATE_TEST_SUITE_P(Schemes, ResponseTest, testing::Values(Scheme::kSr25519, Scheme::kEd25519),
                         [](const auto& scheme) { return std::string(scheme_name(scheme.param)); });

TEST(BodyHash, IsTheSameHoweverTheBodyComes) {
  EXPECT_EQ(to_hex(BodyHash::of(std::string_view())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(BodyHash::of(R"({"prompt": "hello"})")),
            "341c57448e531310fbbe83f44cea2a5e838bd9e8a6b82b269f01d0dbbc23c3cc");
  test::Random random(11);
  std::string body(10'000, '\0');
  for (char& c : body) c = static_cast<char>(random.next());
  BodyHash hash;
  for (std::string_view rest = body; !rest.empty();) {
    const std::size_t size = std::min<std::size_t>(rest.size(), random.below(200));
    hash.add(rest.substr(0, size));
    rest.remove_prefix(size);
    EXPECT_EQ(hash.digest(),
              BodyHash::of(std::string_view(body).substr(0, body.size() - rest.size())));
  }
  BodyHash moved = std::move(hash);
  EXPECT_EQ(moved.digest(), sha256(bytes_of(body)));
}

}  // namespace
}  // namespace yuma
