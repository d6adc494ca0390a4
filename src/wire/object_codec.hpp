// SPDX-License-Identifier: MIT
#pragma once

// The parts that the encodings of several objects share. Reading fails on what is out of bounds or
// does not ascend; writing takes what it gets, since what was written is read back before it
// leaves.

#include <vector>

#include "yuma/wire/object_header.hpp"

namespace yuma::wire {

inline constexpr std::size_t kPublicKeyBytes = 1 + 32;
inline constexpr std::size_t kEndorsementBytes = kPublicKeyBytes + 64;

void write_public_key(ScaleWriter& out, const PublicKey& key);
PublicKey read_public_key(ScaleReader& in);

void write_subnet(ScaleWriter& out, const SubnetId& subnet);
SubnetId read_subnet(ScaleReader& in);

void write_header(ScaleWriter& out, const ObjectHeader& header);
ObjectHeader read_header(ScaleReader& in);

/// A uid below kMaxUids.
std::uint16_t read_uid(ScaleReader& in);

/// At most kMaxValidators, ascending by uid.
void write_uid_hashes(ScaleWriter& out, const std::vector<UidHash>& items);
std::vector<UidHash> read_uid_hashes(ScaleReader& in, std::string_view field);

/// Ascending ids.
void write_ids(ScaleWriter& out, const std::vector<Bytes32>& ids);
std::vector<Bytes32> read_ids(ScaleReader& in, std::size_t max, std::string_view field);

void write_signed_body(ScaleWriter& out, const SignedBody& body);
SignedBody read_signed_body(ScaleReader& in);

/// At most kMaxValidators, ascending by scheme and key.
void write_endorsements(ScaleWriter& out, const std::vector<Endorsement>& items);
std::vector<Endorsement> read_endorsements(ScaleReader& in, std::string_view field);

/// Fails unless key(item) grows from each item to the next.
template <class List, class Key>
void require_ascending(ScaleReader& in, const List& items, std::string_view field, Key key) {
  for (std::size_t i = 1; i < items.size(); ++i) {
    if (key(items[i - 1]) < key(items[i])) continue;
    std::string text(field);
    in.fail(text.append(" do not ascend at index ").append(std::to_string(i)));
    return;
  }
}

}  // namespace yuma::wire
