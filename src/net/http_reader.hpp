// SPDX-License-Identifier: MIT
#pragma once

// Reads HTTP/1.1 messages from bytes as they come: no sockets, no clock. Beast parses; this keeps
// the buffer, bounds everything, and is stricter where two parsers might understand a message
// differently: no folded or repeated framing headers, no transfer coding but "chunked".

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yuma/wire/btauth.hpp"

namespace yuma::http {

enum class Progress : std::uint8_t {
  kMore,   ///< bytes are needed
  kDone,   ///< the head, or the body, is there
  kFault,  ///< see fault()
};

/// What is wrong with a message: a status to answer a request with, and words.
struct Fault {
  int status = 400;
  std::string_view detail;
};

/// The head of a message. Views point into the reader's buffer, until bytes are asked for again.
struct Head {
  std::string_view method, target;  ///< of a request
  int status = 0;                   ///< of a response
  bool http11 = false;
  std::vector<HeaderView> headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool has_body = false;
  bool keep_alive = false;
  bool expects_continue = false;
};

struct ReaderLimits {
  std::size_t max_header = std::size_t{32} << 10;  ///< bytes
  std::size_t max_headers = 100;
};

/// Request: reads requests; otherwise responses.
template <bool kRequest>
class Reader {
 public:
  explicit Reader(const ReaderLimits& limits);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Where bytes may be put, at least one; then say how many were.
  std::span<char> space();
  void commit(std::size_t count) { end_ += count; }
  /// Whether there is no byte that was not read yet.
  bool empty() const { return begin_ == end_; }

  /// Reads the head of the next message. Interim responses (1xx) are passed over.
  Progress read_head();
  const Head& head() const { return head_; }

  /// A response to HEAD has no body. Before read_head().
  void expect_no_body(bool none) { no_body_ = none; }

  /// Longest body; before read_body().
  void body_limit(std::uint64_t bytes) { body_left_ = bytes; }
  /// Appends what is there of the body to `out`; nothing is kept where that is null.
  Progress read_body(std::string* out);
  /// The other side has closed. kDone where that ends the body of a response.
  Progress end_of_input();
  /// The fields that followed a chunked body.
  const std::vector<Header>& trailer() const { return trailer_; }

  /// Why kFault. Nothing more can be read then.
  const Fault& fault() const { return fault_; }

  /// After the body (or the head, where there is none): ready for the next message.
  void next();

 private:
  struct Parser;

  Progress fail(int status, std::string_view detail);
  Progress parse_head(std::size_t size);
  /// Whether this lies in the buffer: a view of what was received, not of a copy.
  bool in_buffer(const char* at) const;

  ReaderLimits limits_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
  std::size_t scanned_ = 0;  // of the head that is not complete
  Head head_;
  std::vector<Header> trailer_;
  Fault fault_;
  std::uint64_t body_left_ = UINT64_MAX;
  bool in_body_ = false, no_body_ = false;
};

using RequestReader = Reader<true>;
using ResponseReader = Reader<false>;

}  // namespace yuma::http
