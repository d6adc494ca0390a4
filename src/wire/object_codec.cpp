// SPDX-License-Identifier: MIT

#include "object_codec.hpp"

#include <string>
#include <utility>

namespace yuma::wire {

namespace {

// Of a list element: a uid and a hash.
constexpr std::size_t kUidHashBytes = 2 + 32;

std::pair<Scheme, Bytes32> order_of(const PublicKey& key) { return {key.scheme, key.bytes}; }

}  // namespace

void write_public_key(ScaleWriter& out, const PublicKey& key) {
  out.number(static_cast<std::uint8_t>(key.scheme));
  out.raw(key.bytes);
}

PublicKey read_public_key(ScaleReader& in) {
  PublicKey key;
  const auto scheme = in.number<std::uint8_t>();
  if (scheme > static_cast<std::uint8_t>(Scheme::kSr25519)) {
    in.fail("an unknown scheme");
    return key;
  }
  key.scheme = static_cast<Scheme>(scheme);
  key.bytes = in.array<32>();
  return key;
}

void write_subnet(ScaleWriter& out, const SubnetId& subnet) {
  out.raw(subnet.network);
  out.number(subnet.netuid);
  out.number(subnet.mechanism);
}

SubnetId read_subnet(ScaleReader& in) {
  SubnetId subnet;
  subnet.network = in.array<32>();
  subnet.netuid = in.number<std::uint16_t>();
  if (subnet.netuid > kMaxNetuid) in.fail("a netuid above 4,095");
  subnet.mechanism = in.number<std::uint8_t>();
  if (subnet.mechanism > kMaxMechanism) in.fail("a mechanism above 15");
  return subnet;
}

void write_header(ScaleWriter& out, const ObjectHeader& header) {
  write_subnet(out, header.subnet);
  out.number(header.epoch);
  write_public_key(out, header.sender);
}

ObjectHeader read_header(ScaleReader& in) {
  ObjectHeader header;
  header.subnet = read_subnet(in);
  header.epoch = in.number<std::uint64_t>();
  header.sender = read_public_key(in);
  return header;
}

std::uint16_t read_uid(ScaleReader& in) {
  const auto uid = in.number<std::uint16_t>();
  if (uid >= kMaxUids) in.fail("a uid above 4,095");
  return uid;
}

void write_uid_hashes(ScaleWriter& out, const std::vector<UidHash>& items) {
  out.list(items, [&](const UidHash& item) {
    out.number(item.uid);
    out.raw(item.hash);
  });
}

std::vector<UidHash> read_uid_hashes(ScaleReader& in, std::string_view field) {
  auto items = in.list<UidHash>(kMaxValidators, kUidHashBytes, [&] {
    const auto uid = read_uid(in);
    return UidHash{uid, in.array<32>()};
  });
  require_ascending(in, items, field, [](const UidHash& item) { return item.uid; });
  return items;
}

void write_ids(ScaleWriter& out, const std::vector<Bytes32>& ids) {
  out.list(ids, [&](const Bytes32& id) { out.raw(id); });
}

std::vector<Bytes32> read_ids(ScaleReader& in, std::size_t max, std::string_view field) {
  auto ids = in.list<Bytes32>(max, sizeof(Bytes32), [&] { return in.array<32>(); });
  require_ascending(in, ids, field, [](const Bytes32& id) { return id; });
  return ids;
}

void write_signed_body(ScaleWriter& out, const SignedBody& body) {
  out.blob(body.body);
  out.raw(body.signature);
}

SignedBody read_signed_body(ScaleReader& in) {
  SignedBody body;
  const ByteView bytes = in.blob(kMaxBodyBytes);
  body.body.assign(bytes.begin(), bytes.end());
  body.signature = in.array<64>();
  return body;
}

void write_endorsements(ScaleWriter& out, const std::vector<Endorsement>& items) {
  out.list(items, [&](const Endorsement& item) {
    write_public_key(out, item.signer);
    out.raw(item.signature);
  });
}

std::vector<Endorsement> read_endorsements(ScaleReader& in, std::string_view field) {
  auto items = in.list<Endorsement>(kMaxValidators, kEndorsementBytes, [&] {
    const PublicKey signer = read_public_key(in);
    return Endorsement{signer, in.array<64>()};
  });
  require_ascending(in, items, field,
                    [](const Endorsement& item) { return order_of(item.signer); });
  return items;
}

}  // namespace yuma::wire
