// SPDX-License-Identifier: MIT

#include "subnet/scorer_lines.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "yuma/wire/btauth.hpp"

namespace yuma::subnet {

namespace {

using Json = nlohmann::ordered_json;

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

/// Whether a body can stand in JSON as it is.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t size = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
    if (size == 0 || i + size > text.size()) return false;
    std::uint32_t point = size == 1 ? first : first & (0x7fU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0U) != 0x80) return false;
      point = point << 6U | (next & 0x3fU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[size] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) {
      return false;
    }
    i += size;
  }
  return true;
}

absl::StatusOr<Json> read_object(std::string_view line) {
  Json out = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (out.is_discarded()) {
    const std::string beginning = absl::CHexEscape(std::string(line.substr(0, 60)));
    return wrong("the line is no JSON (NaN is none either): ", beginning);
  }
  if (!out.is_object()) return wrong("the line is no JSON object");
  return out;
}

/// InvalidArgument where an object has a field that is not listed: a slip of the pen, mostly.
absl::Status check_fields(const Json& object, std::string_view where,
                          std::span<const std::string_view> known) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return wrong(std::string(where), "unknown field '", absl::CHexEscape(name.substr(0, 60)), "'");
  }
  return absl::OkStatus();
}

const RoundMiner* find_miner(const Round& round, std::uint64_t uid) {
  const auto miners = round.miners();
  const auto at = std::lower_bound(miners.begin(), miners.end(), uid,
                                   [](const RoundMiner& m, std::uint64_t u) { return m.uid < u; });
  return at != miners.end() && at->uid == uid ? &*at : nullptr;
}

/// The body of a request: text, bytes, or JSON of any kind.
absl::Status read_body(const Json& json, const std::string& where, HttpRequest& out) {
  const int given = static_cast<int>(json.contains("body") + json.contains("body_base64") +
                                     json.contains("json"));
  if (given > 1) return wrong(where, "only one of body, body_base64 and json can be given");
  std::string_view type;
  if (json.contains("body")) {
    if (!json["body"].is_string()) return wrong(where, "body is no text");
    out.body = json["body"].get<std::string>();
    type = "text/plain; charset=utf-8";
  } else if (json.contains("body_base64")) {
    const bool read = json["body_base64"].is_string() &&
                      absl::Base64Unescape(json["body_base64"].get<std::string>(), &out.body);
    if (!read) return wrong(where, "body_base64 is no base64");
    type = "application/octet-stream";
  } else if (json.contains("json")) {
    out.body = json["json"].dump();
    type = "application/json";
  }
  const bool named = find_header(out.headers, "Content-Type").has_value();
  if (!type.empty() && !named) out.headers.push_back({"Content-Type", std::string(type)});
  return absl::OkStatus();
}

absl::StatusOr<HttpRequest> read_request(const Json& json, const std::string& where) {
  if (!json.is_object()) return wrong(where, "is no object");
  constexpr std::string_view kFields[] = {"uid",  "method",      "path", "headers",
                                          "body", "body_base64", "json"};
  if (absl::Status status = check_fields(json, where, kFields); !status.ok()) return status;
  HttpRequest out;
  const Json method = json.value("method", Json("POST")), path = json.value("path", Json("/"));
  if (!method.is_string() || !path.is_string()) return wrong(where, "method or path is no text");
  out.method = method.get<std::string>();
  out.target = path.get<std::string>();
  absl::Status status = check_method(out.method);
  if (status.ok()) status = check_target(out.target);
  if (!status.ok()) return wrong(where, status.message());
  const Json headers = json.value("headers", Json::object());
  if (!headers.is_object()) return wrong(where, "headers is no object");
  for (const auto& [name, value] : headers.items()) {
    if (!value.is_string()) return wrong(where, "a header is no text");
    out.headers.push_back({name, value.get<std::string>()});
  }
  status = read_body(json, where, out);
  if (!status.ok()) return status;
  return out;
}

absl::Status read_options(const Json& json, AskOptions& out) {
  if (json.contains("deadline_ms")) {
    const Json& value = json["deadline_ms"];
    constexpr double kMost = 600'000;
    if (!value.is_number() || !(value.get<double>() >= 1 && value.get<double>() <= kMost)) {
      return wrong("deadline_ms is not a number from 1 to 600000");
    }
    out.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(value.get<double>()));
  }
  if (json.contains("require_signature")) {
    if (!json["require_signature"].is_boolean()) {
      return wrong("require_signature is neither true nor false");
    }
    out.require_signature = json["require_signature"].get<bool>();
  }
  if (json.contains("max_body")) {
    const Json& value = json["max_body"];
    constexpr std::uint64_t kMost = 64U << 20U;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost) {
      return wrong("max_body is not a whole number of at most 67108864");
    }
    out.max_body = value.get<std::size_t>();
  }
  return absl::OkStatus();
}

absl::Status read_requests(const Json& list, const Round& round, Challenge& out) {
  if (!list.is_array()) return wrong("requests is no list");
  std::vector<std::uint16_t> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = absl::StrCat("requests[", i, "]: ");
    if (!list[i].is_object() || !list[i].contains("uid") || !list[i]["uid"].is_number_unsigned()) {
      return wrong(where, "has no uid");
    }
    const RoundMiner* miner = find_miner(round, list[i]["uid"].get<std::uint64_t>());
    if (miner == nullptr) return wrong(where, "this uid is no miner of the round");
    if (std::find(seen.begin(), seen.end(), miner->uid) != seen.end()) {
      return wrong(where, "uid ", miner->uid, " is asked twice");
    }
    auto request = read_request(list[i], where);
    if (!request.ok()) return request.status();
    seen.push_back(miner->uid);
    out.miners.push_back(*miner);
    out.requests.push_back(*std::move(request));
  }
  return absl::OkStatus();
}

