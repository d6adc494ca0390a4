// SPDX-License-Identifier: MIT

#include "examples/routes/task.hpp"

#include <cmath>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "yuma/snapshot/json.hpp"

namespace routes {
namespace {

using absl::InvalidArgumentError;
using yuma::Json;

absl::StatusOr<Json> parse_object(std::string_view text) {
  auto json = yuma::parse_json(text);
  if (json.ok() && !json->is_object()) return InvalidArgumentError("not a JSON object");
  return json;
}

absl::StatusOr<std::vector<Place>> read_points(const Json& list) {
  if (!list.is_array() || list.size() < 3 || list.size() > kMaxTask) {
    return InvalidArgumentError(absl::StrCat("points: must be a list of 3 to ", kMaxTask));
  }
  std::vector<Place> out;
  for (const Json& point : list) {
    const bool pair =
        point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
    Place place;
    if (pair) place = {"", point[0].get<double>(), point[1].get<double>()};
    if (!pair || !(std::abs(place.x) <= 1e9 && std::abs(place.y) <= 1e9)) {
      return InvalidArgumentError(
          absl::StrCat("points[", out.size(), "]: must be two numbers up to 10^9"));
    }
    out.push_back(place);
  }
  return out;
}

}  // namespace

std::string encode_task(const Task& task) {
  Json points = Json::array();
  for (const Place& place : task.map.places) points.push_back(Json::array({place.x, place.y}));
  Json out;
  out["metric"] = name_of(task.map.metric);
  out["milliseconds"] = task.milliseconds;
  out["points"] = std::move(points);
  return out.dump();
}

absl::StatusOr<Task> decode_task(std::string_view text) {
  const auto json = parse_object(text);
  if (!json.ok()) return json.status();
  const auto field = [&](const char* name) { return json->value(name, Json()); };
  const Json metric = field("metric"), milliseconds = field("milliseconds");
  if (!metric.is_string()) return InvalidArgumentError("metric: must be a name");
  const auto known = metric_named(metric.get<std::string>());
  if (!known.ok()) {
    return InvalidArgumentError(absl::StrCat("metric: ", known.status().message()));
  }
  if (!milliseconds.is_number_unsigned() || milliseconds.get<std::uint64_t>() > 3'600'000) {
    return InvalidArgumentError("milliseconds: must be a whole number up to 3600000");
  }
  auto places = read_points(field("points"));
  if (!places.ok()) return places.status();
  return Task{{"", *known, *std::move(places)}, milliseconds.get<std::uint32_t>()};
}

std::string encode_tour(const Tour& tour) {
  Json out;
  out["tour"] = tour;
  return out.dump();
}

absl::StatusOr<Tour> decode_tour(std::string_view text) {
  const auto json = parse_object(text);
  if (!json.ok()) return json.status();
  const Json list = json->value("tour", Json());
  if (!list.is_array() || list.size() > kMaxTask) return InvalidArgumentError("no tour");
  Tour out;
  for (const Json& place : list) {
    if (!place.is_number_unsigned() || place.get<std::uint64_t>() >= kMaxTask) {
      return InvalidArgumentError("no tour: not a list of cities");
    }
    out.push_back(place.get<std::uint32_t>());
  }
  return out;
}

Map draw(const Map& map, std::size_t count, std::uint64_t seed) {
  Map out = map;
  if (count >= map.places.size()) return out;
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(out.places[i], out.places[i + random() % (out.places.size() - i)]);
  }
  out.places.resize(count);
  return out;
}

}  // namespace routes
