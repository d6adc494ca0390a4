// SPDX-License-Identifier: MIT
#pragma once

// What nodes send each other: objects that are pushed, and questions with their answers, as over
// HTTP.

#include <cstdint>
#include <variant>
#include <vector>

#include "tests/simulator/fault.hpp"
#include "yuma/seal/messages.hpp"

namespace yuma::simulator {

struct Push {
  Bytes object;
};
/// Questions carry the uid that was asked; the answer gives it back, and counts as from there.
struct StatusQuestion {
  std::uint16_t asked = 0;
};
struct StatusAnswer {
  std::uint16_t asked = 0;
  seal::Status status;
};
struct ObjectsQuestion {
  std::uint16_t asked = 0;
  std::vector<Bytes32> ids;
};
struct SealQuestion {
  std::uint16_t asked = 0;
  std::uint64_t epoch = 0;
};
struct ObjectsAnswer {
  std::uint16_t asked = 0;
  std::vector<Bytes> objects;
};
using Message =
    std::variant<Push, StatusQuestion, StatusAnswer, ObjectsQuestion, SealQuestion, ObjectsAnswer>;

struct Envelope {
  NodeId from = 0, to = 0;
  Message message;
};

}  // namespace yuma::simulator
