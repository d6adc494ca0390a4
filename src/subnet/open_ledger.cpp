// SPDX-License-Identifier: MIT

// What a node starts from: its ledger, a genesis, or a checkpoint.

#include "absl/strings/str_cat.h"
#include "subnet/node_impl.hpp"

namespace yuma::subnet {

namespace {

absl::Status fits(const NodeOptions& options, const Ledger& ledger) {
  if (options.genesis) {
    const auto network = genesis_id(*options.genesis);
    if (!network.ok()) return network.status();
    if (*network != ledger.network()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the ledger '", options.ledger, "' is of network ", to_hex(ledger.network()),
          ", the genesis is ", to_hex(*network), ": give another ledger or another genesis"));
    }
  }
  if (options.checkpoint && options.checkpoint->state.subnet.network != ledger.network()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the checkpoint is of network ", to_hex(options.checkpoint->state.subnet.network),
        ", the ledger of ", to_hex(ledger.network())));
  }
  return absl::OkStatus();
}

absl::Status make_ledger(const NodeOptions& options) {
  if (!options.genesis) {
    return absl::NotFoundError(absl::StrCat("there is no ledger at '", options.ledger,
                                            "': give the subnet's genesis file to make one"));
  }
  return options.checkpoint
             ? Ledger::create_at(options.ledger, *options.genesis, *options.checkpoint)
             : Ledger::create(options.ledger, *options.genesis);
}

/// The block that a ledger has sealed an epoch with; nothing where it does not hold that.
std::optional<Bytes32> sealed_as(const Ledger& ledger, std::uint64_t epoch) {
  const auto bytes = ledger.seal(epoch);
  const auto object = bytes.ok() ? decode_object(*bytes) : bytes.status();
  if (!object.ok()) return std::nullopt;
  const auto* seal = std::get_if<SealBody>(&*object);
  if (seal == nullptr) return std::nullopt;
  return object_id(ObjectKind::kBlock, seal->block.body);
}

std::uint64_t days(std::uint64_t ms) { return ms / (std::uint64_t{24} * 3600 * 1000); }

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> open_ledger(const NodeOptions& options) {
  auto ledger = Ledger::open(options.ledger);
  if (absl::IsNotFound(ledger.status())) {
    if (absl::Status made = make_ledger(options); !made.ok()) return made;
    ledger = Ledger::open(options.ledger);
  }
  if (!ledger.ok()) return ledger.status();
  if (absl::Status status = fits(options, **ledger); !status.ok()) return status;
  return ledger;
}

absl::Status check_past(const NodeOptions& options, const Ledger& ledger, const SealedState& last) {
  if (options.checkpoint) {
    const SealedState& trusted = *options.checkpoint;
    const std::uint64_t epoch = trusted.state.epoch;
    const auto held = epoch == last.state.epoch ? last.block_id : sealed_as(ledger, epoch);
    if (held && *held != trusted.block_id) {
      return absl::FailedPreconditionError(
          absl::StrCat("the ledger has epoch ", epoch, " as ", to_hex(*held),
                       ", the checkpoint as ", to_hex(trusted.block_id),
                       ": a node never gives up a seal. Find out which of them is wrong"));
    }
    return absl::OkStatus();
  }
  if (options.trust_period.count() == 0) return absl::OkStatus();
  const auto trust_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(options.trust_period).count());
  const std::uint64_t sealed_ms = BlockClock::of(last.state).begin_of(last.state.block);
  const std::uint64_t now = options.wall_clock();
  if (now < sealed_ms || now - sealed_ms <= trust_ms) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "epoch ", last.state.epoch, ", the last that this node knows, is ", days(now - sealed_ms),
      " days old, and keys of long ago could show it another past: give a checkpoint from "
      "somebody you trust or, where the subnet itself stood still, a longer trust period"));
}

}  // namespace yuma::subnet
