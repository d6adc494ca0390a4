// SPDX-License-Identifier: MIT

// What HTTP is put together from: endpoints, buckets, reading and writing of messages.

#include <gtest/gtest.h>

#include "net/http_reader.hpp"
#include "net/http_writer.hpp"
#include "yuma/net/admission.hpp"
#include "yuma/net/endpoint.hpp"

namespace yuma {
namespace {

using http::Progress;
using http::RequestReader;
using http::ResponseReader;
using namespace std::chrono_literals;

TEST(Endpoint, ReadsAndPrints) {
  const auto read = [](std::string_view text) { return *parse_endpoint(text); };
  EXPECT_EQ(read("Example.org:8091"), (Endpoint{"example.org", 8091}));
  EXPECT_EQ(read("192.0.2.7:1"), (Endpoint{"192.0.2.7", 1}));
  EXPECT_EQ(read("[2001:DB8::7]:65535"), (Endpoint{"2001:db8::7", 65535}));
  EXPECT_EQ(*parse_endpoint("[::1]", 80), (Endpoint{"::1", 80}));
  EXPECT_EQ(*parse_endpoint("host", 80), (Endpoint{"host", 80}));
  EXPECT_EQ(*parse_endpoint("0.0.0.0:0", std::nullopt, true), (Endpoint{"0.0.0.0", 0}));
  for (const char* text : {"a.b:1", "[::1]:80", "10.0.0.1:8091"}) {
    EXPECT_EQ(endpoint_text(read(text)), text);
  }
}

TEST(Endpoint, RefusesOthersWithTheReason) {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "no host"},
           {":80", "no host"},
           {"host", "port is missing"},
           {"host:", "1 to 65535"},
           {"host:0", "1 to 65535"},
           {"host:65536", "1 to 65535"},
           {"host:080", "1 to 65535"},
           {"host:+1", "1 to 65535"},
           {"::1:80", "brackets"},
           {"[::1:80", "not closed"},
           {"[::1]80", "\":port\""},
           {"a b:1", "characters"},
           {"a/b:1", "characters"},
           {"ho\r\nst:1", "characters"},
           {std::string(254, 'a') + ":1", "too long"}}) {
    const auto read = parse_endpoint(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(std::string(read.status().message()).find(why), std::string::npos) << read.status();
  }
}

const auto kStart = Admission::Clock::now();
asio::ip::address address(const char* text) { return asio::ip::make_address(text); }

