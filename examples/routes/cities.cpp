// SPDX-License-Identifier: MIT

#include "examples/routes/cities.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace routes {
namespace {

using absl::InvalidArgumentError;
using absl::StrCat;

constexpr std::array<std::pair<Metric, std::string_view>, 5> kNames = {{
    {Metric::kGreatCircle, "GREAT_CIRCLE"},
    {Metric::kEuclid, "EUC_2D"},
    {Metric::kCeil, "CEIL_2D"},
    {Metric::kAtt, "ATT"},
    {Metric::kGeo, "GEO"},
}};

absl::string_view view(std::string_view text) { return {text.data(), text.size()}; }

std::int64_t whole(double value) { return static_cast<std::int64_t>(value); }

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

/// The haversine form, which is exact enough for near places too.
std::int64_t great_circle(const Place& a, const Place& b) {
  constexpr double kRadius = 6'371'008.8;  // metres: the mean one of the Earth
  const double up = std::sin(radians(b.y - a.y) / 2);
  const double along = std::sin(radians(b.x - a.x) / 2);
  const double half = up * up + std::cos(radians(a.y)) * std::cos(radians(b.y)) * along * along;
  return std::llround(2 * kRadius * std::asin(std::sqrt(std::min(1.0, half))));
}

/// TSPLIB's own: degrees and minutes, its value of pi, its radius, and the result cut off.
std::int64_t geo(const Place& a, const Place& b) {
  constexpr double kPi = 3.141592, kRadius = 6378.388;
  const auto angle = [](double value) {
    const double degrees = std::trunc(value);
    return kPi * (degrees + 5.0 * (value - degrees) / 3.0) / 180.0;
  };
  const double q1 = std::cos(angle(a.y) - angle(b.y));
  const double q2 = std::cos(angle(a.x) - angle(b.x));
  const double q3 = std::cos(angle(a.x) + angle(b.x));
  const double cosine = std::clamp(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3), -1.0, 1.0);
  return whole(kRadius * std::acos(cosine) + 1.0);
}

std::int64_t att(double dx, double dy) {
  const double length = std::sqrt((dx * dx + dy * dy) / 10.0);
  const std::int64_t nearest = whole(length + 0.5);
  return static_cast<double>(nearest) < length ? nearest + 1 : nearest;
}

/// Degrees of "+DDMM", "-DDDMM", "+DDMMSS" or "-DDDMMSS"; `digits` of them are degrees.
std::optional<double> degrees_of(std::string_view text, std::size_t digits) {
  const std::size_t count = text.empty() ? 0 : text.size() - 1;
  if (count != digits + 2 && count != digits + 4) return std::nullopt;
  std::array<int, 3> parts{};
  std::size_t at = 1;
  for (std::size_t part = 0; at < text.size(); ++part) {
    const std::size_t length = part == 0 ? digits : 2;
    if (!absl::SimpleAtoi(view(text.substr(at, length)), &parts[part])) return std::nullopt;
    at += length;
  }
  const double value = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0;
  const double most = digits == 2 ? 90 : 180;
  if (parts[1] > 59 || parts[2] > 59 || value > most) return std::nullopt;
  return text[0] == '-' ? -value : value;
}

/// ISO 6709: latitude with two digits of degrees, then longitude with three.
std::optional<std::pair<double, double>> coordinates(std::string_view text) {
  const std::size_t second = text.find_first_of("+-", 1);
  if (second == std::string_view::npos || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  if (text.find_first_not_of("+-0123456789") != std::string_view::npos) return std::nullopt;
  const auto latitude = degrees_of(text.substr(0, second), 2);
  const auto longitude = degrees_of(text.substr(second), 3);
  if (!latitude || !longitude) return std::nullopt;
  return std::pair(*latitude, *longitude);
}

/// "America/Argentina/Buenos_Aires" is the city "Buenos Aires".
std::string city_of(std::string_view zone) {
  const std::size_t slash = zone.rfind('/');
  return absl::StrReplaceAll(view(zone.substr(slash == std::string_view::npos ? 0 : slash + 1)),
                             {{"_", " "}});
}

/// What a TSPLIB file says before its coordinates.
struct Head {
  std::string name = "a TSPLIB file";
  std::optional<std::size_t> dimension;
  std::optional<Metric> metric;
};

absl::Status read_field(Head& head, std::string_view key, std::string_view value) {
  if (key == "NAME") {
    head.name = std::string(value);
  } else if (key == "TYPE") {
    if (value.substr(0, 3) != "TSP") {
      return InvalidArgumentError(StrCat("TYPE ", view(value), ": only TSP is read"));
    }
  } else if (key == "DIMENSION") {
    std::uint32_t count = 0;
    if (!absl::SimpleAtoi(view(value), &count) || count < 3 || count > kMaxPlaces) {
      return InvalidArgumentError(StrCat("DIMENSION ", view(value), ": must be 3 to ", kMaxPlaces));
    }
    head.dimension = count;
  } else if (key == "EDGE_WEIGHT_TYPE") {
    const auto metric = metric_named(value);
    if (!metric.ok()) {
      return InvalidArgumentError(StrCat("EDGE_WEIGHT_TYPE ", metric.status().message()));
    }
    head.metric = *metric;
  } else if (key == "EDGE_WEIGHT_SECTION") {
    return InvalidArgumentError("EDGE_WEIGHT_SECTION: only coordinates are read, no matrices");
  }
  return absl::OkStatus();  // COMMENT, DISPLAY_DATA_TYPE and whatever else there is
}

absl::Status check_head(const Head& head) {
  if (!head.dimension) return InvalidArgumentError("no DIMENSION before the coordinates");
  if (!head.metric) return InvalidArgumentError("no EDGE_WEIGHT_TYPE before the coordinates");
  return absl::OkStatus();
}

/// A line "7 16.47 96.10", the seventh.
absl::StatusOr<Place> read_place(absl::string_view line, std::size_t number) {
  const std::vector<std::string> fields =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  Place place;
  if (fields.size() != 3 || !absl::SimpleAtod(fields[1], &place.x) ||
      !absl::SimpleAtod(fields[2], &place.y)) {
    return InvalidArgumentError(StrCat("'", line, "' is no place: a number and two coordinates"));
  }
  if (fields[0] != StrCat(number)) {
    return InvalidArgumentError(StrCat("place ", fields[0], " where place ", number, " should be"));
  }
  if (!(std::abs(place.x) <= 1e9 && std::abs(place.y) <= 1e9)) {
    return InvalidArgumentError(StrCat("place ", number, ": a coordinate is out of bounds"));
  }
  place.name = fields[0];
  return place;
}

absl::Status at_line(std::size_t line, const absl::Status& status) {
  return {status.code(), StrCat("line ", line, ": ", status.message())};
}

}  // namespace

