// SPDX-License-Identifier: MIT

#include "net/http_reader.hpp"

// Before Beast.
#include "yuma/net/asio.hpp"
// After Asio.
#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <utility>

namespace yuma::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using BeastError = beast::http::error;

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kShortestEnd = "0\r\n\r\n";  // of a chunked body

constexpr std::size_t kFirstCapacity = std::size_t{8} << 10;
constexpr std::size_t kBodyCapacity = std::size_t{64} << 10;  // when much is to come

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// What Beast's word means for whoever sent the message.
Fault fault_of(const error_code& error) {
  if (error == BeastError::bad_version) return {505, "the version must be HTTP/1.1 or HTTP/1.0"};
  if (error == BeastError::header_limit) return {431, "there are too many header fields"};
  if (error == BeastError::body_limit) return {413, "the body is longer than allowed"};
  if (error == BeastError::bad_method) return {400, "the request line has no method"};
  if (error == BeastError::bad_target) return {400, "the request line has no proper target"};
  if (error == BeastError::bad_content_length) {
    return {400, "Content-Length is given twice, or beside Transfer-Encoding, or no number"};
  }
  if (error == BeastError::bad_transfer_encoding) {
    return {400, "Transfer-Encoding is given twice, or beside Content-Length"};
  }
  if (error == BeastError::unexpected_body) {
    return {501, "no Transfer-Encoding but \"chunked\" is known here"};
  }
  if (error == BeastError::bad_obs_fold) return {400, "a header field is folded"};
  if (error == BeastError::bad_chunk || error == BeastError::bad_chunk_extension) {
    return {400, "a chunk of the body is malformed"};
  }
  return {400, "a header field, or a line's end, is malformed"};
}

bool begins_request(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '\r' || c == '\n';
}

}  // namespace

/// Beast's parser for one message, which tells us what it finds.
template <bool kRequest>
struct Reader<kRequest>::Parser final : beast::http::basic_parser<kRequest> {
  using Base = beast::http::basic_parser<kRequest>;
  using Text = beast::string_view;

  explicit Parser(Reader& owner) : reader(owner) {
    this->header_limit(static_cast<std::uint32_t>(reader.limits_.max_header));
    this->body_limit(UINT64_MAX);  // ours is
    this->skip(reader.no_body_);
  }

  void on_request_impl(beast::http::verb, Text method, Text target, int version,
                       error_code&) override {
    reader.head_.method = view(method);
    reader.head_.target = view(target);
    reader.head_.http11 = version >= kVersion11;
  }

  void on_response_impl(int status, Text, int version, error_code&) override {
    reader.head_.status = status;
    reader.head_.http11 = version >= kVersion11;
  }

  void on_field_impl(beast::http::field field, Text name, Text value, error_code& error) override {
    if (reader.in_body_) {
      reader.trailer_.push_back({std::string(view(name)), std::string(view(value))});
      return;
    }
    Head& head = reader.head_;
    if (head.headers.size() >= reader.limits_.max_headers) {
      error = BeastError::header_limit;
      return;
    }
    head.headers.push_back({view(name), view(value)});
    if (!reader.in_buffer(value.data())) {  // put together from several lines
      error = BeastError::bad_obs_fold;
      return;
    }
    switch (field) {
      case beast::http::field::content_length:
        if (lengths++ > 0 || value.find(',') != Text::npos) error = BeastError::bad_content_length;
        break;
      case beast::http::field::transfer_encoding:
        if (!same_header(view(value), "chunked") || !head.http11) {
          error = BeastError::unexpected_body;
        }
        break;
      case beast::http::field::host:
        ++hosts;
        break;
      case beast::http::field::expect:
        head.expects_continue = same_header(view(value), "100-continue");
        odd_expectation = !head.expects_continue;
        break;
      default:
        break;
    }
  }

  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t size, Text, error_code&) override { chunk_left = size; }
  void on_finish_impl(error_code&) override {}

  std::size_t on_body_impl(Text piece, error_code& error) override { return take(piece, error); }
  std::size_t on_chunk_body_impl(std::uint64_t, Text piece, error_code& error) override {
    const std::size_t taken = take(piece, error);
    chunk_left -= taken;
    return taken;
  }

  std::size_t take(Text piece, error_code& error) {
    if (piece.size() > reader.body_left_) {
      error = BeastError::body_limit;
      return 0;
    }
    reader.body_left_ -= piece.size();
    if (out != nullptr) out->append(piece.data(), piece.size());
    return piece.size();
  }

  static constexpr int kVersion11 = 11;
  Reader& reader;
  std::string* out = nullptr;
  std::uint64_t chunk_left = 0;
  int lengths = 0, hosts = 0;
  bool odd_expectation = false;
};

template <bool kRequest>
Reader<kRequest>::Reader(const ReaderLimits& limits) : limits_(limits) {}
template <bool kRequest>
Reader<kRequest>::~Reader() = default;

template <bool kRequest>
bool Reader<kRequest>::in_buffer(const char* at) const {
  return at == nullptr || (at >= buffer_.get() && at <= buffer_.get() + capacity_);
}

