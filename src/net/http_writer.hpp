// SPDX-License-Identifier: MIT
#pragma once

// HTTP/1.1 messages as bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "yuma/net/http.hpp"

namespace yuma::http {

/// Whether a name and a value may stand in a header: nobody can end the line with one.
bool is_good_header(std::string_view name, std::string_view value);

/// "Date: ...\r\n" of this second.
std::string_view date_line();

/// Appends the head of an answer, its empty line included; false, with nothing that counts in
/// `out`, where a header must not be sent. Headers that are the server's business are left out.
/// `length`: of a body that is there; nothing for one in chunks or until the end.
struct AnswerHead {
  int status = 200;
  const std::vector<Header>& headers;
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool keep_alive = true;
  bool http11 = true;
};
bool append_answer_head(std::string& out, const AnswerHead& head);

/// Appends a request's head; false where something must not be sent.
bool append_request_head(std::string& out, const HttpRequest& request, std::string_view host);

/// The size line of a chunk, and of a trailer the last chunk with its fields.
void append_chunk_size(std::string& out, std::size_t size);
bool append_trailer(std::string& out, const std::vector<Header>& trailer);

}  // namespace yuma::http
