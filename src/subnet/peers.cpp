// SPDX-License-Identifier: MIT

#include "subnet/peers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace yuma::subnet {

namespace {

constexpr int kMaxPulling = 4;           // calls to one peer at a time
constexpr std::size_t kMaxPeers = 4096;  // those that were ever called or heard
constexpr std::size_t kMaxErrorText = 200;
constexpr int kAddressesRounds = 5;        // between two questions for addresses
constexpr std::size_t kBatchOverhead = 4;  // bytes of a batch's length

/// {"detail": ...} of a refusal; printable, cut.
std::string detail_of(const Bytes& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  std::string text;
  if (json.is_object() && json.contains("detail") && json["detail"].is_string()) {
    text = json["detail"].get<std::string>();
  }
  if (text.size() > kMaxErrorText) text.resize(kMaxErrorText);
  const auto unprintable = [](char c) { return c < ' ' || c > '~'; };
  std::replace_if(text.begin(), text.end(), unprintable, '?');
  return text;
}

/// Sets a flag while it lives.
class Busy {
 public:
  explicit Busy(bool& flag) : flag_(flag) { flag_ = true; }
  ~Busy() { flag_ = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Peers::Peers(asio::io_context& io, const NodeOptions& options, ExchangeTransport& transport,
             const PublicKey& own, const BlockClock& clock)
    : io_(io), options_(options), transport_(transport), own_(own), clock_(clock) {}

void Peers::stop() {
  stopped_ = true;
  inbox_ = nullptr;
}

bool Peers::idle() const {
  const auto is_idle = [](const auto& item) {
    return item.second->queue.empty() && !item.second->pushing;
  };
  return std::all_of(peers_.begin(), peers_.end(), is_idle);
}

void Peers::set_addresses(std::shared_ptr<const Addresses> addresses, const Bytes32& digest) {
  addresses_ = std::move(addresses);
  digest_ = digest;
}

Peers::PeerRef Peers::peer(const PublicKey& hotkey) {
  const auto found = peers_.find(hotkey.bytes);
  if (found != peers_.end()) {
    found->second->hotkey = hotkey;
    return found->second;
  }
  if (peers_.size() >= kMaxPeers) {
    // Those that left the roster long ago.
    std::erase_if(peers_, [](const auto& item) {
      const Peer& peer = *item.second;
      return item.second.use_count() == 1 && peer.queue.empty() && !peer.pushing;
    });
  }
  auto made = std::make_shared<Peer>();
  made->hotkey = hotkey;
  return peers_[hotkey.bytes] = std::move(made);
}

/// What it signed itself, then what the operator said.
ExchangeTarget Peers::target(const Peer& peer) const {
  ExchangeTarget out{peer.hotkey, {}};
  const auto known = addresses_->find(peer.hotkey.bytes);
  if (known != addresses_->end()) out.endpoints = known->second.endpoints;
  for (const ExchangeTarget& given : options_.peers) {
    if (given.hotkey.bytes != peer.hotkey.bytes) continue;
    for (const Endpoint& endpoint : given.endpoints) {
      if (std::find(out.endpoints.begin(), out.endpoints.end(), endpoint) == out.endpoints.end()) {
        out.endpoints.push_back(endpoint);
      }
    }
  }
  return out;
}

void Peers::failed(Peer& peer, std::string why) {
  ++peer.seen.failures;
  ++counters_.failures;
  peer.seen.last_error = std::move(why);
}

asio::awaitable<std::optional<Bytes>> Peers::call(Self self, PeerRef peer, ExchangeRequest request,
                                                  ExchangeLimits limits) {
  ++peer->seen.calls;
  ExchangeTarget target = self->target(*peer);
  if (target.endpoints.empty()) {
    self->failed(*peer, "its address is not known yet");
    co_return std::nullopt;
  }
  auto answer =
      co_await self->transport_.call(std::move(target), std::move(request), std::move(limits));
  if (self->stopped_) co_return std::nullopt;
  if (!answer.ok()) {
    self->failed(*peer, std::string(answer.status().message()));
    co_return std::nullopt;
  }
  if (answer->status != 200) {
    self->failed(*peer, absl::StrCat(answer->status, " ", detail_of(answer->body)));
    co_return std::nullopt;
  }
  peer->seen.last_error.clear();
  co_return std::move(answer->body);
}

void Peers::push(const PublicKey& to, std::shared_ptr<const Bytes> object) {
  if (stopped_ || to.bytes == own_.bytes) return;
  const PeerRef peer = this->peer(to);
  peer->queue_bytes += object->size();
  peer->queue.push_back(std::move(object));
  while (peer->queue_bytes > options_.peer_queue_bytes) {
    peer->queue_bytes -= peer->queue.front()->size();
    peer->queue.pop_front();
    ++peer->seen.dropped;
    ++counters_.dropped;
  }
  if (!peer->pushing && !peer->queue.empty()) {
    asio::co_spawn(io_, push_all(shared_from_this(), peer), asio::detached);
    peer->pushing = true;
  }
}

/// One batch after the other. A batch that does not arrive is not sent again: whoever lacks
/// something asks for it.
asio::awaitable<void> Peers::push_all(Self self, PeerRef peer) {
  const Busy busy(peer->pushing);
  while (!self->stopped_ && !peer->queue.empty()) {
    std::vector<Bytes> batch;
    std::size_t bytes = kBatchOverhead;
    while (!peer->queue.empty() && batch.size() < kMaxBatchObjects) {
      const std::size_t size = batch_size(peer->queue.front()->size());
      if (bytes + size > kMaxBatchBytes) break;
      bytes += size;
      batch.push_back(*peer->queue.front());
      peer->queue_bytes -= batch.back().size();
      peer->queue.pop_front();
    }
    ++self->counters_.pushes;
    ExchangeRequest request{"POST", std::string(kObjectsPath), encode_batch(batch)};
    const ExchangeLimits limits{self->options_.push_deadline, kMaxStatusBytes};
    const auto done = co_await call(self, peer, std::move(request), limits);
    if (done) {
      self->counters_.pushed_objects += batch.size();
    } else {
      peer->seen.dropped += batch.size();
      self->counters_.dropped += batch.size();
    }
  }
}

/// Objects of an answer are handed on as if they had been pushed.
void Peers::hand_over(Peer& peer, const Bytes& body, std::size_t most) {
  auto objects = decode_batch(body, most);
  if (!objects.ok()) return failed(peer, std::string(objects.status().message()));
  if (inbox_ == nullptr) return;
  std::vector<PeerItem> items;
  items.reserve(objects->size());
  for (Object& object : *objects) items.emplace_back(PeerObject{peer.hotkey, std::move(object)});
  inbox_->put(peer.hotkey, std::move(items), body.size(), true);
}

void Peers::pull(const PublicKey& from, std::vector<Bytes32> ids) {
  if (stopped_ || from.bytes == own_.bytes) return;
  const PeerRef peer = this->peer(from);
  if (peer->pulling >= kMaxPulling) return;
  ++peer->pulling;
  asio::co_spawn(io_, pull_objects(shared_from_this(), peer, std::move(ids)), asio::detached);
}

asio::awaitable<void> Peers::pull_objects(Self self, PeerRef peer, std::vector<Bytes32> ids) {
  ++self->counters_.pulls;
  ExchangeRequest request{"POST", std::string(kPullPath), encode_pull(std::move(ids))};
  const ExchangeLimits limits{self->options_.ask_deadline, kMaxBatchBytes};
  const auto body = co_await call(self, peer, std::move(request), limits);
  --peer->pulling;
  if (body) self->hand_over(*peer, *body, kMaxBatchBytes);
}

void Peers::pull_seal(const PublicKey& from, std::uint64_t epoch) {
  if (stopped_ || from.bytes == own_.bytes) return;
  const PeerRef peer = this->peer(from);
  if (peer->asking_seal) return;
  peer->asking_seal = true;
  asio::co_spawn(io_, pull_one_seal(shared_from_this(), peer, epoch), asio::detached);
}

asio::awaitable<void> Peers::pull_one_seal(Self self, PeerRef peer, std::uint64_t epoch) {
  std::optional<Bytes> body;
  {
    const Busy busy(peer->asking_seal);
    ++self->counters_.seal_pulls;
    ExchangeRequest request{"GET", seal_target(epoch), {}};
    const ExchangeLimits limits{self->options_.seal_deadline, kMaxAnswerBytes};
    body = co_await call(self, peer, std::move(request), limits);
  }
  if (body) self->hand_over(*peer, *body, kMaxAnswerBytes);
}

void Peers::ask_status(const PublicKey& hotkey) {
  if (stopped_ || hotkey.bytes == own_.bytes) return;
  const PeerRef peer = this->peer(hotkey);
  if (peer->asking_status) return;
  peer->asking_status = true;
  asio::co_spawn(io_, ask_one_status(shared_from_this(), peer, std::nullopt), asio::detached);
}

void Peers::ask_stranger(const Roster& roster, std::uint64_t sealed_epoch) {
  if (stopped_) return;
  std::vector<PublicKey> strangers;
  for (const ExchangeTarget& given : options_.peers) {
    const Roster::Member* member = roster.find(given.hotkey.bytes);
    const bool known = member != nullptr && member->validator;
    if (!known && given.hotkey.bytes != own_.bytes) strangers.push_back(given.hotkey);
  }
  if (strangers.empty()) return;
  const PeerRef peer = this->peer(strangers[stranger_turn_++ % strangers.size()]);
  if (peer->asking_status) return;
  peer->asking_status = true;
  asio::co_spawn(io_, ask_one_status(shared_from_this(), peer, sealed_epoch), asio::detached);
}

/// `sealed_epoch` is set for a stranger: the engine knows no such uid, so what follows from its
/// status is done here.
asio::awaitable<void> Peers::ask_one_status(Self self, PeerRef peer,
                                            std::optional<std::uint64_t> sealed_epoch) {
  const auto asked = std::chrono::steady_clock::now();
  std::optional<Bytes> body;
  {
    const Busy busy(peer->asking_status);
    ++self->counters_.statuses;
    ExchangeRequest request{"GET", std::string(kStatusPath), {}};
    const ExchangeLimits limits{self->options_.ask_deadline, kMaxStatusBytes};
    body = co_await call(self, peer, std::move(request), limits);
  }
  if (!body || self->inbox_ == nullptr) co_return;
  auto answer = decode_status(*body);
  if (!answer.ok()) {
    self->failed(*peer, std::string(answer.status().message()));
    co_return;
  }
  PeerView& seen = peer->seen;
  const std::uint64_t now_ms = self->options_.wall_clock();
  seen.answered_ms = now_ms;
  seen.round_trip = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - asked);
  seen.sealed_epoch = answer->status.sealed_epoch;
  seen.blocks_ahead =
      static_cast<std::int64_t>(answer->status.block_number - self->clock_.block_at(now_ms));
  if (answer->addresses != self->digest_) {
    const auto now = std::chrono::steady_clock::now();
    const bool lately =
        peer->addresses_ever_asked &&
        now - peer->addresses_asked < kAddressesRounds * self->options_.exchange_every;
    if (!lately && !peer->asking_addresses) {
      peer->asking_addresses = peer->addresses_ever_asked = true;
      peer->addresses_asked = now;
      asio::co_spawn(self->io_, pull_addresses(self, peer), asio::detached);
      // It may be our own that is missing there: it was told before the peer took anything.
      const auto own = self->addresses_->find(self->own_.bytes);
      if (own != self->addresses_->end()) {
        self->push(peer->hotkey, std::make_shared<const Bytes>(own->second.object));
      }
    }
  }
  if (sealed_epoch) {
    if (answer->status.sealed_epoch > *sealed_epoch)
      self->pull_seal(peer->hotkey, *sealed_epoch + 1);
    co_return;
  }
  std::vector<PeerItem> items;
  items.emplace_back(PeerStatus{peer->hotkey, std::move(answer->status)});
  self->inbox_->put(peer->hotkey, std::move(items), body->size(), true);
}

asio::awaitable<void> Peers::pull_addresses(Self self, PeerRef peer) {
  std::optional<Bytes> body;
  {
    const Busy busy(peer->asking_addresses);
    ++self->counters_.address_pulls;
    ExchangeRequest request{"GET", std::string(kAddressesPath), {}};
    const ExchangeLimits limits{self->options_.ask_deadline, kMaxAnswerBytes};
    body = co_await call(self, peer, std::move(request), limits);
  }
  if (body) self->hand_over(*peer, *body, kMaxAnswerBytes);
}

void Peers::heard(const PublicKey& from) { peer(from)->seen.heard_ms = options_.wall_clock(); }

void Peers::describe(PeerView& view) const {
  const auto known = addresses_->find(view.hotkey.bytes);
  const auto found = peers_.find(view.hotkey.bytes);
  if (found != peers_.end()) {
    const PeerView shown = view;
    view = found->second->seen;
    view.uid = shown.uid;
    view.hotkey = shown.hotkey;
    view.queued = found->second->queue.size();
  }
  if (known != addresses_->end()) view.endpoints = known->second.endpoints;
}

}  // namespace yuma::subnet
