// SPDX-License-Identifier: MIT

#include "key_fields.hpp"

#include <sodium.h>

#include <charconv>
#include <cstdio>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "secret_text.hpp"

namespace yuma {
namespace {

/// A character that is wiped when it goes and that nobody can read: it can be compared only. The
/// library's lexer keeps every character of a token in a vector of the iterator's value_type, and
/// makes texts for its error messages from that.
class UnseenChar {
 public:
  explicit UnseenChar(char c) : c_(c) {}
  UnseenChar(const UnseenChar&) = default;
  UnseenChar& operator=(const UnseenChar&) = default;
  ~UnseenChar() { *const_cast<volatile char*>(&c_) = 0; }
  friend bool operator==(const UnseenChar&, const UnseenChar&) = default;
  explicit operator char() const { return '?'; }
  explicit operator unsigned char() const { return '?'; }

 private:
  char c_;
};

}  // namespace
}  // namespace yuma

/// What the lexer asks of a type of characters.
template <>
struct std::char_traits<yuma::UnseenChar> {
  using char_type = yuma::UnseenChar;  // NOLINT(readability-identifier-naming)
  using int_type = int;                // NOLINT(readability-identifier-naming)
  static int_type to_int_type(char c) { return static_cast<unsigned char>(c); }
  static char_type to_char_type(int_type c) { return char_type(static_cast<char>(c)); }
  static constexpr int_type eof() { return EOF; }
};

namespace yuma {
namespace {

/// Walks over text as if its characters were UnseenChar.
class UnseenText {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = UnseenChar;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  UnseenText() = default;
  explicit UnseenText(const char* at) : at_(at) {}
  char operator*() const { return *at_; }
  UnseenText& operator++() {
    ++at_;
    return *this;
  }
  UnseenText operator++(int) { return UnseenText(at_++); }
  friend bool operator==(const UnseenText&, const UnseenText&) = default;

 private:
  const char* at_ = nullptr;
};

/// Memory that is wiped when it is given back: the buffer in which the lexer puts a text together.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T* memory, std::size_t n) {
    sodium_memzero(memory, n * sizeof(T));
    std::allocator<T>().deallocate(memory, n);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

struct WipedString : std::basic_string<char, std::char_traits<char>, WipingAllocator<char>> {
  using basic_string::basic_string;
  // Called by the library's readers of binary formats only.
  WipedString(const std::string& text)  // NOLINT(google-explicit-constructor)
      : basic_string(text.data(), text.size()) {}
};
using WipedJson = nlohmann::basic_json<std::map, std::vector, WipedString, bool, std::int64_t,
                                       std::uint64_t, double, WipingAllocator>;

/// A whole number as Rust reads one: digits, a plus sign before them allowed.
std::optional<std::uint8_t> crypto_type_of(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint8_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes the fields of the outermost object as the parser meets them.
class FieldCollector final : public nlohmann::json_sax<WipedJson> {
 public:
  explicit FieldCollector(KeyFields& fields) : fields_(fields) {}

  bool null() override { return value(std::nullopt, std::nullopt); }
  bool boolean(bool) override { return value(std::nullopt, std::nullopt); }
  // Negative, or -0, which is no whole number to the SDK.
  bool number_integer(std::int64_t) override { return value(std::nullopt, std::nullopt); }
  bool number_unsigned(std::uint64_t number) override {
    return value(std::nullopt,
                 number <= UINT8_MAX ? std::optional(std::uint8_t(number)) : std::nullopt);
  }
  bool number_float(double, const WipedString&) override {
    return value(std::nullopt, std::nullopt);
  }
  bool string(WipedString& text) override {
    const std::string_view view(text.data(), text.size());
    return value(view, is("cryptoType") ? crypto_type_of(view) : std::nullopt);
  }
  bool binary(WipedJson::binary_t&) override { return false; }  // JSON has none
  bool start_object(std::size_t) override {
    if (depth_ == 0) fields_.is_object = true;
    return open();
  }
  bool start_array(std::size_t) override { return open(); }
  bool key(WipedString& name) override {
    if (depth_ != 1) return true;
    name_.assign(name.data(), name.size());
    if (name_ == "encoded") fields_.has_encoded = true;
    if (name_ == "encoding") fields_.has_encoding = true;
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  static constexpr int kMostLevels = 127;  // what the SDK's parser allows

  bool is(std::string_view name) const { return depth_ == 1 && name_ == name; }

  bool open() {
    value(std::nullopt, std::nullopt);
    return ++depth_ <= kMostLevels;
  }
  bool close() {
    --depth_;
    return true;
  }

  bool value(std::optional<std::string_view> text, std::optional<std::uint8_t> number) {
    const auto take = [&](std::string_view name, std::optional<Secret>& field) {
      if (!is(name)) return;
      field.reset();
      if (text) field = Secret::copy_of(*text);
    };
    take("secretPhrase", fields_.phrase);
    take("secretSeed", fields_.seed);
    take("privateKey", fields_.private_key);
    take("ss58Address", fields_.address);
    take(" ss58Address", fields_.old_address);
    if (is("cryptoType")) fields_.crypto_type = number;
    return true;
  }

  KeyFields& fields_;
  WipedString name_;  // of the field whose value comes next
  int depth_ = 0;
};

}  // namespace

std::optional<KeyFields> read_key_fields(ByteView text) {
  const std::string_view view = text_of(text);
  if (view.starts_with("\xef\xbb\xbf")) return std::nullopt;  // the library would skip it
  KeyFields fields;
  FieldCollector collector(fields);
  if (!WipedJson::sax_parse(UnseenText(view.data()), UnseenText(view.data() + view.size()),
                            &collector)) {
    return std::nullopt;
  }
  return fields;
}

}  // namespace yuma
