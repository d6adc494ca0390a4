// SPDX-License-Identifier: MIT

#include "yuma/snapshot/epoch_file.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace yuma {

namespace {

/// One field of the input object.
struct Field {
  std::string_view name;
  bool required;
  void (*read)(JsonReader&, const Json&, const JsonPath&, EpochSnapshot&);
};

std::vector<std::uint64_t> blocks(JsonReader& r, const Json& v, const JsonPath& at) {
  return r.array<std::uint64_t>(
      v, at, [&](const Json& e, const JsonPath& p) { return r.unsigned_as<std::uint64_t>(e, p); });
}

SparseRows<std::uint16_t> rows(JsonReader& r, const Json& v, const JsonPath& at) {
  SparseRows<std::uint16_t> out;
  if (!r.is_array(v, at)) return out;
  for (std::size_t i = 0; i < v.size() && r.ok(); ++i) {
    const JsonPath row_at = at[i];
    if (!r.is_array(v[i], row_at)) break;
    for (std::size_t k = 0; k < v[i].size() && r.ok(); ++k) {
      const Json& entry = v[i][k];
      const JsonPath entry_at = row_at[k];
      if (!r.is_array(entry, entry_at)) break;
      if (entry.size() != 2) {
        r.fail(entry_at, absl::StrCat(shortened(entry), " is not a pair of uid and value"));
        break;
      }
      const auto uid = r.unsigned_as<Uid>(entry[0], entry_at[0]);
      out.push(uid, r.unsigned_as<std::uint16_t>(entry[1], entry_at[1]));
    }
    out.end_row();
  }
  return out;
}

LiquidAlphaConsensus liquid_alpha_mode(JsonReader& r, const Json& v, const JsonPath& at) {
  const std::string name = r.string(v, at);
  if (name == "current") return LiquidAlphaConsensus::kCurrent;
  if (name == "previous") return LiquidAlphaConsensus::kPrevious;
  if (name != "auto") {
    r.fail(at, absl::StrCat(shortened(v), " is none of \"current\", \"previous\", \"auto\""));
  }
  return LiquidAlphaConsensus::kAuto;
}

/// Reads a number into a member of the snapshot or of its hyperparameters, up to its type's
/// maximum.
template <auto Member>
void state_number(JsonReader& r, const Json& v, const JsonPath& at, EpochSnapshot& s) {
  s.*Member = r.unsigned_as<std::decay_t<decltype(s.*Member)>>(v, at);
}
template <auto Member>
void parameter(JsonReader& r, const Json& v, const JsonPath& at, EpochSnapshot& s) {
  using T = std::decay_t<decltype(s.parameters.*Member)>;
  if constexpr (std::same_as<T, bool>) {
    s.parameters.*Member = r.boolean(v, at);
  } else if constexpr (std::is_signed_v<T>) {
    s.parameters.*Member = static_cast<T>(
        r.signed_within(v, at, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  } else {
    s.parameters.*Member = r.unsigned_as<T>(v, at);
  }
}

using Snapshot = EpochSnapshot;
using Parameters = Hyperparameters;

// The fields in the order in which files write them.
constexpr Field kFields[] = {
    {"n", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.n = static_cast<std::uint32_t>(r.unsigned_up_to(v, at, 65535));
     }},
    {"current_block", true, state_number<&Snapshot::current_block>},
    {"tempo", true, parameter<&Parameters::tempo>},
    {"activity_cutoff", true, parameter<&Parameters::activity_cutoff>},
    {"last_mechanism_step_block", true, state_number<&Snapshot::last_mechanism_step_block>},
    {"last_update", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.last_update = blocks(r, v, at);
     }},
    {"block_at_registration", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.block_at_registration = blocks(r, v, at);
     }},
    {"commit_blocks", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.commit_blocks.reset();
       if (!v.is_null()) s.commit_blocks = blocks(r, v, at);
     }},
    {"stake_i64f64_bits", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.stake = r.array<I64F64>(v, at, [&](const Json& e, const JsonPath& p) {
         return I64F64::from_bits(r.decimal_within(e, p, 0, I64F64::max().bits));
       });
     }},
    {"min_stake", true, parameter<&Parameters::min_stake>},
    {"owner_uid", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.owner_uid.reset();
       if (!v.is_null()) s.owner_uid = r.unsigned_as<Uid>(v, at);
     }},
    {"validator_permits", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.validator_permits =
           r.array<std::uint8_t>(v, at, [&](const Json& e, const JsonPath& p) -> std::uint8_t {
             return r.boolean(e, p) ? 1 : 0;
           });
     }},
    {"max_allowed_validators", true, parameter<&Parameters::max_allowed_validators>},
    {"weights", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.weights = rows(r, v, at);
     }},
    {"bonds", true,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.bonds = rows(r, v, at);
     }},
    {"kappa", true, parameter<&Parameters::kappa>},
    {"bonds_penalty", true, parameter<&Parameters::bonds_penalty>},
    {"bonds_moving_average", true, parameter<&Parameters::bonds_moving_average>},
    {"yuma3", true, parameter<&Parameters::yuma3>},
    {"liquid_alpha", true, parameter<&Parameters::liquid_alpha>},
    {"alpha_low", true, parameter<&Parameters::alpha_low>},
    {"alpha_high", true, parameter<&Parameters::alpha_high>},
    {"alpha_sigmoid_steepness", true, parameter<&Parameters::alpha_sigmoid_steepness>},
    {"rao_emission", true, state_number<&Snapshot::emission>},
    {"previous_consensus", false,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.previous_consensus.clear();
       if (v.is_null()) return;
       s.previous_consensus = r.array<std::uint16_t>(v, at, [&](const Json& e, const JsonPath& p) {
         return r.unsigned_as<std::uint16_t>(e, p);
       });
     }},
    {"liquid_alpha_consensus", false,
     [](JsonReader& r, const Json& v, const JsonPath& at, Snapshot& s) {
       s.parameters.liquid_alpha_consensus.reset();
       if (!v.is_null()) s.parameters.liquid_alpha_consensus = liquid_alpha_mode(r, v, at);
     }},
};

