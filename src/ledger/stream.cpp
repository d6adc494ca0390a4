// SPDX-License-Identifier: MIT

#include "ledger/stream.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"
#include "yuma/replica/state.hpp"

namespace yuma::ledger {

namespace {

constexpr std::string_view kFirstLine = "yuma-ledger 1\n";

constexpr std::size_t kLengthBytes = 4;
// A state or a genesis with what stands before it.
constexpr std::size_t kMaxStateRecord = kMaxStateBytes + 1024;

std::size_t most_bytes(RecordKind kind) {
  switch (kind) {
    case RecordKind::kGround:
    case RecordKind::kState:
      return kMaxStateRecord;
    case RecordKind::kSeal:
    case RecordKind::kObject:
      return kMaxObjectBytes;
    case RecordKind::kEnd:
      return sizeof(Bytes32);
  }
  return 0;
}

template <class... Parts>
absl::Status damaged(const Parts&... parts) {
  return absl::DataLossError(absl::StrCat(parts...));
}

std::array<std::uint8_t, 1 + kLengthBytes> header_of(RecordKind kind, std::size_t size) {
  std::array<std::uint8_t, 1 + kLengthBytes> out{static_cast<std::uint8_t>(kind)};
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    out[1 + i] = static_cast<std::uint8_t>(size >> (8 * i));
  }
  return out;
}

}  // namespace

StreamHash::StreamHash() { crypto_generichash_init(&state_, nullptr, 0, sizeof(Bytes32)); }

void StreamHash::add(ByteView bytes) {
  crypto_generichash_update(&state_, bytes.data(), bytes.size());
}

Bytes32 StreamHash::value() const {
  crypto_generichash_state copy = state_;
  Bytes32 out{};
  crypto_generichash_final(&copy, out.data(), out.size());
  return out;
}

RecordWriter::RecordWriter(std::ostream& out) : out_(out) { put(bytes_of(kFirstLine)); }

void RecordWriter::put(ByteView bytes) {
  hash_.add(bytes);
  out_.write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}

absl::Status RecordWriter::write(RecordKind kind, std::initializer_list<ByteView> parts) {
  std::size_t size = 0;
  for (const ByteView part : parts) size += part.size();
  put(header_of(kind, size));
  for (const ByteView part : parts) put(part);
  if (out_) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("cannot write: ", errno_text()));
}

absl::Status RecordWriter::finish() {
  const Bytes32 hash = hash_.value();
  absl::Status status = write(RecordKind::kEnd, {hash});
  if (status.ok() && !out_.flush()) {
    status = absl::ResourceExhaustedError(absl::StrCat("cannot write: ", errno_text()));
  }
  return status;
}

absl::Status RecordReader::begin() {
  const auto line = take(kFirstLine.size());
  if (!line.ok() || text_of(*line) != kFirstLine) {
    return damaged("this is no exported ledger of version 1");
  }
  return absl::OkStatus();
}

absl::StatusOr<Bytes> RecordReader::take(std::size_t size) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 16;
  Bytes out;
  while (out.size() < size) {
    const std::size_t before = out.size(), more = std::min(kAtOnce, size - before);
    out.resize(before + more);
    // Bytes as the stream's characters.
    in_.read(reinterpret_cast<char*>(out.data() + before), static_cast<std::streamsize>(more));
    if (static_cast<std::size_t>(in_.gcount()) != more) return damaged("it is cut short");
  }
  hash_.add(out);
  return out;
}

absl::StatusOr<Record> RecordReader::next() {
  const Bytes32 hash = hash_.value();
  const auto header = take(1 + kLengthBytes);
  if (!header.ok()) return header.status();
  Record out;
  out.kind = static_cast<RecordKind>(header->front());
  std::size_t size = 0;
  for (std::size_t i = kLengthBytes; i > 0; --i) size = size << 8 | (*header)[i];
  const std::size_t most = most_bytes(out.kind);
  if (most == 0) return damaged("a record of unknown kind ", static_cast<int>(header->front()));
  if (size > most) return damaged("a record of ", size, " bytes, more than ", most);
  auto bytes = take(size);
  if (!bytes.ok()) return bytes.status();
  out.bytes = *std::move(bytes);
  if (out.kind != RecordKind::kEnd) return out;
  if (!std::equal(out.bytes.begin(), out.bytes.end(), hash.begin(), hash.end())) {
    return damaged("its hash is another than that of its bytes");
  }
  if (in_.peek() != std::istream::traits_type::eof()) return damaged("bytes follow its end");
  return out;
}

}  // namespace yuma::ledger
