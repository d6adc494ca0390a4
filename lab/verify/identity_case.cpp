// SPDX-License-Identifier: MIT

#include <algorithm>

#include "lab/report/text.hpp"
#include "lab/verify/identity.hpp"
#include "yuma/fixed/decimal.hpp"

namespace yuma::lab {

namespace {

std::string_view without_0x(std::string_view digits) {
  return digits.starts_with("0x") ? digits.substr(2) : digits;
}

}  // namespace

bool Case::has(std::string_view key) const {
  if (!json_.is_object()) return false;
  const auto found = json_.find(std::string(key));
  return found != json_.end() && !found->is_null();
}

Case Case::element(std::size_t index) {
  static const Json kNothing;
  const bool there = json_.is_array() && index < json_.size();
  if (!there) run_.reader.fail(at_[index], "missing");
  return {there ? json_[index] : kNothing, at_[index], run_, result_};
}

std::size_t Case::size() { return run_.reader.is_array(json_, at_) ? json_.size() : 0; }

const Json& Case::field(std::string_view key) {
  return key.empty() ? json_ : run_.reader.field(json_, at_, key);
}

std::string Case::text(std::string_view key) {
  return run_.reader.string(field(key), key.empty() ? at_ : at_ / key);
}

Bytes Case::bytes(std::string_view key) {
  const std::string digits = text(key);
  auto bytes = from_hex(without_0x(digits));
  if (!bytes) fail(key, "not hexadecimal digits");
  return bytes ? *std::move(bytes) : Bytes();
}

Bytes32 Case::bytes32(std::string_view key) {
  const Bytes bytes = this->bytes(key);
  Bytes32 out{};
  if (bytes.size() == out.size()) {
    std::copy(bytes.begin(), bytes.end(), out.begin());
  } else {
    fail(key, absl::StrCat(bytes.size(), " bytes where 32 belong"));
  }
  return out;
}

bool Case::flag(std::string_view key) { return run_.reader.boolean(field(key), at_ / key); }

double Case::real(std::string_view key) {
  const Json& value = field(key);
  if (value.is_number()) return value.get<double>();
  fail(key, absl::StrCat(shortened(value), " is not a number"));
  return 0;
}

Scheme Case::scheme(std::string_view key) {
  const auto scheme = scheme_of_name(text(key));
  if (!scheme) fail(key, "not a known scheme");
  return scheme.value_or(Scheme::kSr25519);
}

std::uint64_t Case::number(std::string_view key, std::uint64_t max) {
  const Json& value = field(key);
  const JsonPath at = key.empty() ? at_ : at_ / key;
  if (!value.is_string()) return run_.reader.unsigned_up_to(value, at, max);
  return static_cast<std::uint64_t>(run_.reader.decimal_within(value, at, 0, max));
}

std::vector<std::uint16_t> Case::numbers(std::string_view key) {
  JsonReader& r = run_.reader;
  return r.array<std::uint16_t>(
      field(key), key.empty() ? at_ : at_ / key,
      [&](const Json& v, const JsonPath& p) { return r.unsigned_as<std::uint16_t>(v, p); });
}

void Case::fail(std::string_view key, std::string_view what) {
  run_.reader.fail(key.empty() ? at_ : at_ / key, what);
}

void Case::expect(std::string_view key, const Json& computed) {
  if (!key.empty() && (!json_.is_object() || !json_.contains(std::string(key)))) return;
  compare_parts(key, computed, key.empty() ? json_ : json_[std::string(key)]);
}

void Case::expect_names(std::string_view key, const Json& computed) {
  const Json& recorded = field(key);
  if (!recorded.is_object()) return;
  Json names = Json::array(), ours = Json::array();
  for (const auto& item : recorded.items()) names.push_back(item.key());
  for (const auto& item : computed.items()) ours.push_back(item.key());
  compare(ours, names, absl::StrCat(run_.file, ": ", (at_ / key).text(), ", names"),
          result_.differences);
}

void Case::compare_parts(std::string_view key, const Json& computed, const Json& recorded) {
  result_.compared += 1;
  compare(computed, recorded, absl::StrCat(run_.file, ": ", (key.empty() ? at_ : at_ / key).text()),
          result_.differences);
}

void Case::expect_refused(std::string_view key, const absl::Status& status) {
  result_.compared += 1;
  result_.differences.push_back(
      {absl::StrCat(run_.file, ": ", (key.empty() ? at_ : at_ / key).text()),
       absl::StrCat("refused: ", one_line(std::string(status.message()))), shortened(field(key))});
}

void Case::expect_hex(std::string_view key, ByteView computed) {
  if (!key.empty() && !has(key)) return;
  const Json& recorded = field(key);
  const bool prefixed =
      recorded.is_string() && recorded.get_ref<const std::string&>().starts_with("0x");
  expect(key, absl::StrCat(prefixed ? "0x" : "", to_hex(computed)));
}

}  // namespace yuma::lab
