// SPDX-License-Identifier: MIT

// Recorded building blocks of the epoch: the fixed-point operations, exp, the alpha sigmoid, the
// weighted median, top-k and the upscaling of weights. One suite a group, one case a row.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lab/verify/suites.hpp"
#include "yuma/consensus/exact.hpp"
#include "yuma/consensus/liquid_alpha.hpp"
#include "yuma/consensus/median.hpp"
#include "yuma/consensus/permit.hpp"
#include "yuma/consensus/upscale.hpp"
#include "yuma/fixed/decimal.hpp"
#include "yuma/fixed/exp.hpp"

namespace yuma::lab {

namespace {

/// A row being read: objects give fields by name, lists by index.
class Row {
 public:
  Row(const Json& row, const JsonPath& at, JsonReader& reader)
      : row_(row), at_(at), reader_(reader) {}

  I32F32 i32f32(std::string_view key) {
    return {static_cast<std::int64_t>(
        bits(field(key), at_ / key, I32F32::min().bits, I32F32::max().bits))};
  }
  I64F64 i64f64(std::string_view key) {
    return {bits(field(key), at_ / key, I64F64::min().bits, I64F64::max().bits)};
  }
  template <class T>
  T number(std::string_view key) {
    return reader_.unsigned_as<T>(field(key), at_ / key);
  }
  std::int16_t steepness(std::string_view key) {
    return static_cast<std::int16_t>(
        reader_.signed_within(field(key), at_ / key, INT16_MIN, INT16_MAX));
  }
  std::vector<I32F32> i32f32s(std::string_view key) {
    return reader_.array<I32F32>(field(key), at_ / key, [&](const Json& v, const JsonPath& p) {
      return I32F32{static_cast<std::int64_t>(bits(v, p, I32F32::min().bits, I32F32::max().bits))};
    });
  }
  const Json& at(std::size_t index) {
    static const Json kNothing;
    if (row_.is_array() && index < row_.size()) return row_[index];
    reader_.fail(at_[index], "missing");
    return kNothing;
  }
  void fail(std::string_view key, std::string_view what) { reader_.fail(at_ / key, what); }
  JsonPath place(std::size_t index) const { return at_[index]; }
  JsonReader& reader() { return reader_; }

 private:
  const Json& field(std::string_view key) { return reader_.field(row_, at_, key); }
  int128 bits(const Json& v, const JsonPath& p, int128 min, int128 max) {
    return reader_.decimal_within(v, p, min, max);
  }

