// SPDX-License-Identifier: MIT

#include "lab/work_journal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lab/report/text.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

namespace {

using absl::InvalidArgumentError;
using absl::StrCat;

constexpr std::size_t kMostPoints = 100'000;

/// Reads fields and remembers the first that is not what it should be.
class Reader {
 public:
  template <class T>
  T get(const Json& object, const char* field, T otherwise) {
    if (!object.contains(field)) return otherwise;
    const Json& value = object[field];
    bool right = true;
    if constexpr (std::is_same_v<T, std::string>) {
      right = value.is_string();
    } else if constexpr (std::is_same_v<T, bool>) {
      right = value.is_boolean();
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      right = value.is_number_unsigned();
    } else {
      right = value.is_number();
    }
    if (right) return value.get<T>();
    fail(field);
    return otherwise;
  }
  /// A list, or an empty one.
  const Json& list(const Json& object, const char* field) {
    static const Json kNone = Json::array();
    if (!object.contains(field)) return kNone;
    if (object[field].is_array() && object[field].size() <= kMostPoints) return object[field];
    fail(field);
    return kNone;
  }
  void fail(const char* field) {
    if (status_.ok()) status_ = InvalidArgumentError(StrCat(field, ": not what it should be"));
  }
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

std::vector<std::pair<double, double>> points_of(Reader& reader, const Json& object,
                                                 const char* field) {
  std::vector<std::pair<double, double>> out;
  for (const Json& point : reader.list(object, field)) {
    if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number()) {
      reader.fail(field);
      break;
    }
    out.emplace_back(point[0].get<double>(), point[1].get<double>());
  }
  return out;
}

RouteView route_of(Reader& reader, const Json& json) {
  RouteView out;
  out.on_earth = reader.get(json, "on_earth", false);
  out.title = reader.get(json, "title", std::string());
  out.caption = reader.get(json, "caption", std::string());
  out.points = points_of(reader, json, "points");
  out.ground = points_of(reader, json, "ground");
  for (const Json& name : reader.list(json, "names")) {
    if (name.is_string()) out.names.push_back(name.get<std::string>());
  }
  for (const Json& place : reader.list(json, "order")) {
    if (!place.is_number_unsigned() || place.get<std::uint64_t>() >= out.points.size()) {
      reader.fail("order");
      break;
    }
    out.order.push_back(place.get<std::size_t>());
  }
  return out;
}

absl::StatusOr<JournalRound> round_of(std::string_view line) {
  const auto json = parse_json(line);
  if (!json.ok()) return json.status();
  if (!json->is_object()) return InvalidArgumentError("not an object");
  Reader reader;
  JournalRound out;
  out.epoch = reader.get(*json, "epoch", std::uint64_t{0});
  out.what = reader.get(*json, "what", std::string("measured"));
  out.unit = reader.get(*json, "unit", std::string());
  for (const Json& item : reader.list(*json, "miners")) {
    if (!item.is_object()) {
      reader.fail("miners");
      break;
    }
    JournalMiner miner;
    miner.hotkey = reader.get(item, "hotkey", std::string());
    miner.note = one_line(reader.get(item, "note", std::string()));
    if (item.contains("value")) miner.value = reader.get(item, "value", std::nan(""));
    out.miners.push_back(std::move(miner));
  }
  if (json->contains("route")) out.route = route_of(reader, (*json)["route"]);
  if (out.epoch == 0) reader.fail("epoch");
  if (!reader.status().ok()) return reader.status();
  return out;
}

}  // namespace

absl::StatusOr<std::vector<JournalRound>> read_journal(const std::string& path) {
  auto text = read_file(path);
  if (!text.ok()) return text.status();
  std::vector<JournalRound> out;
  text->resize(text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n'));
  std::size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
    ++number;
    if (line.empty()) continue;
    auto round = round_of({line.data(), line.size()});
    if (!round.ok()) {
      return InvalidArgumentError(
          StrCat("'", path, "': line ", number, ": ", round.status().message()));
    }
    out.push_back(*std::move(round));
  }
  return out;
}

}  // namespace yuma::lab
