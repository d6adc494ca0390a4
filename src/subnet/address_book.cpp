// SPDX-License-Identifier: MIT

#include "yuma/subnet/address_book.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/replaced_file.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::subnet {

namespace {

constexpr std::string_view kTag = "yuma/1/addresses\n";
constexpr std::size_t kDigestBytes = 32;

absl::Status damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("address book: ", what));
}

const SignedObject* address_in(const Object& object) {
  const auto* one = std::get_if<SignedObject>(&object);
  return one != nullptr && one->kind == ObjectKind::kAddress ? one : nullptr;
}

/// The keys of the roster, sorted: a book has as many entries as the roster.
std::vector<std::pair<Bytes32, Scheme>> keys_of(const State& state) {
  std::vector<std::pair<Bytes32, Scheme>> keys;
  for (const auto& neuron : state.neurons) {
    if (neuron) keys.emplace_back(neuron->hotkey.bytes, neuron->hotkey.scheme);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

absl::StatusOr<AddressBook::Taken> AddressBook::take(const State& state, const Object& object) {
  const SignedObject* one = address_in(object);
  if (one == nullptr) return absl::InvalidArgumentError("not an address");
  auto body = decode_body<AddressBody>(one->body);
  if (!body.ok()) return body.status();
  if (body->header.subnet != subnet_) return absl::InvalidArgumentError("of another subnet");
  const PublicKey& hotkey = body->header.sender;
  const KnownAddress* known = find(hotkey.bytes);
  if (known != nullptr && known->counter >= body->header.epoch) return Taken::kKnown;
  if (!find_uid(state, hotkey)) return absl::InvalidArgumentError("of no member");
  if (!verify_object(*one)) return absl::InvalidArgumentError("has a wrong signature");
  auto bytes = encode_object(object);
  if (!bytes.ok()) return bytes.status();
  current_[hotkey.bytes] = {hotkey, body->header.epoch, std::move(body->endpoints),
                            *std::move(bytes)};
  changed();
  return Taken::kNew;
}

bool AddressBook::keep_members(const State& state) {
  const auto keys = keys_of(state);
  const auto gone = [&](const auto& item) {
    const PublicKey& hotkey = item.second.hotkey;
    return !std::binary_search(keys.begin(), keys.end(), std::pair(hotkey.bytes, hotkey.scheme));
  };
  if (std::erase_if(current_, gone) == 0) return false;
  changed();
  return true;
}

void AddressBook::changed() {
  shared_.reset();
  digest_.reset();
}

std::shared_ptr<const Addresses> AddressBook::addresses() const {
  if (!shared_) shared_ = std::make_shared<const Addresses>(current_);
  return shared_;
}

const Bytes32& AddressBook::digest() const {
  if (!digest_) {
    ScaleWriter writer;
    writer.raw(bytes_of(kTag));
    writer.list(current_, [&](const auto& item) {
      writer.number(static_cast<std::uint8_t>(item.second.hotkey.scheme));
      writer.raw(item.first);
      writer.number(item.second.counter);
    });
    digest_ = blake2b_256(writer.bytes());
  }
  return *digest_;
}

const KnownAddress* AddressBook::find(const AccountId& hotkey) const {
  const auto known = current_.find(hotkey);
  return known == current_.end() ? nullptr : &known->second;
}

Bytes AddressBook::encode() const {
  ScaleWriter writer;
  writer.raw(bytes_of(kTag));
  writer.list(current_, [&](const auto& item) { writer.blob(item.second.object); });
  writer.raw(blake2b_256(writer.bytes()));
  return writer.take();
}

absl::Status AddressBook::read(const State& state, ByteView file) {
  if (file.size() > kMaxAddressBookBytes) return damaged("longer than any");
  if (file.size() < kTag.size() + kDigestBytes || text_of(file.first(kTag.size())) != kTag) {
    return damaged("begins like none");
  }
  const ByteView content = file.first(file.size() - kDigestBytes);
  const Bytes32 digest = blake2b_256(content);
  if (!std::equal(digest.begin(), digest.end(), file.last(kDigestBytes).begin())) {
    return damaged("cut short or changed");
  }
  ScaleReader reader(content.subspan(kTag.size()));
  const auto blobs =
      reader.list<ByteView>(kMaxUids, 2, [&] { return reader.blob(kMaxObjectBytes); });
  if (absl::Status status = reader.finish(); !status.ok()) return damaged(status.message());
  std::vector<Object> objects;
  for (const ByteView blob : blobs) {
    auto object = decode_object(blob);
    if (!object.ok()) return damaged(object.status().message());
    objects.push_back(*std::move(object));
  }
  // Those of former members are left out.
  for (const Object& object : objects) take(state, object).status().IgnoreError();
  return absl::OkStatus();
}

absl::Status AddressBook::save(const std::string& path) const {
  return replace_private_file(path, encode());
}

absl::Status AddressBook::load(const State& state, const std::string& path) {
  const auto bytes = read_whole_file(path, kMaxAddressBookBytes);
  if (absl::IsNotFound(bytes.status())) return absl::OkStatus();
  return bytes.ok() ? read(state, *bytes) : bytes.status();
}

absl::StatusOr<Bytes> address_body(const SubnetId& subnet, const PublicKey& hotkey,
                                   std::uint64_t counter, const std::vector<Endpoint>& endpoints) {
  return encode_body(AddressBody{{subnet, counter, hotkey}, endpoints});
}

}  // namespace yuma::subnet
