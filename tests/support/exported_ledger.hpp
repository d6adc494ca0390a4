// SPDX-License-Identifier: MIT
#pragma once

// An exported ledger taken apart, to be changed by those who know how and put together again.

#include <algorithm>
#include <string>
#include <vector>

#include "yuma/identity/hash.hpp"
#include "yuma/ledger/ledger.hpp"

namespace yuma::test {

struct ExportedParts {
  static constexpr char kGround = 1, kState = 2, kSeal = 3, kObject = 4;
  static constexpr std::size_t kHeader = 1 + 4;  // of a record: kind, length

  explicit ExportedParts(const std::string& bytes) {
    for (std::size_t at = line().size(); at < bytes.size();) {
      std::size_t size = 0;
      for (std::size_t i = 4; i > 0; --i) {
        size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
      }
      records.push_back(bytes.substr(at, kHeader + size));
      at += kHeader + size;
    }
    records.pop_back();
  }

  static std::string line() { return "yuma-ledger 1\n"; }

  static std::string record(char kind, ByteView bytes) {
    std::string out(1, kind);
    for (std::size_t i = 0; i < 4; ++i) out += static_cast<char>(bytes.size() >> (8 * i));
    return out + std::string(text_of(bytes));
  }
  static Bytes bytes_in(const std::string& record) {
    const ByteView all = bytes_of(record);
    return {all.begin() + kHeader, all.end()};
  }

  /// Put together, with a right hash.
  std::string whole() const {
    std::string out = line();
    for (const std::string& record : records) out += record;
    const Bytes32 hash = blake2b_256(bytes_of(out));
    return out + record('\xff', hash);
  }

  /// Where the first record of a kind is.
  std::size_t first(char kind) const {
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const std::string& r) { return r[0] == kind; });
    return static_cast<std::size_t>(found - records.begin());
  }
  /// Where an object is.
  std::size_t of(const Bytes32& id) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const std::string& r) {
      return r[0] == kObject && kept_object(bytes_in(r))->id == id;
    });
    return static_cast<std::size_t>(found - records.begin());
  }
  void erase(std::size_t at) { records.erase(records.begin() + static_cast<std::ptrdiff_t>(at)); }

  /// In the order in which objects must be.
  void sort_objects() {
    const auto place = [](const std::string& r) {
      const auto object = kept_object(bytes_in(r)).value();
      return std::tuple(object.epoch, object.kind, object.id);
    };
    std::sort(records.begin() + static_cast<std::ptrdiff_t>(first(kObject)), records.end(),
              [&](const auto& a, const auto& b) { return place(a) < place(b); });
  }

  std::vector<std::string> records;
};

}  // namespace yuma::test