TEST(Admission, AnAddressHasItsBurstAndThenItsRate) {
  Admission admission({.per_address = {10, 3}, .failure_cost = 2});
  const auto a = address("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(admission.take(a, kStart));
  EXPECT_FALSE(admission.take(a, kStart));
  EXPECT_TRUE(admission.take(address("192.0.2.2"), kStart)) << "another address has its own";
  EXPECT_FALSE(admission.take(a, kStart + 99ms));
  EXPECT_TRUE(admission.take(a, kStart + 101ms));
}

TEST(Admission, FailuresCostMoreAndAreRemembered) {
  Admission admission({.per_address = {10, 3}, .failure_cost = 5});
  const auto a = address("192.0.2.1");
  EXPECT_FALSE(admission.suspect(a, kStart));
  EXPECT_TRUE(admission.take(a, kStart));
  for (int i = 0; i < 100; ++i) admission.failed(a, kStart);
  EXPECT_TRUE(admission.suspect(a, kStart));
  EXPECT_FALSE(admission.take(a, kStart + 390ms)) << "it owes a burst, not more";
  EXPECT_TRUE(admission.take(a, kStart + 410ms));
  EXPECT_FALSE(admission.suspect(a, kStart + 31s));
  EXPECT_EQ(admission.retry_after(), 1);
}

TEST(Admission, NeighboursInIpv6ShareABucketAndOthersDoNot) {
  Admission admission({.per_address = {1, 1}});
  EXPECT_TRUE(admission.take(address("2001:db8::1"), kStart));
  EXPECT_FALSE(admission.take(address("2001:db8::2"), kStart));
  EXPECT_TRUE(admission.take(address("2001:db8:0:1::1"), kStart));
  EXPECT_TRUE(admission.take(address("0.0.0.0"), kStart));
  EXPECT_TRUE(admission.take(address("::"), kStart));
}

TEST(Admission, AFullTableMakesRoomForOneBucketOfStrangers) {
  Admission admission({.per_address = {1, 2}, .max_addresses = 2});
  const auto a = address("10.0.0.1"), b = address("10.0.0.2"), c = address("10.0.0.3"),
             d = address("10.0.0.4");
  EXPECT_TRUE(admission.take(a, kStart));
  EXPECT_TRUE(admission.take(b, kStart));
  EXPECT_EQ(admission.addresses(), 2u);
  // Strangers share what one address has.
  EXPECT_TRUE(admission.take(c, kStart + 10ms) || admission.take(d, kStart + 10ms));
  for (int i = 0; i < 3; ++i) admission.take(i % 2 == 0 ? c : d, kStart + 10ms);
  EXPECT_FALSE(admission.take(c, kStart + 10ms));
  EXPECT_FALSE(admission.take(d, kStart + 10ms));
  EXPECT_TRUE(admission.take(a, kStart + 10ms)) << "who was there is not harmed";
  // Full buckets go.
  EXPECT_TRUE(admission.take(c, kStart + 10s));
  EXPECT_EQ(admission.addresses(), 1u);
}

TEST(Admission, NoRateIsNoLimit) {
  Admission admission({.per_address = {0, 0}});
  const auto a = address("192.0.2.1");
  for (int i = 0; i < 100'000; ++i) {
    admission.failed(a, kStart);
    ASSERT_TRUE(admission.take(a, kStart));
  }
  EXPECT_EQ(admission.addresses(), 0u);
}

TEST(HotkeyRates, ClaimsCostNothing) {
  HotkeyRates rates({1, 2});
  const AccountId hotkey = {7};
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(rates.has_token(hotkey, kStart));
  EXPECT_EQ(rates.hotkeys(), 0u);
  EXPECT_TRUE(rates.take(hotkey, kStart));
  EXPECT_TRUE(rates.take(hotkey, kStart));
  EXPECT_FALSE(rates.has_token(hotkey, kStart));
  EXPECT_FALSE(rates.take(hotkey, kStart));
  EXPECT_TRUE(rates.has_token(hotkey, kStart + 1100ms));
}

/// Gives a reader bytes, in pieces of a size.
template <bool kRequest>
class Fed {
 public:
  explicit Fed(std::string bytes, std::size_t piece = SIZE_MAX,
               const http::ReaderLimits& limits = {})
      : reader(limits), bytes_(std::move(bytes)), rest_(bytes_), piece_(piece) {}

  Progress head() {
    for (;;) {
      const Progress progress = reader.read_head();
      if (progress != Progress::kMore || !feed()) return progress;
    }
  }
  Progress body() {
    for (;;) {
      const Progress progress = reader.read_body(&text);
      if (progress != Progress::kMore || !feed()) return progress;
    }
  }
  bool feed() {
    if (rest_.empty()) return false;
    const std::span<char> space = reader.space();
    const std::size_t size = std::min({space.size(), rest_.size(), piece_});
    std::copy_n(rest_.data(), size, space.data());
    reader.commit(size);
    rest_.remove_prefix(size);
    return true;
  }

  http::Reader<kRequest> reader;
  std::string text;

 private:
  std::string bytes_;
  std::string_view rest_;
  std::size_t piece_;
};

TEST(HttpReader, ReadsRequestsHoweverTheyArrive) {
  const std::string bytes =
      "POST /a?b HTTP/1.1\r\nHost: h\r\nX-Two:  2 \r\nContent-Length: 5\r\n\r\nhello"
      "GET / HTTP/1.1\r\nhost: h\r\nConnection: close\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    Fed<true> in(bytes, piece);
    ASSERT_EQ(in.head(), Progress::kDone) << piece;
    const http::Head& head = in.reader.head();
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/a?b");
    ASSERT_EQ(head.headers.size(), 3u);
    EXPECT_EQ(head.headers[1].name, "X-Two");
    EXPECT_EQ(head.headers[1].value, "2");
    EXPECT_EQ(head.content_length, 5u);
    EXPECT_TRUE(head.has_body && head.keep_alive && head.http11);
    ASSERT_EQ(in.body(), Progress::kDone);
    EXPECT_EQ(in.text, "hello");
    in.reader.next();
    ASSERT_EQ(in.head(), Progress::kDone) << piece;
    EXPECT_EQ(in.reader.head().method, "GET");
    EXPECT_FALSE(in.reader.head().has_body);
    EXPECT_FALSE(in.reader.head().keep_alive);
    ASSERT_EQ(in.body(), Progress::kDone);
    in.reader.next();
    EXPECT_TRUE(in.reader.empty());
  }
}

