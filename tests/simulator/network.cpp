// SPDX-License-Identifier: MIT

#include "tests/simulator/network.hpp"

#include <algorithm>

namespace yuma::simulator {

namespace {

constexpr Ms kLeastDelay = 3, kUsualSpread = 60;

}  // namespace

Network::Network(std::uint64_t seed, NodeId owner, EventQueue& queue, Summary& summary,
                 Deliver deliver)
    : seed_(seed), owner_(owner), queue_(queue), summary_(summary), deliver_(std::move(deliver)) {}

void Network::begin(const Fault& fault) { faults_.push_back(fault); }

void Network::end(const Fault& fault) {
  std::erase_if(faults_, [&](const Fault& other) { return other.index == fault.index; });
}

/// Draws the same number of random numbers for each message, whatever becomes of it.
void Network::send(Envelope envelope) {
  const std::pair link(envelope.from, envelope.to);
  const auto found =
      links_.try_emplace(link, stream(seed_, Purpose::kLink, link.first, link.second));
  Random& random = found.first->second;
  const std::uint64_t loss = random.below(100), twice = random.below(100), slow = random.next();
  const Ms delay = kLeastDelay + random.below(kUsualSpread);
  const Ms second = kLeastDelay + random.below(4 * kUsualSpread);

  summary_.count("network", "messages");
  if (is_cut(envelope.from, envelope.to)) return summary_.count("network", "cut off");
  if (loss < largest(FaultKind::kLoss)) return summary_.count("network", "lost");
  Ms extra = 0;
  if (const std::uint64_t most = largest(FaultKind::kSlowNetwork); most > 0) {
    extra = slow % (most + 1);
    if (extra > kUsualSpread) summary_.count("network", "late, so reordered");
  }
  if (twice < largest(FaultKind::kDuplication)) {
    summary_.count("network", "duplicated");
    deliver_after(delay + extra + second, envelope);
  }
  deliver_after(delay + extra, std::move(envelope));
}

void Network::deliver_after(Ms delay, Envelope envelope) {
  queue_.after(delay, [this, envelope = std::move(envelope)] { deliver_(envelope); });
}

bool Network::is_cut(NodeId from, NodeId to) const {
  return std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.kind == FaultKind::kPartition && cuts(fault, from, to);
  });
}

bool Network::cuts(const Fault& partition, NodeId from, NodeId to) const {
  const auto side = [&](NodeId node) {
    return stream(seed_, Purpose::kSides, partition.index, node).next() & 1U;
  };
  switch (static_cast<Split>(partition.what)) {
    case Split::kHalves:
      return side(from) != side(to);
    case Split::kOneWay:
      return side(from) < side(to);
    case Split::kOneAlone:
      return from == partition.node || to == partition.node;
    case Split::kOwnerAlone:
      return from == owner_ || to == owner_;
    case Split::kEachAlone:
      return true;
  }
  return false;
}

std::uint64_t Network::largest(FaultKind kind) const {
  std::uint64_t out = 0;
  for (const Fault& fault : faults_) {
    if (fault.kind == kind) out = std::max(out, fault.amount);
  }
  return out;
}

}  // namespace yuma::simulator
