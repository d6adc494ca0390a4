// SPDX-License-Identifier: MIT
#pragma once

// What one engine was told, event by event. An engine is a pure state machine: given the same again
// it does the same again, so it can be measured alone, as often as needed, and in a process of its
// own.

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "yuma/replica/genesis.hpp"
#include "yuma/seal/messages.hpp"

namespace yuma::bench {

struct Recording {
  Bytes genesis;              ///< encode_genesis()
  PublicKey own;              ///< the engine's
  std::vector<Bytes> events;  ///< encode_event(), in order
  /// The epoch that is measured: from this event on.
  std::size_t begin = 0;
  /// In it, the event before which commits and vectors are held, and no haves.
  std::size_t waiting = 0;
};

/// A status as it is counted here: 35 bytes for each object held, and a head.
Bytes encode_status(const seal::Status& status);

Bytes encode_event(const seal::Event& event);
seal::Event decode_event(ByteView bytes);
/// "vector", "signed vector", "status", "clock", "weights", ...
std::string name_of(const seal::Event& event);

void write_recording(const Recording& recording, const std::string& path);
Recording read_recording(const std::string& path);

/// Ends the program: something that is measured did not do what it should.
[[noreturn]] void fail(std::string_view what);

template <class T>
T must(absl::StatusOr<T> result) {
  if (!result.ok()) fail(std::string(result.status().message()));
  return *std::move(result);
}

}  // namespace yuma::bench