/// An object whose names are uids of the round's miners.
absl::StatusOr<std::vector<std::pair<const RoundMiner*, Json>>> read_by_uid(const Json& json,
                                                                            std::string_view name,
                                                                            const Round& round) {
  const std::string field(name);
  std::vector<std::pair<const RoundMiner*, Json>> out;
  const Json object = json.value(field, Json::object());
  if (!object.is_object()) return wrong(field, " is no object");
  for (const auto& [key, value] : object.items()) {
    const auto uid = read_decimal(key);
    const RoundMiner* miner = uid ? find_miner(round, *uid) : nullptr;
    if (miner == nullptr) {
      return wrong(field, ": '", absl::CHexEscape(key.substr(0, 60)), "' is no uid of the round");
    }
    out.emplace_back(miner, value);
  }
  return out;
}

}  // namespace

std::string challenge_line(const Round& round) {
  Json miners = Json::array();
  for (const RoundMiner& miner : round.miners()) {
    miners.push_back({{"uid", miner.uid},
                      {"hotkey", miner.hotkey.address()},
                      {"reachable", !miner.endpoints.empty()}});
  }
  const std::chrono::duration<double> left = round.closes() - std::chrono::steady_clock::now();
  const Json line = {{"type", "challenge"},
                     {"epoch", round.epoch()},
                     {"round", round.number()},
                     {"random", absl::StrFormat("%016x", round.random())},
                     {"seconds_left", std::max(0.0, std::round(left.count() * 1000) / 1000)},
                     {"miners", std::move(miners)}};
  return line.dump();
}

absl::StatusOr<Challenge> read_challenge(std::string_view line, const Round& round) {
  const auto json = read_object(line);
  if (!json.ok()) return json.status();
  constexpr std::string_view kFields[] = {"request", "requests", "deadline_ms", "require_signature",
                                          "max_body"};
  absl::Status status = check_fields(*json, "", kFields);
  Challenge out;
  if (status.ok()) status = read_options(*json, out.options);
  if (!status.ok()) return status;
  if (json->contains("request") == json->contains("requests")) {
    return wrong("needs request (the same for all) or requests (a list)");
  }
  if (json->contains("requests")) {
    status = read_requests((*json)["requests"], round, out);
    if (!status.ok()) return status;
    return out;
  }
  if ((*json)["request"].contains("uid")) return wrong("request: is for all and has no uid");
  auto request = read_request((*json)["request"], "request: ");
  if (!request.ok()) return request.status();
  out.miners.assign(round.miners().begin(), round.miners().end());
  out.requests.assign(out.miners.size(), *request);
  return out;
}

asio::awaitable<ChallengeAnswers> ask_challenge(Round& round, Challenge challenge) {
  ChallengeAnswers out;
  out.miners = challenge.miners;
  out.answers = co_await round.ask_some(std::move(challenge.miners), std::move(challenge.requests),
                                        challenge.options);
  co_return out;
}

std::string answers_line(const Round& round, const ChallengeAnswers& answers) {
  Json list = Json::array();
  for (std::size_t i = 0; i < answers.miners.size(); ++i) {
    const Answer& answer = answers.answers[i];
    Json entry = {{"uid", answers.miners[i].uid},
                  {"hotkey", answers.miners[i].hotkey.address()},
                  {"outcome", outcome_name(answer.outcome)},
                  {"status", answer.status},
                  {"verified", answer.verified},
                  {"ms", answer.milliseconds},
                  {"total_ms", answer.total_milliseconds}};
    if (is_utf8(answer.body)) {
      entry["body"] = answer.body;
    } else {
      entry["body_base64"] = absl::Base64Escape(answer.body);
    }
    if (!answer.error.empty()) entry["error"] = answer.error;
    list.push_back(std::move(entry));
  }
  const Json line = {{"type", "score"},
                     {"epoch", round.epoch()},
                     {"round", round.number()},
                     {"answers", std::move(list)}};
  // What a miner's headers put into an error need not be UTF-8.
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status read_scores(std::string_view line, Round& round) {
  const auto json = read_object(line);
  if (!json.ok()) return json.status();
  constexpr std::string_view kFields[] = {"scores", "skip", "notes"};
  if (absl::Status status = check_fields(*json, "", kFields); !status.ok()) return status;
  if (!json->contains("scores")) return wrong("has no scores");
  const auto scores = read_by_uid(*json, "scores", round),
             notes = read_by_uid(*json, "notes", round);
  for (const auto* read : {&scores, &notes}) {
    if (!read->ok()) return read->status();
  }
  for (const auto& [miner, value] : *scores) {
    if (!value.is_number()) return wrong("scores: that of uid ", miner->uid, " is no number");
  }
  for (const auto& [miner, value] : *notes) {
    if (!value.is_string()) return wrong("notes: that of uid ", miner->uid, " is no text");
  }
  const Json skip = json->value("skip", Json::array());
  if (!skip.is_array()) return wrong("skip is no list");
  for (const Json& uid : skip) {
    if (!uid.is_number_unsigned() || find_miner(round, uid.get<std::uint64_t>()) == nullptr) {
      return wrong("skip: has what is no uid of the round");
    }
  }
  // All of it can be read: only now does it count.
  for (const Json& uid : skip) round.skip(find_miner(round, uid.get<std::uint64_t>())->hotkey);
  for (const auto& [miner, value] : *scores) round.score(miner->hotkey, value.get<double>());
  for (const auto& [miner, value] : *notes) round.note(miner->hotkey, value.get<std::string>());
  return absl::OkStatus();
}

}  // namespace yuma::subnet