const std::vector<std::string_view>& field_names() {
  static const auto kNames = [] {
    std::vector<std::string_view> names;
    for (const Field& f : kFields) names.push_back(f.name);
    return names;
  }();
  return kNames;
}

/// Fails where a vector that must have an entry a uid has not.
void check_lengths(JsonReader& r, const JsonPath& at, const EpochSnapshot& s) {
  const auto exactly = [&](std::string_view name, std::size_t have) {
    if (have != s.n) r.fail(at / name, absl::StrCat(have, " entries for n = ", s.n));
  };
  const auto at_least = [&](std::string_view name, std::size_t have) {
    if (have < s.n) r.fail(at / name, absl::StrCat(have, " rows for n = ", s.n));
  };
  exactly("block_at_registration", s.block_at_registration.size());
  if (s.commit_blocks) exactly("commit_blocks", s.commit_blocks->size());
  exactly("stake_i64f64_bits", s.stake.size());
  at_least("weights", s.weights.rows());
  at_least("bonds", s.bonds.rows());
  if (!s.previous_consensus.empty()) exactly("previous_consensus", s.previous_consensus.size());
}

/// Reads the fields that `object` has into `s`.
void read_fields(JsonReader& r, const Json& object, const JsonPath& at, EpochSnapshot& s) {
  if (!r.object_of(object, at, field_names())) return;
  for (const Field& f : kFields) {
    const auto found = object.find(std::string(f.name));
    if (found != object.end() && r.ok()) f.read(r, *found, at / f.name, s);
  }
  if (r.ok()) check_lengths(r, at, s);
}

constexpr std::string_view kFileFields[] = {"name",  "description", "kind", "rules",
                                            "input", "expected",    "steps"};

/// Checks that each step can be applied, in order.
void check_steps(JsonReader& r, const EpochFile& file) {
  EpochSnapshot scratch = file.input;
  const JsonPath at("steps");
  for (std::size_t k = 0; k < file.steps.size() && r.ok(); ++k) {
    read_fields(r, file.steps[k], at[k], scratch);
    if (scratch.n != file.input.n) r.fail(at[k] / "n", "the number of uids has to stay");
  }
}

/// Checks that a recorded result has fields to compare.
void check_expected(JsonReader& r, const Json& expected, const JsonPath& at) {
  if (!r.object_of(expected, at, {"terms", "raw"})) return;
  const Json& terms = r.field(expected, at, "terms");
  if (r.ok() && (!terms.is_object() || terms.empty())) {
    r.fail(at / "terms", "not an object with fields");
  }
  if (r.ok() && expected.contains("raw") && !expected["raw"].is_object()) {
    r.fail(at / "raw", "not an object");
  }
}

}  // namespace

absl::StatusOr<EpochSnapshot> read_epoch_snapshot(const Json& input, const JsonPath& at) {
  JsonReader r;
  EpochSnapshot s;
  if (r.object_of(input, at, field_names())) {
    for (const Field& f : kFields) {
      if (f.required) r.field(input, at, f.name);
    }
  }
  if (r.ok()) read_fields(r, input, at, s);
  if (!r.ok()) return r.status();
  return s;
}

