// SPDX-License-Identifier: MIT
#pragma once

// JSON from strangers: parsed strictly and within limits, and read field by field with errors that
// name the place (`input.weights[3][1]`), the value and what was expected there.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "yuma/fixed/assumptions.hpp"

namespace yuma {

/// Objects keep the order of their fields.
using Json = nlohmann::ordered_json;

// The most that is read: of a file, of nested levels, of fields in one object, of values in all.
// They bound what a hostile file costs to about half a minute (objects of 256 fields throughout)
// and 5 GB (empty lists throughout). 4,096 uids of which 256 validate all others have 26 MB.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{256} << 20;
inline constexpr std::size_t kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxJsonFields = 256;
inline constexpr std::size_t kMaxJsonValues = std::size_t{64} << 20;

/// The whole of a file, or of standard input for "-". InvalidArgument where it cannot be read or
/// has more than `max_bytes`.
absl::StatusOr<std::string> read_file(const std::filesystem::path& path,
                                      std::size_t max_bytes = kMaxJsonBytes);

/// Parses one JSON document. InvalidArgument for anything else, beyond the limits above, for a
/// field given twice and for a whole number that needs more than 64 bits.
absl::StatusOr<Json> parse_json(std::string_view text);

/// A place in a document; a chain of these lives on the stack while a document is read, so that the
/// text is only made for an error.
class JsonPath {
 public:
  explicit JsonPath(std::string_view key) : key_(key) {}
  JsonPath operator/(std::string_view key) const { return JsonPath(this, key, kNoIndex); }
  JsonPath operator[](std::size_t index) const { return JsonPath(this, {}, index); }
  std::string text() const;

 private:
  static constexpr std::size_t kNoIndex = ~std::size_t{0};
  JsonPath(const JsonPath* parent, std::string_view key, std::size_t index)
      : parent_(parent), key_(key), index_(index) {}

  const JsonPath* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = kNoIndex;
};

/// Reads values and remembers the first error; after one, reads give defaults. Ask status() at the
/// end.
class JsonReader {
 public:
  const absl::Status& status() const { return status_; }
  bool ok() const { return status_.ok(); }

  /// Records an error at a place, unless there is one already.
  void fail(const JsonPath& at, std::string_view what);

  /// The field of an object; fails where it is missing. Never null: a shared empty value then.
  const Json& field(const Json& object, const JsonPath& at, std::string_view key);

  /// Fails where `object` is none, or has a field that is not among `known`.
  bool object_of(const Json& object, const JsonPath& at,
                 const std::vector<std::string_view>& known);

  bool boolean(const Json& value, const JsonPath& at);
  std::string string(const Json& value, const JsonPath& at);
  std::uint64_t unsigned_up_to(const Json& value, const JsonPath& at, std::uint64_t max);
  std::int64_t signed_within(const Json& value, const JsonPath& at, std::int64_t min,
                             std::int64_t max);
  /// A whole number within a range, written as text: for those that need more than 64 bits.
  int128 decimal_within(const Json& value, const JsonPath& at, int128 min, int128 max);

  template <class T>
  T unsigned_as(const Json& value, const JsonPath& at) {
    return static_cast<T>(unsigned_up_to(value, at, static_cast<T>(~T{0})));
  }

  /// Each element of an array, as `read(element, place)` gives it.
  template <class T, class Read>
  std::vector<T> array(const Json& value, const JsonPath& at, Read read) {
    std::vector<T> out;
    if (!is_array(value, at)) return out;
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size() && ok(); ++i) out.push_back(read(value[i], at[i]));
    return out;
  }

  /// Fails where `value` is no array, or no object.
  bool is_array(const Json& value, const JsonPath& at);
  bool is_object(const Json& value, const JsonPath& at);

 private:
  void expected(const Json& value, const JsonPath& at, std::string_view what);

  absl::Status status_;
};

/// A value as it stands in an error: cut where it is long.
std::string shortened(const Json& value);

/// The known name closest to a misspelt one, as " (did you mean kappa?)"; empty where none is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace yuma
