// SPDX-License-Identifier: MIT

#include "yuma/subnet/node.hpp"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "subnet/node_impl.hpp"

namespace yuma::subnet {

namespace {

constexpr auto kRefreshEvery = std::chrono::milliseconds(100);
constexpr auto kDrainPushes = std::chrono::milliseconds(1'000);
constexpr auto kLogAgain = std::chrono::seconds(10);
constexpr std::size_t kMaxLogged = 1024;  // texts that are remembered to be thinned out
constexpr std::size_t kSaltNumbers = 8;   // as the chain's clients take

LogLevel level_of(NodeNotice::Kind kind) {
  switch (kind) {
    case NodeNotice::Kind::kStateDiffers:
      return LogLevel::kError;
    case NodeNotice::Kind::kRefusedObject:
      return LogLevel::kDebug;
    case NodeNotice::Kind::kPeer:
      return LogLevel::kInfo;
    default:
      return LogLevel::kWarning;
  }
}

/// Calls those handlers that are still there.
template <class Handler, class... Args>
void call_all(Handlers<Handler>& handlers, const Args&... args) {
  // One may subscribe or end a subscription meanwhile.
  const Handlers<Handler> now = handlers;
  for (const auto& weak : now) {
    if (const auto handler = weak.lock()) (*handler)(args...);
  }
  handlers.remove_if([](const auto& weak) { return weak.expired(); });
}

HotkeyPolicy policy_of(std::shared_ptr<Shared<Roster>> roster, bool validators_alone) {
  return [roster = std::move(roster),
          validators_alone](const AccountId& hotkey) -> std::optional<PolicyRefusal> {
    const auto now = roster->get();
    const Roster::Member* member = now ? now->find(hotkey) : nullptr;
    if (member == nullptr) return PolicyRefusal{403, "this hotkey is no member of the subnet"};
    if (validators_alone && !member->validator) {
      return PolicyRefusal{403, "this hotkey is no validator of the subnet"};
    }
    return std::nullopt;
  };
}

}  // namespace

std::string_view notice_name(NodeNotice::Kind kind) {
  switch (kind) {
    case NodeNotice::Kind::kFault:
      return "fault";
    case NodeNotice::Kind::kRefusedObject:
      return "refused_object";
    case NodeNotice::Kind::kRefusedBlock:
      return "refused_block";
    case NodeNotice::Kind::kTwoBlocks:
      return "two_blocks";
    case NodeNotice::Kind::kStateDiffers:
      return "state_differs";
    case NodeNotice::Kind::kMissed:
      return "missed";
    case NodeNotice::Kind::kDisk:
      return "disk";
    case NodeNotice::Kind::kSigner:
      return "signer";
    case NodeNotice::Kind::kClock:
      return "clock";
    case NodeNotice::Kind::kPeer:
      return "peer";
    case NodeNotice::Kind::kNode:
      return "node";
  }
  return "node";
}

Node::Impl::Impl(asio::io_context& context, NodeOptions given, Signer& key,
                 ExchangeTransport& transport, const State& state)
    : io(context),
      options(std::move(given)),
      signer(key),
      clock(BlockClock::of(state)),
      peers(std::make_shared<Peers>(context, options, transport, key.public_key(), clock)),
      every(context),
      until_ended(context) {
  begun_ms = last_seal_ms = options.wall_clock();
}

absl::StatusOr<std::unique_ptr<Node>> Node::open(asio::io_context& io, NodeOptions options,
                                                 Signer& signer, ExchangeTransport& transport) {
  if (options.address_book.empty()) options.address_book = options.ledger + ".addresses";
  auto ledger = open_ledger(options);
  if (!ledger.ok()) return ledger.status();
  auto restored = (*ledger)->restore();
  if (!restored.ok()) return restored.status();
  if (absl::Status past = check_past(options, **ledger, restored->sealed); !past.ok()) return past;

  auto impl =
      std::make_shared<Impl>(io, std::move(options), signer, transport, restored->sealed.state);
  impl->agreement = std::make_unique<Agreement>(impl->options, signer, *std::move(ledger),
                                                *std::move(restored), *impl);
  impl->peers->attach(impl->agreement->inbox());
  impl->on_show(impl->agreement->first_view());
  impl->refresh();
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

Node::Node(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Node::~Node() { impl_->stop(); }

void Node::Impl::stop() {
  if (std::exchange(stopped, true)) return;
  draining = true;
  peers->stop();
  agreement->stop();
  every.cancel();
  until_ended.cancel();
  roster->set(nullptr);
}

void Node::start() {
  if (std::exchange(impl_->started, true)) return;
  const State& state = impl_->seen->sealed->state;
  impl_->log(LogLevel::kInfo, "node_started",
             absl::StrCat("subnet ", to_hex(state.subnet.network), ", epoch ", state.epoch,
                          impl_->seen->votes ? ", votes" : ", follows"));
  asio::co_spawn(impl_->io, Impl::refresh_now_and_then(impl_), asio::detached);
  impl_->agreement->start();
}

asio::awaitable<void> Node::Impl::refresh_now_and_then(std::shared_ptr<Impl> self) {
  auto next_stranger = std::chrono::steady_clock::now();
  while (!self->stopped) {
    self->refresh();
    const auto roster = self->roster->get();
    if (roster && !self->draining && std::chrono::steady_clock::now() >= next_stranger) {
      self->peers->ask_stranger(*roster, self->seen->sealed->state.epoch);
      next_stranger = std::chrono::steady_clock::now() + self->options.exchange_every;
    }
    self->every.expires_after(kRefreshEvery);
    boost::system::error_code ignored;
    co_await self->every.async_wait(error_in(ignored));
  }
}

asio::awaitable<void> Node::drain() {
  const std::shared_ptr<Impl> self = impl_;
  if (std::exchange(self->draining, true) || !self->started) {
    self->stop();
    co_return;
  }
  self->agreement->close();
  boost::system::error_code ignored;
  if (!self->has_ended) {
    self->until_ended.expires_after(std::chrono::hours(24));
    co_await self->until_ended.async_wait(error_in(ignored));
  }
  // What was said last is sent, to those who take it.
  asio::steady_timer timer(self->io);
  const auto end = std::chrono::steady_clock::now() + kDrainPushes;
  while (!self->peers->idle() && std::chrono::steady_clock::now() < end) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(error_in(ignored));
  }
  self->stop();
}

void Node::Impl::log(LogLevel level, std::string_view event, std::string text) {
  if (options.log) options.log({level, event, std::move(text), {}});
}

template <class Work>
void Node::Impl::post(Work work) {
  asio::post(io, [self = shared_from_this(), work = std::move(work)]() mutable {
    if (!self->stopped) work(*self);
  });
}

void Node::Impl::send(std::vector<PublicKey> to, Bytes object) {
  post([to = std::move(to), object = std::make_shared<const Bytes>(std::move(object))](Impl& self) {
    for (const PublicKey& hotkey : to) self.peers->push(hotkey, object);
  });
}

void Node::Impl::pull(PublicKey from, std::vector<Bytes32> ids) {
  post(
      [from, ids = std::move(ids)](Impl& self) mutable { self.peers->pull(from, std::move(ids)); });
}

void Node::Impl::pull_seal(PublicKey from, std::uint64_t epoch) {
  post([from, epoch](Impl& self) { self.peers->pull_seal(from, epoch); });
}

void Node::Impl::ask_status(PublicKey peer) {
  post([peer](Impl& self) { self.peers->ask_status(peer); });
}

void Node::Impl::sealed(std::shared_ptr<const SealedEpoch> epoch) {
  post([epoch = std::move(epoch)](Impl& self) mutable { self.on_epoch(std::move(epoch)); });
}

void Node::Impl::notice(NodeNotice notice) {
  post([notice = std::move(notice)](Impl& self) mutable { self.on_notice(std::move(notice)); });
}

void Node::Impl::show(std::shared_ptr<const AgreementView> view) {
  post([view = std::move(view)](Impl& self) mutable { self.on_show(std::move(view)); });
}

void Node::Impl::ended() {
  post([](Impl& self) {
    self.has_ended = true;
    self.until_ended.cancel();
  });
}

void Node::Impl::on_show(std::shared_ptr<const AgreementView> view) {
  if (!seen || seen->sealed != view->sealed) {
    roster->set(std::make_shared<const Roster>(view->sealed->state));
  }
  seen = std::move(view);
  peers->set_addresses(seen->addresses, seen->addresses_digest);
}

void Node::Impl::on_epoch(std::shared_ptr<const SealedEpoch> epoch) {
  last = epoch;
  last_seal_ms = epoch->unix_ms;
  ++sealed_count;
  refresh();
  log(LogLevel::kInfo, "epoch_sealed",
      absl::StrCat("epoch ", epoch->epoch, " at block ", epoch->block.number, ", ",
                   epoch->voters.size(), " votes, state root ", to_hex(epoch->state_root)));
  call_all(sealed_handlers, epoch);
}

void Node::Impl::on_notice(NodeNotice notice) {
  if (!notice.reason.empty()) ++refusals[notice.reason];
  if (notice.kind == NodeNotice::Kind::kFault || notice.kind == NodeNotice::Kind::kTwoBlocks) {
    ++faults_seen;
  }
  if (notice.kind == NodeNotice::Kind::kDisk) ++disk_failures;
  if (notice.kind == NodeNotice::Kind::kClock) ++clock_jumps;
  const bool again = !notices.empty() && notices.back().kind == notice.kind &&
                     notices.back().uid == notice.uid && notices.back().text == notice.text;
  if (again) {
    NodeNotice& known = notices.back();
    ++known.times;
    known.unix_ms = notice.unix_ms;
    known.epoch = notice.epoch;
  } else {
    notices.push_back(notice);
    if (notices.size() > kMaxNotices) notices.pop_front();
  }
  const auto now = std::chrono::steady_clock::now();
  if (logged.size() >= kMaxLogged) logged.clear();
  auto& before = logged[notice.text];
  if (before.time_since_epoch().count() == 0 || now - before >= kLogAgain) {
    before = now;
    log(level_of(notice.kind), notice_name(notice.kind), notice.text);
  }
  call_all(notice_handlers, notice);
}

asio::awaitable<ExchangeAnswer> Node::answer(PublicKey caller, ExchangeRequest request) {
  return Impl::answer(impl_, caller, std::move(request));
}

HotkeyPolicy Node::members() const { return policy_of(impl_->roster, false); }
HotkeyPolicy Node::validators() const { return policy_of(impl_->roster, true); }

std::function<std::optional<Scheme>(const AccountId&)> Node::schemes() const {
  return [roster = impl_->roster](const AccountId& hotkey) -> std::optional<Scheme> {
    const auto now = roster->get();
    const Roster::Member* member = now ? now->find(hotkey) : nullptr;
    if (member == nullptr) return std::nullopt;
    return member->scheme;
  };
}

std::shared_ptr<const NodeView> Node::view() const { return impl_->shown.get(); }

absl::Status Node::choose_weights(ChosenWeights weights) {
  const State& state = impl_->seen->sealed->state;
  const auto uid = find_validator(state, impl_->signer.public_key());
  if (!impl_->options.votes || !uid) {
    return absl::FailedPreconditionError("this node has no power, so its weights do not count");
  }
  VectorBody vector;
  vector.header = {state.subnet, state.epoch + 1, impl_->signer.public_key()};
  vector.version_key = weights.version_key;
  vector.salt.resize(kSaltNumbers);
  if (::getentropy(vector.salt.data(), kSaltNumbers * sizeof(std::uint16_t)) != 0) {
    return absl::InternalError("no random numbers");
  }
  vector.uids = std::move(weights.uids);
  vector.values = std::move(weights.values);
  if (const auto encoded = encode_body(vector); !encoded.ok()) {
    return absl::FailedPreconditionError(encoded.status().message());
  }
  if (const auto refused = check_weights(state, *uid, vector)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the subnet does not take these weights: ", refused->text));
  }
  impl_->weights_for = state.epoch + 1;
  impl_->agreement->inbox().put(seal::WeightsChosen{vector.version_key, std::move(vector.salt),
                                                    std::move(vector.uids),
                                                    std::move(vector.values)});
  return absl::OkStatus();
}

absl::Status Node::hand_in(Object object) {
  if (const auto bytes = encode_object(object); !bytes.ok()) return bytes.status();
  impl_->agreement->inbox().put(HandedIn{std::move(object)});
  return absl::OkStatus();
}

Node::Subscription Node::on_sealed(SealedHandler handler) {
  auto held = std::make_shared<SealedHandler>(std::move(handler));
  impl_->sealed_handlers.push_back(held);
  return Subscription(std::move(held));
}

Node::Subscription Node::on_notice(NoticeHandler handler) {
  auto held = std::make_shared<NoticeHandler>(std::move(handler));
  impl_->notice_handlers.push_back(held);
  return Subscription(std::move(held));
}

std::uint64_t Node::unix_ms() const { return impl_->options.wall_clock(); }
const BlockClock& Node::clock() const { return impl_->clock; }

}  // namespace yuma::subnet
