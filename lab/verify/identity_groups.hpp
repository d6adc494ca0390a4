// SPDX-License-Identifier: MIT
#pragma once

// What the files of recorded keys, signatures, requests, key files and weights hold: a table of
// groups for each kind of file.

#include <cstdint>
#include <span>
#include <string_view>

#include "lab/verify/identity.hpp"

namespace yuma::lab {

enum class Shape : std::uint8_t {
  kNote,    ///< no case: where the data are from, or input of other groups
  kOne,     ///< the value is a case
  kEach,    ///< each element of a list, or field of an object, is one
  kGroups,  ///< an object of groups
};

/// A field of a document. Without a function its cases need the chain client.
struct Group {
  std::string_view field;
  Shape shape = Shape::kNote;
  const char* suite = "";
  void (*run)(Case&) = nullptr;
  std::span<const Group> groups = {};  ///< in the field; of kOne: cases besides the one it is
};

/// The groups of a document's kind, which is told by its fields; empty for any other document.
std::span<const Group> groups_of(const Json& document);

}  // namespace yuma::lab
