// SPDX-License-Identifier: MIT

#include "yuma/snapshot/json.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "yuma/fixed/decimal.hpp"

namespace yuma {

namespace {

constexpr std::size_t kShown = 60;

/// Bytes of a file as they may stand in a message: one line, printable.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte >= 0x7f ? '?' : c);
  }
  if (text.size() > kShown) out += "...";
  return out;
}

/// Builds the document and knows at each moment where in it the parser is.
class DocumentBuilder final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool v) override { return add(v); }
  bool number_integer(number_integer_t v) override { return add(v); }
  bool number_unsigned(number_unsigned_t v) override { return add(v); }
  bool number_float(number_float_t v, const string_t& text) override {
    if (text.find_first_of(".eE") == string_t::npos) {
      return refuse(absl::StrCat(printable(text), " does not fit 64 bits"));
    }
    return add(v);
  }
  bool string(string_t& v) override { return add(std::move(v)); }
  bool binary(binary_t&) override { return refuse("binary data"); }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool key(string_t& name) override {
    Level& level = open_.back();
    // The field's place is known before its value, so an error in the value names it.
    level.key = name;
    if (level.value->contains(name)) return refuse("given twice");
    if (level.value->size() == kMaxJsonFields) {
      return refuse(absl::StrCat("an object of more than ", kMaxJsonFields, " fields"));
    }
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& e) override {
    // The library tells these apart by the text of its message only.
    const auto says = [&](const char* text) { return std::strstr(e.what(), text) != nullptr; };
    if (says("number overflow")) return refuse(absl::StrCat(printable(token), " is out of range"));
    if (says("unexpected end of input") || says("empty input")) {
      return refuse(absl::StrCat("ends too early, after ", position - 1, " bytes"));
    }
    return refuse(absl::StrCat("not JSON at byte ", position, ": ", printable(token)));
  }

  Json document;
  std::string error;

 private:
  struct Level {
    Json* value;
    std::string key;
  };

  bool count() {
    if (++values_ <= kMaxJsonValues) return true;
    return refuse(absl::StrCat("more than ", kMaxJsonValues, " values"));
  }
  bool add(Json v) {
    if (!count()) return false;
    place(std::move(v));
    return true;
  }
  Json* place(Json v) {
    if (open_.empty()) {
      document = std::move(v);
      return &document;
    }
    Level& level = open_.back();
    if (level.value->is_array()) {
      level.value->push_back(std::move(v));
      return &level.value->back();
    }
    return &((*level.value)[level.key] = std::move(v));
  }
  bool open(Json v) {
    if (open_.size() == kMaxJsonDepth) {
      return refuse(absl::StrCat("nested deeper than ", kMaxJsonDepth));
    }
    if (!count()) return false;
    open_.push_back({place(std::move(v)), {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  bool refuse(std::string what) {
    std::string at;
    for (const Level& level : open_) {
      if (level.value->is_array()) {
        // Containers are placed when they open: the last one opened is the one we are in.
        const bool innermost = &level == &open_.back();
        absl::StrAppend(&at, "[", innermost ? level.value->size() : level.value->size() - 1, "]");
      } else if (!level.key.empty()) {
        absl::StrAppend(&at, at.empty() ? "" : ".", printable(level.key));
      }
    }
    error = at.empty() ? std::move(what) : absl::StrCat(at, ": ", what);
    return false;
  }

  std::vector<Level> open_;
  std::size_t values_ = 0;
};

}  // namespace

absl::StatusOr<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const auto too_large = [&](const std::string& bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", bytes, " bytes; at most ", max_bytes, " are read"));
  };
  const auto unreadable = [](int error) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot be read: ", std::generic_category().message(error)));
  };
  const bool standard_input = path == "-";
  if (!standard_input) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return unreadable(EISDIR);
    const auto size = std::filesystem::file_size(path, error);  // fails for pipes: read them
    if (!error && size > max_bytes) return too_large(absl::StrCat(size));
  }
  const auto close = [&](std::FILE* f) {
    if (!standard_input) std::fclose(f);
  };
  errno = 0;
  const std::unique_ptr<std::FILE, decltype(close)> file(
      standard_input ? stdin : std::fopen(path.c_str(), "rb"), close);
  if (!file) return unreadable(errno);

  std::string text;
  constexpr std::size_t kChunk = 1 << 16;
  while (text.size() <= max_bytes) {
    const std::size_t have = text.size();
    text.resize(have + kChunk);
    const std::size_t got = std::fread(text.data() + have, 1, kChunk, file.get());
    text.resize(have + got);
    if (got < kChunk) break;
  }
  if (std::ferror(file.get()) != 0) return unreadable(errno);
  if (text.size() > max_bytes) return too_large(absl::StrCat("more than ", max_bytes));
  return text;
}

