// SPDX-License-Identifier: MIT

// Places and distances: values from the TSPLIB documents, hostile files, the table of this machine.

#include "examples/routes/cities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace routes {
namespace {

using testing::HasSubstr;

std::string tsplib(const std::string& type, const std::string& places, int dimension = 3) {
  return "NAME : small\nTYPE: TSP\nCOMMENT: none\nDIMENSION: " + std::to_string(dimension) +
         "\nEDGE_WEIGHT_TYPE : " + type + "\nNODE_COORD_SECTION\n" + places + "EOF\n";
}

TEST(Cities, ZoneTableIsReadWithSigns) {
  const auto map = parse_zone_table(
      "# a comment\nDE,DK\t+5230+01322\tEurope/Berlin\tmost of it\n"
      "AR\t-3436-05827\tAmerica/Argentina/Buenos_Aires\n"
      "AQ\t-720041+0023206\tAntarctica/Troll\tTroll\n");
  ASSERT_TRUE(map.ok()) << map.status();
  ASSERT_EQ(map->places.size(), 3U);
  EXPECT_EQ(map->places[0].name, "Berlin");
  EXPECT_NEAR(map->places[0].y, 52.5, 1e-12);
  EXPECT_NEAR(map->places[0].x, 13 + 22 / 60.0, 1e-12);
  EXPECT_EQ(map->places[1].name, "Buenos Aires");
  EXPECT_NEAR(map->places[1].y, -(34 + 36 / 60.0), 1e-12);
  EXPECT_NEAR(map->places[2].y, -(72 + 41 / 3600.0), 1e-12);
}

TEST(Cities, ZoneTableNamesTheLineThatIsWrong) {
  for (const char* line : {"DE\t+5230+01322", "DE\t+5230\tEurope/Berlin", "DE\t5230+01322\tX",
                           "DE\t+9130+01322\tX", "DE\t+5260+01322\tX", "DE\t+52301322\tX",
                           "DE\t+52a0+01322\tX", "DE\t+5230+19322\tX", "DE\t\tX"}) {
    const auto map = parse_zone_table(std::string("# one\n") + line + "\n");
    EXPECT_THAT(std::string(map.status().message()), HasSubstr("line 2")) << line;
  }
  EXPECT_FALSE(parse_zone_table("").ok());
}

TEST(Cities, ThisMachineHasCities) {
  if (!std::filesystem::exists(kZoneTable)) GTEST_SKIP() << "no tzdata here";
  const auto map = read_map(kZoneTable);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_GT(map->places.size(), 250U);
}

TEST(Cities, GreatCircles) {
  const auto metres = [](Place a, Place b) { return distance(Metric::kGreatCircle, a, b); };
  const Place pole{"", 0, 90}, equator{"", 0, 0}, east{"", 90, 0}, far{"", 180, 0};
  // A quarter and half of the way round a sphere of 6,371,008.8 m.
  EXPECT_EQ(metres(pole, equator), 10'007'557);
  EXPECT_EQ(metres(equator, east), 10'007'557);
  EXPECT_EQ(metres(equator, far), 20'015'114);
  EXPECT_EQ(metres(east, east), 0);
  // Across the date line: two degrees of longitude, not 358.
  EXPECT_EQ(metres({"", 179, 0}, {"", -179, 0}), 222'390);
}

TEST(Cities, MetricsOfTsplib) {
  const Place a{"", 0, 0}, b{"", 3, 4.5};
  EXPECT_EQ(distance(Metric::kEuclid, a, b), 5);  // 5.408
  EXPECT_EQ(distance(Metric::kCeil, a, b), 6);
  EXPECT_EQ(distance(Metric::kAtt, a, b), 2);            // 1.710
  EXPECT_EQ(distance(Metric::kAtt, a, {"", 10, 0}), 4);  // 3.162: the nearest would be less
}

// burma14 of TSPLIB, whose shortest tour is known to be 3323.
TEST(Cities, GeoIsThatOfTsplib) {
  const auto map =
      parse_tsplib(tsplib("GEO",
                          "1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54\n4 22.39 93.37\n"
                          "5 25.23 97.24\n6 22.00 96.05\n7 20.47 97.02\n8 17.20 96.29\n"
                          "9 16.30 97.38\n10 14.05 98.12\n11 16.53 97.38\n"
                          "12 21.52 95.59\n13 19.41 97.13\n14 20.09 94.55\n",
                          14));
  ASSERT_TRUE(map.ok()) << map.status();
  std::int64_t length = 0;
  const std::vector<std::size_t> best = {0, 9, 8, 10, 7, 12, 6, 11, 5, 4, 3, 2, 13, 1};
  for (std::size_t i = 0; i < best.size(); ++i) {
    length += distance(map->metric, map->places[best[i]], map->places[best[(i + 1) % best.size()]]);
  }
  EXPECT_EQ(length, 3323);
}

TEST(Cities, TsplibIsReadInItsSpellings) {
  const auto map = parse_tsplib(tsplib("EUC_2D", "  1 0.0e+00 0\n2\t3 4\n 3 1e2 -7.5\r\n"));
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->name, "small");
  EXPECT_EQ(map->places[2].x, 100);
  EXPECT_EQ(map->places[2].y, -7.5);
}

TEST(Cities, TsplibErrorsSayWhereAndWhat) {
  const std::string places = "1 0 0\n2 3 4\n3 1 1\n";
  const auto error = [](const std::string& text) {
    return std::string(parse_tsplib(text).status().message());
  };
  EXPECT_THAT(error(tsplib("EXPLICIT", places)), HasSubstr("line 5: EDGE_WEIGHT_TYPE 'EXPLICIT'"));
  EXPECT_THAT(error(tsplib("EUC_2D", "1 0 0\n2 x 4\n3 1 1\n")), HasSubstr("line 8: '2 x 4'"));
  EXPECT_THAT(error(tsplib("EUC_2D", "1 0 0\n3 3 4\n2 1 1\n")), HasSubstr("place 2 should be"));
  EXPECT_THAT(error(tsplib("EUC_2D", "1 0 0\n2 nan 4\n3 1 1\n")), HasSubstr("line 8"));
  EXPECT_THAT(error(tsplib("EUC_2D", "1 0 0\n2 3 4\n")), HasSubstr("there are 2"));
  EXPECT_THAT(error(tsplib("EUC_2D", places, 99999)), HasSubstr("DIMENSION 99999"));
  EXPECT_THAT(error("NODE_COORD_SECTION\n" + places), HasSubstr("no DIMENSION"));
  EXPECT_THAT(error("TYPE: ATSP\n"), HasSubstr("only TSP"));
  EXPECT_THAT(error("hello\n"), HasSubstr("no NODE_COORD_SECTION"));
  EXPECT_THAT(error(""), HasSubstr("no NODE_COORD_SECTION"));
}

TEST(Cities, FilesAreToldApart) {
  yuma::test::ScratchFolder folder;
  const auto map = read_map(folder.write("small.tsp", tsplib("ATT", "1 0 0\n2 3 4\n3 1 1\n")));
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->metric, Metric::kAtt);
  const auto none = read_map(folder.file("none"));
  EXPECT_TRUE(absl::IsNotFound(none.status()));
  const auto wrong = read_map(folder.write("wrong", "hello\n"));
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("wrong': line 1"));
}

}  // namespace
}  // namespace routes
