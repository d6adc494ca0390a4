// SPDX-License-Identifier: MIT

#include "yuma/subnet/scores.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/replaced_file.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma::subnet {

namespace {

using Json = nlohmann::json;

// A line of JSON, and below it the hash of that line: what is half there shows.
constexpr std::string_view kFormat = "yuma-scores/1";
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

auto order_of(const PublicKey& key) { return std::tie(key.scheme, key.bytes); }

absl::Status damaged(const std::string& path, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(
      "the scores in '", path, "' are damaged: ", why,
      ". They are left as they are. Put a copy of the file back, or move it away to start from "
      "nothing: miners then earn anew"));
}

/// The line of JSON, if the hash below it is right.
absl::StatusOr<std::string_view> checked_line(const std::string& path, std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return damaged(path, "it has no checksum");
  const std::string_view line = text.substr(0, end), sum = text.substr(end + 1);
  const std::string expected = to_hex(blake2b_256(bytes_of(line))) + "\n";
  if (sum != expected) return damaged(path, "its checksum does not fit");
  return line;
}

std::string subnet_text(const SubnetId& subnet) {
  return absl::StrCat(to_hex(subnet.network), "/", subnet.netuid, "/", subnet.mechanism);
}

/// What save() wrote; the checksum has held, so anything else is a file that we did not write.
struct StoredScore {
  PublicKey hotkey;
  double average = 0;
  std::uint64_t rounds = 0, last_epoch = 0;
};
std::optional<StoredScore> read_entry(const Json& entry) {
  if (!entry.is_array() || entry.size() != 5 || !entry[0].is_string() || !entry[1].is_string() ||
      !entry[2].is_number() || !entry[3].is_number_unsigned() || !entry[4].is_number_unsigned()) {
    return std::nullopt;
  }
  const auto scheme = scheme_of_name(entry[0].get_ref<const std::string&>());
  const auto bytes = array_from_hex<32>(entry[1].get_ref<const std::string&>());
  const double average = entry[2].get<double>();
  if (!scheme || !bytes || !(average >= 0 && average <= 1)) return std::nullopt;
  return StoredScore{
      {*scheme, *bytes}, average, entry[3].get<std::uint64_t>(), entry[4].get<std::uint64_t>()};
}

}  // namespace

absl::StatusOr<Scores> Scores::open(std::string path, const SubnetId& subnet) {
  Scores out(std::move(path), subnet);
  const auto bytes = read_whole_file(out.path_, kMostBytes);
  if (absl::IsNotFound(bytes.status())) return out;
  if (!bytes.ok()) return absl::UnavailableError(bytes.status().message());
  const auto line = checked_line(out.path_, text_of(*bytes));
  if (!line.ok()) return line.status();
  const Json file = Json::parse(*line, nullptr, /*allow_exceptions=*/false);
  if (!file.is_object() || file.value("format", "") != kFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "'", out.path_, "' holds no scores that this program can read; a newer one may have ",
        "written it. It is left as it is"));
  }
  if (file.value("subnet", "") != subnet_text(subnet)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the scores in '", out.path_,
                     "' are of another subnet: give this one a folder of its own"));
  }
  for (const Json& entry : file.value("scores", Json::array())) {
    const auto read = read_entry(entry);
    if (!read) return damaged(out.path_, "an entry is none");
    const bool ascends =
        out.entries_.empty() || order_of(out.entries_.back().hotkey) < order_of(read->hotkey);
    if (!ascends) return damaged(out.path_, "its entries do not ascend");
    out.entries_.push_back({read->hotkey, read->average, read->rounds, read->last_epoch});
  }
  return out;
}

const Scores::Entry* Scores::find(const PublicKey& hotkey) const {
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), hotkey,
      [](const Entry& e, const PublicKey& key) { return order_of(e.hotkey) < order_of(key); });
  return at != entries_.end() && at->hotkey == hotkey ? &*at : nullptr;
}

Scores::Entry& Scores::find_or_add(const PublicKey& hotkey) {
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), hotkey,
      [](const Entry& e, const PublicKey& key) { return order_of(e.hotkey) < order_of(key); });
  if (at != entries_.end() && at->hotkey == hotkey) return *at;
  return *entries_.insert(at, Entry{hotkey});
}

absl::Status Scores::add(std::span<const HotkeyScore> round, double alpha, std::uint64_t epoch) {
  if (!(alpha > 0 && alpha <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("alpha = ", alpha, " is not above 0 and at most 1"));
  }
  std::vector<const PublicKey*> keys;
  for (std::size_t i = 0; i < round.size(); ++i) {
    if (!(round[i].value >= 0 && round[i].value <= 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("score ", i, " is ", round[i].value, ", not within 0 and 1"));
    }
    keys.push_back(&round[i].hotkey);
  }
  std::sort(keys.begin(), keys.end(),
            [](const auto* a, const auto* b) { return order_of(*a) < order_of(*b); });
  const auto twice = std::adjacent_find(keys.begin(), keys.end(),
                                        [](const auto* a, const auto* b) { return *a == *b; });
  if (twice != keys.end()) {
    return absl::InvalidArgumentError(absl::StrCat((*twice)->address(), " is scored twice"));
  }
  for (const HotkeyScore& score : round) {
    Entry& entry = find_or_add(score.hotkey);
    entry.average += alpha * (score.value - entry.average);
    // Rounding must not lead out of what open() takes.
    entry.average = std::clamp(entry.average, 0.0, 1.0);
    ++entry.rounds;
    entry.last_epoch = epoch;
  }
  return absl::OkStatus();
}

double Scores::average(const PublicKey& hotkey) const {
  const Entry* entry = find(hotkey);
  return entry == nullptr ? 0 : entry->average;
}

std::uint64_t Scores::rounds(const PublicKey& hotkey) const {
  const Entry* entry = find(hotkey);
  return entry == nullptr ? 0 : entry->rounds;
}

std::vector<UidScore> Scores::by_uid(const State& state) const {
  std::vector<UidScore> out;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) continue;
    const double value = average(state.neurons[uid]->hotkey);
    if (value > 0) out.push_back({static_cast<std::uint16_t>(uid), value});
  }
  return out;
}

void Scores::forget(const State& state, std::uint64_t epoch) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.last_epoch < epoch && !find_uid(state, entry.hotkey);
  });
}

absl::Status Scores::save() const {
  Json scores = Json::array();
  for (const Entry& e : entries_) {
    scores.push_back(
        {scheme_name(e.hotkey.scheme), to_hex(e.hotkey.bytes), e.average, e.rounds, e.last_epoch});
  }
  const Json file = {
      {"format", kFormat}, {"subnet", subnet_text(subnet_)}, {"scores", std::move(scores)}};
  std::string text = file.dump();
  absl::StrAppend(&text, "\n", to_hex(blake2b_256(bytes_of(text))), "\n");
  return replace_private_file(path_, bytes_of(text));
}

}  // namespace yuma::subnet
