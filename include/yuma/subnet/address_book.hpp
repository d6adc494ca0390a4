// SPDX-License-Identifier: MIT
#pragma once

// Where the members of a subnet can be reached: of each hotkey the newest address that it signed
// itself, so nobody can move another, whoever passes it on. Bounded by the roster, kept in a file.
//
// What is here is no part of the agreement: a node that loses its book asks its peers for theirs.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/replica/state.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::subnet {

struct KnownAddress {
  PublicKey hotkey;
  std::uint64_t counter = 0;
  std::vector<Endpoint> endpoints;  ///< the best first; none: not to be reached
  Bytes object;                     ///< encode_object()
};

/// By the 32 bytes of the hotkey. Immutable once it is shared.
using Addresses = std::map<AccountId, KnownAddress>;

class AddressBook {
 public:
  explicit AddressBook(const SubnetId& subnet) : subnet_(subnet) {}

  enum class Taken : std::uint8_t {
    kNew,    ///< of a hotkey that had none, or newer
    kKnown,  ///< the same or older: nothing changed
  };
  /// Takes an object that any member may have passed on. InvalidArgument, saying why, where it is
  /// no address, of another subnet, of no member of `state`, or has a wrong signature. That is
  /// verified last, and only of what is newer.
  absl::StatusOr<Taken> take(const State& state, const Object& object);

  /// Forgets who is no member any more. True where something was forgotten.
  bool keep_members(const State& state);

  /// Shared with readers in other threads; a later take() makes another.
  std::shared_ptr<const Addresses> addresses() const;
  /// BLAKE2b-256 of "yuma/1/addresses" LF and the list of (key, u64 counter), ascending by the
  /// bytes of the key: two books with the same one hold the same.
  const Bytes32& digest() const;
  /// Of one member; nullptr where there is none. Until the book changes.
  const KnownAddress* find(const AccountId& hotkey) const;

  /// The file: the same tag, the objects as Vec<Vec<u8>> ascending by hotkey, and BLAKE2b-256 of
  /// all that.
  Bytes encode() const;
  /// Takes what a file holds. DataLoss where it was cut short or changed. Objects that are not
  /// taken (of who is no member any more) are left out.
  absl::Status read(const State& state, ByteView file);

  /// Replaces the file, whole or not at all, mode 0600. ResourceExhausted on a full disk.
  absl::Status save(const std::string& path) const;
  /// A file that is not there is an empty book. DataLoss as for read().
  absl::Status load(const State& state, const std::string& path);

 private:
  void changed();

  SubnetId subnet_;
  Addresses current_;
  // Made when they are asked for.
  mutable std::shared_ptr<const Addresses> shared_;
  mutable std::optional<Bytes32> digest_;
};

/// The longest file that is read: 4096 addresses.
inline constexpr std::size_t kMaxAddressBookBytes = std::size_t{8} << 20;

/// The unsigned body of an own address. InvalidArgument for more than kMaxEndpoints, a repeated one
/// or a host that cannot be written.
absl::StatusOr<Bytes> address_body(const SubnetId& subnet, const PublicKey& hotkey,
                                   std::uint64_t counter, const std::vector<Endpoint>& endpoints);

}  // namespace yuma::subnet
