// SPDX-License-Identifier: MIT
#pragma once

// What happened, line by line: printed where someone wants to read it, and always added to a
// digest, which is the same for two runs that did the same.

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "tests/simulator/event_queue.hpp"
#include "tests/simulator/fault.hpp"
#include "yuma/identity/bytes.hpp"

namespace yuma::simulator {

/// The first eight digits: enough to tell objects apart.
inline std::string short_id(const Bytes32& id) { return to_hex(ByteView(id).first(4)); }

class Trace {
 public:
  Trace(const EventQueue& queue, std::FILE* out) : queue_(queue), out_(out) {}

  template <class... Args>
  void line(NodeId node, const absl::FormatSpec<Args...>& format, const Args&... args) {
    add(absl::StrFormat("%12.3f  node %3d  %s\n", static_cast<double>(queue_.now()) / 1000, node,
                        absl::StrFormat(format, args...)));
  }

  std::uint64_t digest() const { return digest_; }

 private:
  void add(const std::string& line) {
    for (const char c : line) {  // FNV-1a
      digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    if (out_ != nullptr) std::fputs(line.c_str(), out_);
  }

  const EventQueue& queue_;
  std::FILE* out_;
  std::uint64_t digest_ = 0xcbf29ce484222325U;
};

}  // namespace yuma::simulator
