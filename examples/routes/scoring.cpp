// SPDX-License-Identifier: MIT

#include "examples/routes/scoring.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "yuma/snapshot/json.hpp"

namespace routes {
namespace {

using yuma::Json;
using yuma::subnet::Answer;
using yuma::subnet::UidScore;

/// The tour of one answer; a note says why there is none.
Judged read_answer(const Distances& distances, const Answer& answer) {
  Judged out;
  if (answer.outcome == Answer::Outcome::kTooLate) {
    out.note = "too late";
  } else if (answer.outcome != Answer::Outcome::kAnswered) {
    out.note = answer.error.empty() ? std::string(outcome_name(answer.outcome)) : answer.error;
  } else if (!answer.good()) {
    out.note = absl::StrCat("answers with status ", answer.status);
  } else {
    auto tour = decode_tour(answer.body);
    const absl::Status whole = tour.ok() ? check_tour(*tour, distances.size()) : tour.status();
    if (!whole.ok()) {
      out.note = std::string(whole.message());
    } else {
      out.tour = *std::move(tour);
      out.timed = Timed{length_of(distances, out.tour), answer.milliseconds};
    }
  }
  return out;
}

std::string note_of(std::int64_t length, std::int64_t best) {
  if (length == best) return "the best";
  return absl::StrFormat("%.1f %% above the best",
                         100.0 * (static_cast<double>(length) / static_cast<double>(best) - 1));
}

Json points_of(const Map& map) {
  Json out = Json::array();
  for (const Place& place : map.places) out.push_back(Json::array({place.x, place.y}));
  return out;
}

/// Lengths on Earth are shown in kilometres.
double shown(Metric metric, std::int64_t length) {
  return static_cast<double>(length) / (metric == Metric::kGreatCircle ? 1000 : 1);
}

Json route_of(const Map& map, const Map& ground, const Judged& best) {
  const bool on_earth = map.metric == Metric::kGreatCircle;
  Json names = Json::array();
  for (const Place& place : map.places) names.push_back(place.name);
  Json out;
  out["title"] = absl::StrFormat("The best tour: %d places, %.0f%s", map.places.size(),
                                 shown(map.metric, best.timed->length), on_earth ? " km" : "");
  out["caption"] = absl::StrCat("The shortest of the last round, of ", map.name, ".");
  out["on_earth"] = on_earth;
  out["points"] = points_of(map);
  if (on_earth) out["names"] = std::move(names);
  out["order"] = best.tour;
  if (on_earth) out["ground"] = points_of(ground);
  return out;
}

}  // namespace

std::vector<Judged> judge(const Map& map, const std::vector<Answer>& answers, std::int64_t& best) {
  const Distances distances(map);
  std::vector<Judged> out;
  std::vector<std::optional<Timed>> timed;
  for (const Answer& answer : answers) {
    const Judged& one = out.emplace_back(read_answer(distances, answer));
    timed.push_back(one.timed);
    if (one.timed && (best == 0 || one.timed->length < best)) best = one.timed->length;
  }
  const std::vector<double> values = values_of(timed, best);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].value = values[i];
    if (out[i].timed) out[i].note = note_of(out[i].timed->length, best);
  }
  return out;
}

std::string journal_line(std::uint64_t epoch, const Map& map, const Map& ground,
                         const std::vector<std::string>& hotkeys,
                         const std::vector<Judged>& judged) {
  Json miners = Json::array();
  const Judged* best = nullptr;
  for (std::size_t i = 0; i < judged.size(); ++i) {
    Json miner;
    miner["hotkey"] = hotkeys[i];
    if (judged[i].timed) miner["value"] = shown(map.metric, judged[i].timed->length);
    miner["note"] = judged[i].note;
    miners.push_back(std::move(miner));
    if (judged[i].timed && (!best || judged[i].timed->length < best->timed->length)) {
      best = &judged[i];
    }
  }
  Json out;
  out["epoch"] = epoch;
  out["what"] = "tour length";
  out["unit"] = map.metric == Metric::kGreatCircle ? "km" : "";
  out["miners"] = std::move(miners);
  if (best) out["route"] = route_of(map, ground, *best);
  return absl::StrCat(out.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
}

std::vector<UidScore> copied_weights(const yuma::State& state, const yuma::PublicKey& own) {
  std::map<std::uint16_t, double> sums;
  for (const std::uint16_t uid : yuma::validators(state)) {
    const yuma::Neuron& neuron = *state.neurons[uid];
    if (neuron.hotkey == own) continue;
    const auto row = state.weights.row(uid);
    double sum = 0;
    for (const auto value : row.values) sum += value;
    for (std::size_t i = 0; i < row.size(); ++i) {
      sums[row.uids[i]] += static_cast<double>(neuron.stake) * row.values[i] / sum;
    }
  }
  std::vector<UidScore> out;
  for (const auto& [uid, value] : sums) out.push_back({uid, value});
  return out;
}

std::vector<UidScore> with_friend(std::vector<UidScore> averages, std::uint16_t uid) {
  double sum = 0;
  for (const UidScore& score : averages) sum += score.uid == uid ? 0 : score.value;
  std::erase_if(averages, [&](const UidScore& score) { return score.uid == uid; });
  averages.push_back({uid, sum > 0 ? sum : 1});
  std::sort(averages.begin(), averages.end(),
            [](const UidScore& a, const UidScore& b) { return a.uid < b.uid; });
  return averages;
}

}  // namespace routes
