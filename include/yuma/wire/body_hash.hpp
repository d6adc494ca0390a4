// SPDX-License-Identifier: MIT
#pragma once

// SHA-256 of a body that comes in pieces.

#include <memory>

#include "yuma/identity/bytes.hpp"

namespace yuma {

class BodyHash {
 public:
  BodyHash();
  ~BodyHash();
  BodyHash(BodyHash&& other) noexcept;
  BodyHash& operator=(BodyHash&& other) noexcept;

  void add(ByteView piece);
  void add(std::string_view piece) { add(bytes_of(piece)); }
  /// The hash of all pieces so far; more may follow.
  Bytes32 digest() const;

  /// The hash of a body that is there as a whole.
  static Bytes32 of(ByteView body);
  static Bytes32 of(std::string_view body) { return of(bytes_of(body)); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yuma