absl::Status overwrite_fields(EpochSnapshot& snapshot, const Json& fields, const JsonPath& at) {
  JsonReader r;
  EpochSnapshot changed = snapshot;
  read_fields(r, fields, at, changed);
  if (r.ok()) snapshot = std::move(changed);
  return r.status();
}

std::vector<std::string> ignored_parts(const EpochSnapshot& s) {
  std::vector<std::string> parts;
  const auto note = [&](auto&&... text) { parts.push_back(absl::StrCat(text...)); };
  if (s.last_update.size() != s.n) {
    note("last_update has ", s.last_update.size(), " entries for n = ", s.n,
         ": the chain cuts it or fills in 0");
  }
  if (s.validator_permits.size() != s.n) {
    note("validator_permits has ", s.validator_permits.size(), " entries for n = ", s.n,
         ": the chain cuts it or fills in no permit");
  }
  if (s.owner_uid && *s.owner_uid >= s.n) {
    note("owner_uid ", *s.owner_uid, " is no uid of this subnet: there is no owner");
  }
  const auto check_rows = [&](std::string_view name, const SparseRows<std::uint16_t>& m) {
    const std::string field(name);
    if (m.rows() > s.n)
      note(field, " has ", m.rows(), " rows: those from ", s.n, " on are ignored");
    for (std::size_t i = 0; i < std::min<std::size_t>(m.rows(), s.n); ++i) {
      const auto uids = m.row(i).uids;
      const auto outside =
          std::find_if(uids.begin(), uids.end(), [&](Uid uid) { return uid >= s.n; });
      if (outside == uids.end()) continue;
      note(field, "[", i, "][", outside - uids.begin(), "] is for uid ", *outside,
           ", which is none of this subnet: such entries are ignored");
      return;
    }
  };
  check_rows("weights", s.weights);
  check_rows("bonds", s.bonds);
  return parts;
}

bool is_epoch_file(const Json& document) {
  return document.is_object() &&
         (document.contains("stake_i64f64_bits") || document.contains("input"));
}

absl::Status next_epoch(const EpochFile& file, std::size_t k, const EpochResult& before,
                        EpochSnapshot& state) {
  const JsonPath steps("steps");
  auto status = overwrite_fields(state, file.steps[k - 1], steps[k - 1]);
  if (status.ok()) state.advance(before);
  return status;
}

absl::StatusOr<EpochFile> read_epoch_file(const Json& document) {
  EpochFile file;
  if (document.is_object() && !document.contains("input")) {
    auto input = read_epoch_snapshot(document, JsonPath(""));
    if (!input.ok()) return input.status();
    file.input = *std::move(input);
    return file;
  }

  JsonReader r;
  const JsonPath top("");
  r.object_of(document, top, {std::begin(kFileFields), std::end(kFileFields)});
  const auto text = [&](const char* key) {
    return r.ok() && document.contains(key) ? r.string(document[key], top / key) : std::string();
  };
  file.name = text("name");
  file.description = text("description");
  const std::string kind = text("kind");
  file.sequence = kind == "sequence";
  if (r.ok() && !kind.empty() && kind != "single" && kind != "sequence") {
    r.fail(top / "kind", absl::StrCat(shortened(document["kind"]), " is not single or sequence"));
  }
  if (r.ok() && document.contains("rules")) {
    file.rules = r.unsigned_as<std::uint32_t>(document["rules"], top / "rules");
  }
  if (!r.ok()) return r.status();

  auto input = read_epoch_snapshot(document["input"], JsonPath("input"));
  if (!input.ok()) return input.status();
  file.input = *std::move(input);

  if (document.contains("steps")) {
    const Json& steps = document["steps"];
    if (!file.sequence) r.fail(top / "steps", "only a sequence has steps");
    if (r.is_array(steps, top / "steps")) file.steps.assign(steps.begin(), steps.end());
    check_steps(r, file);
  }
  if (r.ok() && document.contains("expected")) {
    const Json& expected = document["expected"];
    const JsonPath at("expected");
    if (!file.sequence) {
      check_expected(r, expected, at);
      file.expected.push_back(expected);
    } else if (r.is_array(expected, at)) {
      for (std::size_t k = 0; k < expected.size(); ++k) check_expected(r, expected[k], at[k]);
      file.expected.assign(expected.begin(), expected.end());
      if (file.expected.size() != file.epochs()) {
        r.fail(at, absl::StrCat(file.expected.size(), " results for ", file.epochs(), " epochs"));
      }
    }
  }
  if (!r.ok()) return r.status();
  return file;
}

}  // namespace yuma
