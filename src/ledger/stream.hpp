// SPDX-License-Identifier: MIT
#pragma once

// Exported ledgers as a stream (docs/ledger.md, "Exported files"): a line, records of a kind, a
// length and bytes, and at the end the hash of all that came before.

#include <sodium.h>

#include <cstdint>
#include <initializer_list>
#include <istream>
#include <ostream>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"

namespace yuma::ledger {

/// How exported files of any version begin.
inline constexpr std::string_view kExportedBegin = "yuma-ledger ";

/// The numbers are those of the files and never change.
enum class RecordKind : std::uint8_t {
  kGround = 1,  ///< u64 first epoch, then the file of the genesis
  kState = 2,   ///< id of its block, then a state
  kSeal = 3,    ///< a seal as an object
  kObject = 4,  ///< any other object
  kEnd = 255,   ///< hash of the bytes before this record
};

/// BLAKE2b-256, piece by piece.
class StreamHash {
 public:
  StreamHash();
  void add(ByteView bytes);
  /// Of what was added so far.
  Bytes32 value() const;

 private:
  crypto_generichash_state state_;
};

class RecordWriter {
 public:
  /// Writes the first line.
  explicit RecordWriter(std::ostream& out);

  /// One record of several parts.
  absl::Status write(RecordKind kind, std::initializer_list<ByteView> parts);
  absl::Status finish();

 private:
  void put(ByteView bytes);

  std::ostream& out_;
  StreamHash hash_;
};

struct Record {
  RecordKind kind = RecordKind::kEnd;
  Bytes bytes;
};

class RecordReader {
 public:
  explicit RecordReader(std::istream& in) : in_(in) {}

  /// DataLoss unless the stream begins with the first line.
  absl::Status begin();
  /// The next record; the last is kEnd, after which nothing follows. DataLoss where it is none, too
  /// long, or the hash is another one.
  absl::StatusOr<Record> next();

 private:
  /// Memory grows with what is there, not with what a length says.
  absl::StatusOr<Bytes> take(std::size_t size);

  std::istream& in_;
  StreamHash hash_;
};

}  // namespace yuma::ledger
