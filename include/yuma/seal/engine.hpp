// SPDX-License-Identifier: MIT
#pragma once

// The embedded engine (docs/protocol.md, "How an epoch is sealed"): how the validators of a subnet
// agree on each epoch's inputs, with the owner's node collecting, every validator checking, and
// never two seals for one epoch while less than a third of the power lies. A pure state machine:
// events in, actions out (messages.hpp); no socket, clock, thread or random number, and memory that
// strangers cannot make grow: for each sender, kind and epoch it holds one object and a second as
// proof of a fault, and what a block, a seal or a third of the haves names.

#include <memory>
#include <vector>

#include "yuma/seal/messages.hpp"

namespace yuma::seal {

struct EngineOptions {
  /// Whose votes this node gives; none: it follows and checks, and signs nothing.
  std::optional<PublicKey> own;
  /// How often a node compares what it holds with another one.
  std::uint32_t exchange_ms = 1000;
};

class Engine {
 public:
  /// From what a ledger gave back (of a new one: the genesis). The first answer to start() sends
  /// again what was kept.
  Engine(EngineOptions options, Restored restored);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// The first actions. To be called once.
  std::vector<Action> start();
  /// What follows from an event. Any bytes are allowed in objects; wrong ones are refused.
  std::vector<Action> handle(Event event);

  const SealedState& sealed() const;
  Status status() const;
  /// An object held for the epoch under way, or an amendment that waits; nullptr: not held (the
  /// ledger may have it).
  const Object* find(const Bytes32& id) const;
  /// Stopped for good: a sealed block names what this program refuses, or computes another state.
  bool stopped() const;

  /// For tests and limits.
  struct Usage {
    std::size_t objects = 0;     ///< held: for the epoch under way, the one before and later
    std::size_t bytes = 0;       ///< of their encodings, about
    std::size_t signatures = 0;  ///< verified so far
    std::size_t ids = 0;         ///< remembered of objects that are not held
  };
  Usage usage() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace yuma::seal