TEST(HttpReader, ReadsChunksHoweverTheyArrive) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& [chunks, body, fields] :
       std::vector<std::tuple<std::string, std::string, std::size_t>>{
           {"0\r\n\r\n", "", 0},
           {"1\r\na\r\n0\r\n\r\n", "a", 0},
           {"3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", "abcd", 2},
           {"A\r\n0123456789\r\n00\r\n\r\n", "0123456789", 0}}) {
    const std::string bytes = head + chunks;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      Fed<true> in(bytes, piece);
      ASSERT_EQ(in.head(), Progress::kDone);
      EXPECT_TRUE(in.reader.head().chunked);
      ASSERT_EQ(in.body(), Progress::kDone) << chunks << " by " << piece;
      EXPECT_EQ(in.text, body);
      EXPECT_EQ(in.reader.trailer().size(), fields);
      in.reader.next();
      EXPECT_TRUE(in.reader.empty());
    }
  }
}

TEST(HttpReader, RefusesWhatCouldBeReadInTwoWays) {
  const std::string good = "Host: h\r\n";
  for (const auto& [request, status] : std::vector<std::pair<std::string, int>>{
           {"\x16\x03\x01", 400},  // TLS
           {std::string("\0\0\0\0", 4), 400},
           {"GET\r\n\r\n", 400},
           {"GET /\r\n\r\n", 400},
           {"G@T / HTTP/1.1\r\n" + good + "\r\n", 400},
           {"GET / HTTP/1.1\r\n\r\n", 400},  // no Host
           {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
           {"GET / HTTP/2.0\r\n" + good + "\r\n", 505},
           {"GET / HTTP/1.1\r\n" + good + "A: b\r\n c\r\n\r\n", 400},  // folded
           {"GET / HTTP/1.1\r\n" + good + "A : b\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n" + good + "A: b\x01\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n" + good + ": b\r\n\r\n", 400},
           {"GET / HTTP/1.1\r\n" + good + "A: b\n\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: 1, 1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: -1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: 0x1\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good + "Content-Length: 99999999999999999999\r\n\r\n", 400},
           {"POST / HTTP/1.1\r\n" + good +
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400},
           {"POST / HTTP/1.1\r\n" + good +
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
            400},
           {"POST / HTTP/1.1\r\n" + good + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
           {"POST / HTTP/1.1\r\n" + good + "Transfer-Encoding: identity\r\n\r\n", 501},
           {"POST / HTTP/1.0\r\n" + good + "Transfer-Encoding: chunked\r\n\r\n", 501},
           {"POST / HTTP/1.1\r\n" + good +
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            400},
           {"POST / HTTP/1.1\r\n" + good + "Expect: 200-ok\r\n\r\n", 417}}) {
    for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
      Fed<true> in(request, piece);
      EXPECT_EQ(in.head(), Progress::kFault) << request;
      EXPECT_EQ(in.reader.fault().status, status) << request << in.reader.fault().detail;
      EXPECT_FALSE(in.reader.fault().detail.empty());
    }
  }
}

TEST(HttpReader, BoundsHeadsAndBodies) {
  const std::string long_field = "A: " + std::string(1000, 'x') + "\r\n";
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 40; ++i) request += long_field;
  for (const std::size_t piece : {std::size_t{7}, SIZE_MAX}) {
    Fed<true> in(request, piece);  // it never ends
    EXPECT_EQ(in.head(), Progress::kFault);
    EXPECT_EQ(in.reader.fault().status, 431);
    Fed<true> whole(request + "\r\n", piece);
    EXPECT_EQ(whole.head(), Progress::kFault);
    EXPECT_EQ(whole.reader.fault().status, 431);
    Fed<true> allowed(request + "\r\n", piece, {.max_header = 65536});
    EXPECT_EQ(allowed.head(), Progress::kDone);
    Fed<true> many(request + "\r\n", piece, {.max_header = 65536, .max_headers = 40});
    EXPECT_EQ(many.head(), Progress::kFault);
    EXPECT_EQ(many.reader.fault().status, 431);
  }
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& [chunks, status] :
       std::vector<std::pair<std::string, int>>{{"5\r\n01234\r\n1\r\n5\r\n", 413},
                                                {"FFFFFFFFFFFFFFFFF\r\n", 400},
                                                {"FFFFFFFFFFFFFFFE\r\n012345", 413},
                                                {"x\r\n", 400},
                                                {"5\r\n01234x\r\n", 400},
                                                {"1;" + std::string(40'000, 'e'), 400},
                                                {"0\r\nA: " + std::string(40'000, 'e'), 400}}) {
    Fed<true> in(head + chunks + std::string(8, ' '));
    ASSERT_EQ(in.head(), Progress::kDone);
    in.reader.body_limit(5);
    EXPECT_EQ(in.body(), Progress::kFault) << chunks.substr(0, 40);
    EXPECT_EQ(in.reader.fault().status, status) << chunks.substr(0, 40);
  }
}

TEST(HttpReader, ReadsResponses) {
  const std::string bytes =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n"
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nX-T: 1\r\n\r\n"
      "HTTP/1.1 200 OK\r\n\r\nuntil the end";
  for (std::size_t piece = 1; piece < 70; ++piece) {
    Fed<false> in(bytes, piece);
    std::string seen;
    for (const int status : {200, 204, 404, 200}) {
      ASSERT_EQ(in.head(), Progress::kDone) << piece;
      EXPECT_EQ(in.reader.head().status, status);
      in.text.clear();
      const bool last = status == 200 && seen.size() > 3;
      ASSERT_EQ(in.body(), last ? Progress::kMore : Progress::kDone);
      seen += in.text + ".";
      if (last) {
        ASSERT_EQ(in.reader.end_of_input(), Progress::kDone);
        EXPECT_FALSE(in.reader.head().keep_alive);
      }
      in.reader.next();
    }
    EXPECT_EQ(seen, "ok..no.until the end.");
  }
}

TEST(HttpReader, KnowsAnswersThatAreNotWhole) {
  Fed<false> in("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
  ASSERT_EQ(in.head(), Progress::kDone);
  ASSERT_EQ(in.body(), Progress::kMore);
  EXPECT_EQ(in.reader.end_of_input(), Progress::kFault);
  Fed<false> head("HTTP/1.1 200 OK\r\nContent-Le");
  ASSERT_EQ(head.head(), Progress::kMore);
  EXPECT_EQ(head.reader.end_of_input(), Progress::kFault);
  Fed<false> switching("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  EXPECT_EQ(switching.head(), Progress::kFault);
  Fed<false> to_head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  to_head.reader.expect_no_body(true);
  ASSERT_EQ(to_head.head(), Progress::kDone);
  EXPECT_EQ(to_head.body(), Progress::kDone);
}

TEST(HttpWriter, WritesHeadsAndRefusesToSplitThem) {
  std::string out;
  const std::vector<Header> headers = {{"X-A", "1"}, {"Content-Length", "99"}, {"Date", "never"}};
  ASSERT_TRUE(http::append_answer_head(out, {.status = 200, .headers = headers, .length = 3}));
  EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << out;
  EXPECT_TRUE(out.ends_with(" GMT\r\nX-A: 1\r\nContent-Length: 3\r\n\r\n")) << out;
  for (const Header& bad : std::vector<Header>{{"", "x"},
                                               {"A B", "x"},
                                               {"A:", "x"},
                                               {"A\r\n", "x"},
                                               {"A", "x\r\nB: y"},
                                               {"A", "\n"},
                                               {"A", std::string(1, '\0')},
                                               {"A", "\x7f"}}) {
    EXPECT_FALSE(http::append_answer_head(out, {.status = 200, .headers = {bad}, .length = 0}));
    EXPECT_FALSE(http::append_trailer(out, {bad}));
    HttpRequest request;
    request.headers = {bad};
    EXPECT_FALSE(http::append_request_head(out, request, "h"));
  }
  EXPECT_FALSE(http::append_answer_head(out, {.status = 99, .headers = {}, .length = 0}));
  EXPECT_FALSE(http::append_answer_head(out, {.status = 1000, .headers = {}, .length = 0}));
  EXPECT_EQ(status_phrase(404), "Not Found");
  EXPECT_EQ(status_phrase(299), "");
}

TEST(Http, KnowsHeadersOfOneConnection) {
  for (const char* name :
       {"connection", "Transfer-Encoding", "Proxy-Authorization", "TE", "date"}) {
    EXPECT_TRUE(is_hop_header(name)) << name;
  }
  for (const char* name : {"Content-Type", "X-Te", "", "Proxy"}) {
    EXPECT_FALSE(is_hop_header(name)) << name;
  }
}

}  // namespace
}  // namespace yuma