template <bool kRequest>
std::span<char> Reader<kRequest>::space() {
  if (begin_ == end_) begin_ = end_ = 0;
  std::size_t wanted = std::max(capacity_, kFirstCapacity);
  if (in_body_ && begin_ == end_ && head_.content_length.value_or(kBodyCapacity) > capacity_) {
    wanted = kBodyCapacity;
  } else if (end_ == capacity_ && begin_ == 0 && capacity_ > 0) {
    wanted = 2 * capacity_;  // bounded: read_head() and read_body() fail before it is too much
  }
  if (wanted > capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
    buffer_ = std::move(larger);
    capacity_ = wanted;
    end_ -= begin_;
    begin_ = 0;
  } else if (begin_ > 0 && capacity_ - end_ < capacity_ / 2) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

template <bool kRequest>
Progress Reader<kRequest>::fail(int status, std::string_view detail) {
  fault_ = {status, detail};
  return Progress::kFault;
}

template <bool kRequest>
Progress Reader<kRequest>::read_head() {
  for (;;) {
    std::string_view bytes(buffer_.get() + begin_, end_ - begin_);
    if (kRequest) {
      // Some clients end a body with a line of its own.
      while (bytes.starts_with(kEndOfLine)) {
        bytes.remove_prefix(kEndOfLine.size());
        begin_ += kEndOfLine.size();
        scanned_ = 0;
      }
    }
    if (bytes.empty()) return Progress::kMore;
    if (kRequest && !begins_request(bytes.front())) {
      return fail(400, "this is no HTTP request");
    }
    const std::size_t from = scanned_ < kEndOfHead.size() ? 0 : scanned_ - kEndOfHead.size() + 1;
    const std::size_t end = bytes.find(kEndOfHead, from);
    scanned_ = bytes.size();
    const std::size_t size = end == std::string_view::npos ? bytes.size() : end + kEndOfHead.size();
    if (size > limits_.max_header) {
      return fail(431, "request line and headers are longer than allowed");
    }
    if (end == std::string_view::npos) return Progress::kMore;
    const Progress progress = parse_head(size);
    begin_ += size;
    if (progress == Progress::kFault || kRequest) return progress;
    constexpr int kHundred = 100, kSwitching = 101;
    if (head_.status == kSwitching) return fail(400, "the server speaks another protocol");
    if (head_.status / kHundred != 1) return progress;
    next();
  }
}

template <bool kRequest>
Progress Reader<kRequest>::parse_head(std::size_t size) {
  parser_ = std::make_unique<Parser>(*this);
  error_code error;
  const std::size_t used = parser_->put(asio::const_buffer(buffer_.get() + begin_, size), error);
  if (error) {
    fault_ = fault_of(error);
    return Progress::kFault;
  }
  if (used != size || !parser_->is_header_done()) return fail(400, "the headers are malformed");
  if (kRequest && (head_.http11 ? parser_->hosts != 1 : parser_->hosts > 1)) {
    return fail(400, "a request has one Host header");
  }
  if (kRequest && parser_->odd_expectation) {
    return fail(417, "no expectation but \"100-continue\" is met here");
  }
  head_.chunked = parser_->chunked();
  const auto length = parser_->content_length();
  if (length) head_.content_length = *length;
  head_.has_body = !parser_->is_done();
  if (!head_.has_body && !head_.content_length) head_.content_length = 0;
  head_.keep_alive = parser_->keep_alive();
  parser_->eager(true);
  return Progress::kDone;
}

template <bool kRequest>
Progress Reader<kRequest>::read_body(std::string* out) {
  in_body_ = true;
  parser_->out = out;
  while (!parser_->is_done()) {
    if (begin_ == end_) return Progress::kMore;
    // Outside a chunk at least this much follows; Beast 1.74 asserts it.
    const bool between_chunks = head_.chunked && parser_->chunk_left == 0;
    if (between_chunks && end_ - begin_ < kShortestEnd.size()) return Progress::kMore;
    error_code error;
    const std::size_t used =
        parser_->put(asio::const_buffer(buffer_.get() + begin_, end_ - begin_), error);
    begin_ += used;
    if (error == BeastError::need_more) {
      // The line before a chunk, or the fields after the last one.
      if (end_ - begin_ >= limits_.max_header) return fail(400, "a chunk's head is too long");
      return Progress::kMore;
    }
    if (error) {
      fault_ = fault_of(error);
      return Progress::kFault;
    }
  }
  return Progress::kDone;
}

template <bool kRequest>
Progress Reader<kRequest>::end_of_input() {
  if (parser_ == nullptr || !in_body_) return fail(400, "the connection was closed");
  error_code error;
  parser_->put_eof(error);
  return error ? fail(400, "the connection was closed before the body's end") : Progress::kDone;
}

template <bool kRequest>
void Reader<kRequest>::next() {
  parser_.reset();
  scanned_ = 0;
  std::vector<HeaderView> headers = std::move(head_.headers);  // keep its memory
  headers.clear();
  head_ = {};
  head_.headers = std::move(headers);
  trailer_.clear();
  body_left_ = UINT64_MAX;
  in_body_ = false;
  if (begin_ == end_ && capacity_ > kFirstCapacity) {
    buffer_.reset();
    capacity_ = 0;
  }
  if (begin_ == end_) begin_ = end_ = 0;
}

template class Reader<true>;
template class Reader<false>;

}  // namespace yuma::http
