// SPDX-License-Identifier: MIT
#pragma once

// What nodes say to each other over HTTP (docs/protocol.md, "Over HTTP"): paths, bodies, limits,
// and the two ends that carry them. Reading is strict and bounded: a body is taken whole or
// refused.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "yuma/net/asio.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/seal/messages.hpp"

namespace yuma::subnet {

inline constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 20;  ///< of objects pushed, pulled
inline constexpr std::size_t kMaxBatchObjects = 4096;
inline constexpr std::size_t kMaxPulledIds = 1024;
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{8} << 20;  ///< of a seal, of addresses
inline constexpr std::size_t kMaxHeldListed = 4096;
inline constexpr std::size_t kMaxStatusBytes = std::size_t{160} << 10;
inline constexpr std::size_t kMaxPullBytes = 32 * kMaxPulledIds + 4;

inline constexpr std::string_view kObjectsPath = "/v1/objects";      ///< POST
inline constexpr std::string_view kPullPath = "/v1/pull";            ///< POST
inline constexpr std::string_view kObjectPath = "/v1/object/";       ///< GET, then 64 hex digits
inline constexpr std::string_view kStatusPath = "/v1/status";        ///< GET
inline constexpr std::string_view kSealPath = "/v1/seal/";           ///< GET, then an epoch
inline constexpr std::string_view kAddressesPath = "/v1/addresses";  ///< GET

/// How far a node is, and what its address book holds.
struct StatusAnswer {
  seal::Status status;
  Bytes32 addresses{};  ///< AddressBook::digest()
};
/// More held objects than kMaxHeldListed are left out.
Bytes encode_status(const StatusAnswer& answer);
absl::StatusOr<StatusAnswer> decode_status(ByteView body);

/// Objects as bytes of encode_object(), in their order. Reading checks that each is one.
Bytes encode_batch(const std::vector<Bytes>& objects);
absl::StatusOr<std::vector<Object>> decode_batch(ByteView body, std::size_t max_bytes);
/// Bytes that an object takes in a batch.
std::size_t batch_size(std::size_t object_bytes);

/// Ids, ascending. Sorts them and drops repeated ones; more than kMaxPulledIds are left out.
Bytes encode_pull(std::vector<Bytes32> ids);
absl::StatusOr<std::vector<Bytes32>> decode_pull(ByteView body);

/// Targets, and back: lower-case digits; a decimal without sign or leading zeros.
std::string object_target(const Bytes32& id);
std::optional<Bytes32> object_of_target(std::string_view target);
std::string seal_target(std::uint64_t epoch);
std::optional<std::uint64_t> epoch_of_target(std::string_view target);

/// A request between nodes.
struct ExchangeRequest {
  std::string method = "GET";
  std::string target;
  Bytes body;
};
struct ExchangeAnswer {
  int status = 200;
  Bytes body;           ///< of a status of 200; otherwise {"detail": ...}
  int retry_after = 0;  ///< seconds, of a status of 503
};
/// An answer with a reason, for people.
ExchangeAnswer refuse_exchange(int status, std::string_view detail, int retry_after = 0);

/// A node that is to be asked.
struct ExchangeTarget {
  PublicKey hotkey;
  std::vector<Endpoint> endpoints;  ///< tried in this order
};
struct ExchangeLimits {
  std::chrono::milliseconds deadline{5'000};  ///< for the whole call
  std::size_t max_body = kMaxBatchBytes;      ///< of the answer
};

/// Carries requests: signed HTTP in programs (http_exchange.hpp), memory in tests.
class ExchangeTransport {
 public:
  virtual ~ExchangeTransport() = default;
  /// DeadlineExceeded, Unavailable where nobody could be reached, InvalidArgument where what came
  /// was no answer. Any status that was answered is no error. What is given by reference has to
  /// live until it is done.
  virtual asio::awaitable<absl::StatusOr<ExchangeAnswer>> call(ExchangeTarget target,
                                                               ExchangeRequest request,
                                                               ExchangeLimits limits) = 0;
};

}  // namespace yuma::subnet