absl::StatusOr<Json> parse_json(std::string_view text) {
  // The library would take a zero byte for the end and leave the rest unread.
  if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("not JSON at byte ", zero + 1, ": a zero byte"));
  }
  DocumentBuilder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
    return absl::InvalidArgumentError(builder.error);
  }
  return std::move(builder.document);
}

std::string JsonPath::text() const {
  const std::string before = parent_ == nullptr ? "" : parent_->text();
  if (index_ != kNoIndex) return absl::StrCat(before, "[", index_, "]");
  const std::string key = printable(key_);
  return before.empty() ? key : absl::StrCat(before, ".", key);
}

std::string shortened(const Json& value) {
  // Only the beginning of a large value is turned into text.
  if (value.is_array()) return absl::StrCat("a list of ", value.size());
  if (value.is_object()) return absl::StrCat("an object of ", value.size(), " fields");
  return printable(value.dump(-1, ' ', true, Json::error_handler_t::replace));
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    return row.back();
  };
  const std::string_view start = name.substr(0, kShown);
  std::string_view best;
  std::size_t least = start.size() < 4 ? 1 : std::max<std::size_t>(2, start.size() / 3);
  for (const std::string_view candidate : known) {
    // A name that is part of the other is near, however long the rest.
    const bool part = start.size() >= 4 && candidate.find(start) != std::string_view::npos;
    const std::size_t d = part ? 1 : distance(start, candidate);
    if (d < candidate.size() && (best.empty() ? d <= least : d < least)) {
      best = candidate;
      least = d;
    }
  }
  if (best.empty()) return "";
  return absl::StrCat(" (did you mean ", std::string(best), "?)");
}

void JsonReader::fail(const JsonPath& at, std::string_view what) {
  if (!status_.ok()) return;
  const std::string place = at.text();
  status_ =
      absl::InvalidArgumentError(absl::StrCat(place, place.empty() ? "" : ": ", std::string(what)));
}

void JsonReader::expected(const Json& value, const JsonPath& at, std::string_view what) {
  if (status_.ok()) fail(at, absl::StrCat(shortened(value), " is not ", std::string(what)));
}

const Json& JsonReader::field(const Json& object, const JsonPath& at, std::string_view key) {
  static const Json kNothing;
  if (!is_object(object, at)) return kNothing;
  const auto found = object.find(std::string(key));
  if (found == object.end()) {
    fail(at / key, "missing");
    return kNothing;
  }
  return *found;
}

bool JsonReader::object_of(const Json& object, const JsonPath& at,
                           const std::vector<std::string_view>& known) {
  if (!is_object(object, at)) return false;
  for (const auto& item : object.items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      fail(at / item.key(), absl::StrCat("unknown field", did_you_mean(item.key(), known)));
      return false;
    }
  }
  return true;
}

bool JsonReader::is_array(const Json& value, const JsonPath& at) {
  if (!value.is_array()) expected(value, at, "a list");
  return value.is_array();
}

bool JsonReader::is_object(const Json& value, const JsonPath& at) {
  if (!value.is_object()) expected(value, at, "an object");
  return value.is_object();
}

bool JsonReader::boolean(const Json& value, const JsonPath& at) {
  if (value.is_boolean()) return value.get<bool>();
  expected(value, at, "true or false");
  return false;
}

std::string JsonReader::string(const Json& value, const JsonPath& at) {
  if (value.is_string()) return value.get<std::string>();
  expected(value, at, "text");
  return {};
}

std::uint64_t JsonReader::unsigned_up_to(const Json& value, const JsonPath& at, std::uint64_t max) {
  // A parsed number that is not negative is unsigned; one put in by a program may not be.
  const bool fits =
      value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
  if (fits && value.get<std::uint64_t>() <= max) return value.get<std::uint64_t>();
  if (ok()) expected(value, at, absl::StrCat("a whole number from 0 to ", max));
  return 0;
}

std::int64_t JsonReader::signed_within(const Json& value, const JsonPath& at, std::int64_t min,
                                       std::int64_t max) {
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX)
                        : value.is_number_integer();
  if (fits) {
    const auto v = value.get<std::int64_t>();
    if (v >= min && v <= max) return v;
  }
  if (ok()) expected(value, at, absl::StrCat("a whole number from ", min, " to ", max));
  return 0;
}

int128 JsonReader::decimal_within(const Json& value, const JsonPath& at, int128 min, int128 max) {
  if (value.is_string()) {
    const auto v = parse_decimal(value.get_ref<const std::string&>());
    if (v && *v >= min && *v <= max) return *v;
  }
  if (ok()) {
    expected(value, at,
             absl::StrCat("a whole number from ", to_decimal(min), " to ", to_decimal(max),
                          ", written as text"));
  }
  return 0;
}

}  // namespace yuma
