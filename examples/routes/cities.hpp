// SPDX-License-Identifier: MIT
#pragma once

// Places on a map and the distances between them: the cities of the time zone database, which every
// Linux has, or a file of TSPLIB. Distances are whole numbers, so that two tours can be equal.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace routes {

/// How distances are measured; the names are those of TSPLIB, but for the first.
enum class Metric {
  kGreatCircle,  ///< metres on a sphere of 6,371,008.8 m; x longitude, y latitude in degrees
  kEuclid,       ///< EUC_2D: to the nearest whole number
  kCeil,         ///< CEIL_2D: rounded up
  kAtt,          ///< ATT: a tenth under the root, rounded up if the nearest would be less
  kGeo,          ///< GEO: kilometres; x latitude, y longitude in degrees and minutes (DDD.MM)
};

/// "GREAT_CIRCLE", "EUC_2D", ...
std::string_view name_of(Metric metric);
/// InvalidArgument names those that there are.
absl::StatusOr<Metric> metric_named(std::string_view name);

struct Place {
  std::string name;
  double x = 0, y = 0;
};

/// Places and the way to measure between them.
struct Map {
  std::string name;
  Metric metric = Metric::kGreatCircle;
  std::vector<Place> places;
};

/// Most places of a map, and of a task.
inline constexpr std::size_t kMaxPlaces = 5000;
/// Where Debian's tzdata keeps its table of zones.
inline constexpr char kZoneTable[] = "/usr/share/zoneinfo/zone1970.tab";

std::int64_t distance(Metric metric, const Place& a, const Place& b);

/// The cities of a table of zones (zone1970.tab): "DE\t+5230+01322\tEurope/Berlin\tcomment".
/// InvalidArgument names the line.
absl::StatusOr<Map> parse_zone_table(std::string_view text);

/// A TSPLIB file of TYPE TSP with NODE_COORD_SECTION and one of the types above as
/// EDGE_WEIGHT_TYPE. InvalidArgument names the line and what is wrong with it.
absl::StatusOr<Map> parse_tsplib(std::string_view text);

/// Either of the two, by what the file begins with. Errors name the file.
absl::StatusOr<Map> read_map(const std::string& path);

}  // namespace routes
