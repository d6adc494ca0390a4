// SPDX-License-Identifier: MIT
#pragma once

// The network: delays, loses, duplicates and reorders messages and falls apart, as the faults say
// that are under way. What travels when a partition begins still arrives.

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "tests/simulator/message.hpp"
#include "tests/simulator/streams.hpp"
#include "tests/simulator/summary.hpp"

namespace yuma::simulator {

class Network {
 public:
  using Deliver = std::function<void(Envelope)>;

  Network(std::uint64_t seed, NodeId owner, EventQueue& queue, Summary& summary, Deliver deliver);

  void send(Envelope envelope);

  /// A fault of the network begins or ends.
  void begin(const Fault& fault);
  void end(const Fault& fault);

 private:
  bool is_cut(NodeId from, NodeId to) const;
  bool cuts(const Fault& partition, NodeId from, NodeId to) const;
  std::uint64_t largest(FaultKind kind) const;
  void deliver_after(Ms delay, Envelope envelope);

  std::uint64_t seed_;
  NodeId owner_;
  EventQueue& queue_;
  Summary& summary_;
  Deliver deliver_;
  std::vector<Fault> faults_;  // under way
  std::map<std::pair<NodeId, NodeId>, Random> links_;
};

}  // namespace yuma::simulator