  const Json& row_;
  const JsonPath& at_;
  JsonReader& reader_;
};

Json text(I32F32 v) { return std::to_string(v.bits); }
Json text(I64F64 v) { return to_decimal(v.bits); }

/// What this program computes for a row, with the recorded fields in the row's own shape.
using Compute = Json (*)(Row&);

Json arithmetic(Row& row) {
  const I32F32 a = row.i32f32("a"), b = row.i32f32("b");
  Json out;
  out["saturating_add"] = text(Exact::saturating_add(a, b));
  out["saturating_sub"] = text(Exact::saturating_sub(a, b));
  out["saturating_mul"] = text(Exact::mul_floor(a, b));
  out["safe_div"] = text(Exact::safe_div(a, b));
  out["saturating_div"] = b == I32F32::zero() ? Json(nullptr) : text(saturating_div_trunc(a, b));
  out["checked_mul_or_0"] = text(Exact::mul_floor_or_zero(a, b));
  return out;
}

Json conversions(Row& row) {
  const I32F32 a = row.i32f32("i32f32");
  const I64F64 b = row.i64f64("i64f64");
  const auto emission = row.number<std::uint64_t>("emission");
  Json out;
  out["to_u16"] = saturating_floor<std::uint16_t>(a);
  out["to_u64"] = saturating_floor<std::uint64_t>(a);
  out["proportion_to_u16"] = to_u16_proportion(a);
  out["i64f64_to_i32f32"] = text(saturating_convert<I32F32>(b));
  out["i64f64_to_u64"] = saturating_floor<std::uint64_t>(b);
  out["i32f32_times_emission_u64"] = share_of(a, emission);
  return out;
}

Json division(Row& row) {
  Json out;
  out["safe_div"] = text(safe_div_trunc(row.i64f64("a"), row.i64f64("b")));
  return out;
}

Json sigmoid(Row& row) {
  Hyperparameters p;
  p.alpha_low = row.number<std::uint16_t>("alpha_low");
  p.alpha_high = row.number<std::uint16_t>("alpha_high");
  p.alpha_sigmoid_steepness = row.steepness("steepness");
  Json out;
  out["alpha"] = text(AlphaSigmoid<Exact>::of(p).rate(row.i32f32("consensus"), row.i32f32("weight"),
                                                      row.i32f32("bond")));
  return out;
}

/// The recorded rows give the stake as it is passed on, not normalised, and the median of one
/// column.
Json median(Row& row) {
  const auto stake = row.i32f32s("stake"), score = row.i32f32s("score");
  const I32F32 total = Exact::wrapping_sum(stake);
  const I32F32 minority = Exact::saturating_sub(total, row.i32f32("majority"));
  if (stake.size() != score.size()) {
    row.fail("score", "not as long as stake");
    return {};
  }
  Json out;
  out["median"] = text(weighted_median<Exact>(stake, score, minority, total));
  return out;
}

Json top_k(Row& row) {
  const auto mask = top_k_nonzero(row.i32f32s("values"), row.number<std::size_t>("k"));
  Json out;
  out["mask"] = Json::array();
  for (const std::uint8_t kept : mask) out["mask"].push_back(kept != 0);
  return out;
}

// Rows that are pairs of argument and result.

Json proportion_row(Row& row) {
  const auto u = row.reader().unsigned_as<std::uint16_t>(row.at(0), row.place(0));
  return Json::array({u, text(proportion(u))});
}

Json exp_row(Row& row) {
  const auto x = row.reader().decimal_within(row.at(0), row.place(0), INT64_MIN, INT64_MAX);
  const I32F32 value{static_cast<std::int64_t>(x)};
  return Json::array({text(value), text(exp_safe(value))});
}

Json upscale_row(Row& row) {
  JsonReader& r = row.reader();
  const auto weights = r.array<std::uint16_t>(
      row.at(0), row.place(0),
      [&](const Json& v, const JsonPath& p) { return r.unsigned_as<std::uint16_t>(v, p); });
  return Json::array({weights, max_upscaled(weights)});
}

/// A group of rows by its name in the file.
struct Group {
  const char* name;
  Compute compute;
};

constexpr Group kGroups[] = {
    {"arith_i32f32", arithmetic},  {"conversions", conversions},
    {"safe_div_i64f64", division}, {"u16_proportion_to_i32f32", proportion_row},
    {"exp_safe", exp_row},         {"alpha_sigmoid", sigmoid},
    {"weighted_median", median},   {"max_upscale_u16", upscale_row},
    {"is_topk_nonzero", top_k},
};

/// The recorded row without its arguments: the fields that were computed.
Json results_of(const Json& row, const Json& computed) {
  if (!computed.is_object()) return row;
  Json results;
  for (const auto& item : computed.items()) {
    const auto found = row.find(item.key());
    if (found != row.end()) results[item.key()] = *found;
  }
  return results;
}

}  // namespace

bool is_epoch_functions(const Json& document) {
  if (!document.is_object() || document.empty()) return false;
  for (const Group& g : kGroups) {
    if (document.contains(g.name)) return true;
  }
  return false;
}

absl::Status verify_epoch_functions(const Json& document, const std::string& file,
                                    VerifyReport& report) {
  JsonReader reader;
  std::vector<std::string_view> known;
  for (const Group& g : kGroups) known.push_back(g.name);
  reader.object_of(document, JsonPath(""), known);
  for (const Group& g : kGroups) {
    const auto rows = document.find(g.name);
    if (rows == document.end() || !reader.is_array(*rows, JsonPath(g.name))) continue;
    for (std::size_t i = 0; i < rows->size() && reader.ok(); ++i) {
      const JsonPath group(g.name);
      const JsonPath at = group[i];
      Row row((*rows)[i], at, reader);
      const Json computed = g.compute(row);
      if (!reader.ok()) break;
      const Json recorded = results_of((*rows)[i], computed);
      if (recorded.empty()) {
        reader.fail(at, "has no result to compare");
        break;
      }
      std::vector<Difference> differences;
      compare(computed, recorded, absl::StrCat(file, ": ", at.text()), differences);
      report.add_case(g.name, std::move(differences));
    }
  }
  return reader.status();
}

}  // namespace yuma::lab
