// SPDX-License-Identifier: MIT

#include "yuma/subnet/exchange.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "yuma/wire/btauth.hpp"
#include "yuma/wire/scale.hpp"

namespace yuma::subnet {

namespace {

constexpr std::size_t kHeldBytes = 1 + 2 + 32;

seal::HeldObject read_held(ScaleReader& reader) {
  const auto kind = kind_of_number(reader.number<std::uint8_t>());
  if (!kind) reader.fail("no kind");
  const auto uid = reader.number<std::uint16_t>();
  if (uid >= kMaxUids) reader.fail("no uid");
  return {kind.value_or(ObjectKind::kCommit), uid, reader.array<32>()};
}

/// What follows `path` in a target, without a query.
std::optional<std::string_view> after(std::string_view path, std::string_view target) {
  if (!target.starts_with(path)) return std::nullopt;
  return target.substr(path.size());
}

/// As in a batch: `Vec<u8>`.
std::size_t compact_size(std::size_t value) {
  if (value < 1U << 6) return 1;
  return value < 1U << 14 ? 2 : 4;
}

}  // namespace

Bytes encode_status(const StatusAnswer& answer) {
  const seal::Status& status = answer.status;
  std::vector<seal::HeldObject> held = status.held;
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(held.begin(), held.end(), by_id);
  if (held.size() > kMaxHeldListed) held.resize(kMaxHeldListed);
  ScaleWriter writer;
  writer.reserve(128 + held.size() * kHeldBytes);
  writer.number(status.sealed_epoch);
  writer.raw(status.sealed_block);
  writer.number(status.block_number);
  writer.raw(answer.addresses);
  writer.list(held, [&](const seal::HeldObject& object) {
    writer.number(static_cast<std::uint8_t>(object.kind));
    writer.number(object.uid);
    writer.raw(object.id);
  });
  return writer.take();
}

absl::StatusOr<StatusAnswer> decode_status(ByteView body) {
  ScaleReader reader(body);
  StatusAnswer out;
  out.status.sealed_epoch = reader.number<std::uint64_t>();
  out.status.sealed_block = reader.array<32>();
  out.status.block_number = reader.number<std::uint64_t>();
  out.addresses = reader.array<32>();
  out.status.held =
      reader.list<seal::HeldObject>(kMaxHeldListed, kHeldBytes, [&] { return read_held(reader); });
  const auto not_ascending = [](const auto& a, const auto& b) { return a.id >= b.id; };
  const auto& held = out.status.held;
  if (std::adjacent_find(held.begin(), held.end(), not_ascending) != held.end()) {
    reader.fail("ids do not ascend");
  }
  if (absl::Status status = reader.finish(); !status.ok()) return status;
  return out;
}

Bytes encode_batch(const std::vector<Bytes>& objects) {
  ScaleWriter writer;
  std::size_t size = 4;
  for (const Bytes& object : objects) size += batch_size(object.size());
  writer.reserve(size);
  writer.list(objects, [&](const Bytes& object) { writer.blob(object); });
  return writer.take();
}

absl::StatusOr<std::vector<Object>> decode_batch(ByteView body, std::size_t max_bytes) {
  if (body.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(body.size(), " bytes of objects, at most ", max_bytes));
  }
  ScaleReader reader(body);
  const auto blobs =
      reader.list<ByteView>(kMaxBatchObjects, 2, [&] { return reader.blob(kMaxObjectBytes); });
  if (absl::Status status = reader.finish(); !status.ok()) return status;
  std::vector<Object> out;
  out.reserve(blobs.size());
  for (const ByteView blob : blobs) {
    auto object = decode_object(blob);
    if (!object.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("object ", out.size(), ": ", object.status().message()));
    }
    out.push_back(*std::move(object));
  }
  return out;
}

std::size_t batch_size(std::size_t object_bytes) {
  return compact_size(object_bytes) + object_bytes;
}

Bytes encode_pull(std::vector<Bytes32> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > kMaxPulledIds) ids.resize(kMaxPulledIds);
  ScaleWriter writer;
  writer.list(ids, [&](const Bytes32& id) { writer.raw(id); });
  return writer.take();
}

absl::StatusOr<std::vector<Bytes32>> decode_pull(ByteView body) {
  ScaleReader reader(body);
  auto ids = reader.list<Bytes32>(kMaxPulledIds, 32, [&] { return reader.array<32>(); });
  if (std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) != ids.end()) {
    reader.fail("ids do not ascend");
  }
  if (absl::Status status = reader.finish(); !status.ok()) return status;
  return ids;
}

std::string object_target(const Bytes32& id) { return absl::StrCat("/v1/object/", to_hex(id)); }

std::optional<Bytes32> object_of_target(std::string_view target) {
  const auto digits = after(kObjectPath, target);
  if (!digits) return std::nullopt;
  const auto id = array_from_hex<32>(*digits);
  return id && to_hex(*id) == *digits ? id : std::nullopt;
}

std::string seal_target(std::uint64_t epoch) { return absl::StrCat("/v1/seal/", epoch); }

std::optional<std::uint64_t> epoch_of_target(std::string_view target) {
  const auto digits = after(kSealPath, target);
  return digits ? read_decimal(*digits) : std::nullopt;
}

ExchangeAnswer refuse_exchange(int status, std::string_view detail, int retry_after) {
  // What peers sent may be in it, so whatever is no UTF-8 is replaced.
  const std::string text = nlohmann::json{{"detail", detail}}.dump(
      -1, ' ', true, nlohmann::json::error_handler_t::replace);
  const ByteView bytes = bytes_of(text);
  return {status, Bytes(bytes.begin(), bytes.end()), retry_after};
}

}  // namespace yuma::subnet
