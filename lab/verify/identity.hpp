// SPDX-License-Identifier: MIT
#pragma once

// Recorded keys, signatures, addresses, requests, key files and weights. Their files hold groups of
// cases; here is how a case is read and compared, and one function a kind of case. The table in
// identity.cpp says which group holds which kind.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lab/verify/suites.hpp"
#include "yuma/identity/keys.hpp"

namespace yuma::lab {

/// A document whose cases are being run.
struct IdentityRun {
  const Json& document;
  const std::string& file;
  Effort effort;
  JsonReader reader;
};

/// What came out of a case.
struct CaseResult {
  std::string name;  ///< the case's own, or that of the field which holds it
  std::vector<Difference> differences;
  std::size_t compared = 0;  ///< fields; a case without one proves nothing
  bool left_out = false;     ///< takes longer than the run may
};

/// A recorded case, or a part of one. Reading a field that is missing or of the wrong kind fails
/// the document and gives a default. Comparing a field that is not recorded does nothing.
class Case {
 public:
  Case(const Json& json, const JsonPath& at, IdentityRun& run, CaseResult& result)
      : json_(json), at_(at), run_(run), result_(result) {}
  // Parts point to the place of the whole.
  Case(const Case&) = delete;
  Case& operator=(const Case&) = delete;

  IdentityRun& run() { return run_; }
  CaseResult& result() { return result_; }
  const std::string& name() const { return result_.name; }
  bool ok() const { return run_.reader.ok(); }
  /// Whether a field is there and not null.
  bool has(std::string_view key) const;
  /// `key` outlives the part.
  Case part(std::string_view key) { return {field(key), at_ / key, run_, result_}; }
  Case element(std::size_t index);
  /// The number of elements of a list.
  std::size_t size();

  // Each reads a field, or the value itself where `key` is empty.
  const Json& field(std::string_view key);
  std::string text(std::string_view key);
  Bytes bytes(std::string_view key);  ///< hexadecimal digits, with "0x" or without
  Bytes32 bytes32(std::string_view key);
  bool flag(std::string_view key);
  double real(std::string_view key);
  Scheme scheme(std::string_view key);
  /// A whole number, or the text of one.
  std::uint64_t number(std::string_view key, std::uint64_t max = UINT64_MAX);
  std::vector<std::uint16_t> numbers(std::string_view key);
  void fail(std::string_view key, std::string_view what);

  void expect(std::string_view key, const Json& computed);
  /// The same for bytes in hexadecimal digits, written with "0x" where the recorded ones are.
  void expect_hex(std::string_view key, ByteView computed);
  /// The names of an object's fields, in their order.
  void expect_names(std::string_view key, const Json& computed);
  /// Compares what a field holds in some encoding.
  void compare_parts(std::string_view key, const Json& computed, const Json& recorded);
  /// A field that is recorded although this program refuses what it comes from.
  void expect_refused(std::string_view key, const absl::Status& status);
  void leave_out() { result_.left_out = true; }

 private:
  const Json& json_;
  JsonPath at_;
  IdentityRun& run_;
  CaseResult& result_;
};

/// The key that {kind, uri or phrase or seed or private_key} describes. A status where it is none.
absl::StatusOr<KeyPair> key_of_source(Case& source, Scheme scheme);

/// The key of the document's list `keys` that a field names. Fails the document without one.
absl::StatusOr<KeyPair> named_key(Case& user, std::string_view name_field);

/// "//Alice" for "alice": who the recorded data call so.
std::string uri_of_name(std::string_view name);

/// {hex}, {utf8} or {repeat_hex, count}; bounded.
Bytes recorded_body(Case& body);

/// Compares the public and secret parts of a key, under whatever names they are recorded.
void expect_key(Case& recorded, const KeyPair& key, bool random_nonce);

// One kind of case each.
void verify_sdk_key(Case& c);
void verify_substrate_key(Case& c);
void verify_named_key(Case& c);
void verify_phrase(Case& c);
void verify_canonical_key(Case& c);
void verify_derivation_edge(Case& c);
void verify_address_text(Case& c);
void verify_address_encoding(Case& c);
void verify_address_invalid(Case& c);
void verify_signatures(Case& c);
void verify_wrapped_bytes(Case& c);
void verify_sr25519_edge(Case& c);
void verify_sr25519_batch(Case& c);
void verify_hashes(Case& c);
void verify_compact(Case& c);
void verify_request(Case& c);
void verify_btauth(Case& c);
void verify_golden_request(Case& c);
void verify_verdicts(Case& c);
void verify_key_file(Case& c);
void verify_golden_key_file(Case& c);
void verify_sealed_text(Case& c);
void verify_export(Case& c);
void verify_commit_hash(Case& c);
void verify_sealed_box(Case& c);
void verify_normalize(Case& c);
void verify_clip(Case& c);
void verify_conform(Case& c);
void verify_pairs(Case& c);
void verify_wallet_modes(Case& c);
void verify_wallet_listing(Case& c);
void verify_password_variable(Case& c);

}  // namespace yuma::lab