std::string_view name_of(Metric metric) {
  return std::find_if(kNames.begin(), kNames.end(),
                      [&](const auto& item) { return item.first == metric; })
      ->second;
}

absl::StatusOr<Metric> metric_named(std::string_view name) {
  for (const auto& [metric, known] : kNames) {
    if (name == known) return metric;
  }
  std::string all;
  for (const auto& item : kNames) absl::StrAppend(&all, all.empty() ? "" : ", ", view(item.second));
  return InvalidArgumentError(StrCat("'", view(name), "': there are ", all));
}

std::int64_t distance(Metric metric, const Place& a, const Place& b) {
  const double dx = a.x - b.x, dy = a.y - b.y;
  switch (metric) {
    case Metric::kGreatCircle:
      return great_circle(a, b);
    case Metric::kEuclid:
      return whole(std::sqrt(dx * dx + dy * dy) + 0.5);
    case Metric::kCeil:
      return whole(std::ceil(std::sqrt(dx * dx + dy * dy)));
    case Metric::kAtt:
      return att(dx, dy);
    case Metric::kGeo:
      return &a == &b ? 0 : geo(a, b);
  }
  return 0;
}

absl::StatusOr<Map> parse_zone_table(std::string_view text) {
  Map map{"cities of the world", Metric::kGreatCircle, {}};
  std::size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(view(text), '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() < 3) {
      return InvalidArgumentError(
          StrCat("line ", number, ": needs countries, coordinates and a zone between tabs"));
    }
    const auto at = coordinates(fields[1]);
    if (!at) {
      return InvalidArgumentError(StrCat("line ", number, ": '", fields[1],
                                         "' is no latitude and longitude like +5230+01322"));
    }
    if (map.places.size() == kMaxPlaces) {
      return InvalidArgumentError(StrCat("more than ", kMaxPlaces, " cities"));
    }
    map.places.push_back({city_of(fields[2]), at->second, at->first});
  }
  if (map.places.size() < 3) return InvalidArgumentError("fewer than 3 cities");
  return map;
}

absl::StatusOr<Map> parse_tsplib(std::string_view text) {
  Head head;
  Map map;
  bool in_places = false;
  std::size_t number = 0;
  for (absl::string_view line : absl::StrSplit(view(text), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    if (line == "EOF") break;
    if (in_places && map.places.size() < *head.dimension) {
      auto place = read_place(line, map.places.size() + 1);
      if (!place.ok()) return at_line(number, place.status());
      map.places.push_back(*std::move(place));
      continue;
    }
    if (line == "NODE_COORD_SECTION") {
      if (absl::Status s = check_head(head); !s.ok()) return at_line(number, s);
      in_places = true;
      continue;
    }
    const std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    const auto key = absl::StripAsciiWhitespace(field.first);
    const auto value = absl::StripAsciiWhitespace(field.second);
    absl::Status read = read_field(head, {key.data(), key.size()}, {value.data(), value.size()});
    if (!read.ok()) return at_line(number, read);
  }
  if (!in_places) return InvalidArgumentError("no NODE_COORD_SECTION");
  if (map.places.size() != *head.dimension) {
    return InvalidArgumentError(
        StrCat("DIMENSION says ", *head.dimension, " places, and there are ", map.places.size()));
  }
  map.name = head.name;
  map.metric = *head.metric;
  return map;
}

absl::StatusOr<Map> read_map(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  if (!in) {
    return absl::NotFoundError(
        StrCat("'", path, "' cannot be read",
               path == kZoneTable ? ": it belongs to the package tzdata" : ""));
  }
  const std::string text = bytes.str();
  const bool tsplib = text.find("NODE_COORD_SECTION") != std::string::npos ||
                      text.find("EDGE_WEIGHT_TYPE") != std::string::npos;
  auto map = tsplib ? parse_tsplib(text) : parse_zone_table(text);
  if (!map.ok()) return InvalidArgumentError(StrCat("'", path, "': ", map.status().message()));
  return map;
}

}  // namespace routes
