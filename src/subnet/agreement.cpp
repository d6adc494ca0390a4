// SPDX-License-Identifier: MIT

#include "subnet/agreement.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace yuma::subnet {

namespace {

constexpr auto kLongestWait =
    std::chrono::milliseconds(500);  // the wall clock may be set meanwhile
constexpr auto kShowEvery = std::chrono::milliseconds(20);
constexpr auto kTellOfClock = std::chrono::seconds(60);

seal::EngineOptions engine_options(const NodeOptions& options, const Signer& signer) {
  seal::EngineOptions out;
  if (options.votes) out.own = signer.public_key();
  out.exchange_ms = static_cast<std::uint32_t>(options.exchange_every.count());
  return out;
}

NodeNotice::Kind kind_of(seal::Notice::Kind kind) {
  switch (kind) {
    case seal::Notice::Kind::kFault:
      return NodeNotice::Kind::kFault;
    case seal::Notice::Kind::kRefusedObject:
      return NodeNotice::Kind::kRefusedObject;
    case seal::Notice::Kind::kRefusedBlock:
      return NodeNotice::Kind::kRefusedBlock;
    case seal::Notice::Kind::kTwoBlocks:
      return NodeNotice::Kind::kTwoBlocks;
    case seal::Notice::Kind::kStateDiffers:
      return NodeNotice::Kind::kStateDiffers;
    case seal::Notice::Kind::kMissed:
      return NodeNotice::Kind::kMissed;
  }
  return NodeNotice::Kind::kNode;
}

}  // namespace

Agreement::Agreement(const NodeOptions& options, Signer& signer, std::unique_ptr<Ledger> ledger,
                     Restored restored, AgreementOutput& output)
    : options_(options),
      signer_(signer),
      ledger_(std::move(ledger)),
      first_epoch_(ledger_->first_epoch().value_or(0)),
      output_(output),
      inbox_(std::make_shared<Inbox>(options.inbox_bytes)),
      engine_(engine_options(options, signer), std::move(restored)),
      book_(engine_.sealed().state.subnet),
      clock_(BlockClock::of(engine_.sealed().state)),
      sealed_(std::make_shared<const SealedState>(engine_.sealed())) {
  if (const absl::Status read = book_.load(sealed_->state, options_.address_book); !read.ok()) {
    // Peers have it too: the file is written anew with the next address that comes.
    say(NodeNotice::Kind::kNode, std::string(read.message()));
  }
  show(true);
}

Agreement::~Agreement() { stop(); }

void Agreement::start() {
  thread_ = std::thread([this] { run(); });
}

void Agreement::stop() {
  inbox_->stop();
  if (thread_.joinable()) thread_.join();
  ledger_.reset();  // for whoever opens it next
}

void Agreement::run() {
  perform_all(engine_.start());
  announce();
  while (!inbox_->stopped() && !inbox_->finished()) {
    look_at_clock();
    if (timer_ && *timer_ <= Steady::now()) {
      timer_.reset();
      handle(seal::TimerFired{});
      announce();
      save_addresses();
    }
    if (auto item = inbox_->take(next_wake())) take(*std::move(item));
    show(false);
  }
  save_addresses();
  for (const Question& question : inbox_->take_questions()) {
    question.answer(refuse_exchange(503, "this node stops", 1));
  }
  output_.ended();
}

Agreement::Steady::time_point Agreement::next_wake() const {
  const std::uint64_t now = options_.wall_clock();
  const auto next_block = clock_.until(clock_.block_at(now) + 1, now);
  auto wake = Steady::now() + std::min<std::chrono::milliseconds>(next_block, kLongestWait);
  if (timer_) wake = std::min(wake, *timer_);
  return wake;
}

void Agreement::look_at_clock() {
  const std::uint64_t now = options_.wall_clock();
  if (const auto ahead = guard_.look(now, Steady::now())) {
    clock_problem_ = absl::StrCat("the clock was set ", std::abs(ahead->count()), " ms ",
                                  ahead->count() > 0 ? "ahead" : "back",
                                  ": keep it right by NTP, others refuse requests of wrong times");
    clock_problem_until_ = Steady::now() + kTellOfClock;
    say(NodeNotice::Kind::kClock, clock_problem_);
  } else if (!clock_problem_.empty() && Steady::now() >= clock_problem_until_) {
    clock_problem_.clear();
  }
  const std::uint64_t number = clock_.block_at(now);
  if (std::exchange(last_number_, number) != number) handle(seal::ClockAt{number});
}

void Agreement::take(Inbox::Item item) {
  std::visit([&](auto&& known) { take(std::forward<decltype(known)>(known)); }, std::move(item));
}

void Agreement::take(OwnItem item) {
  if (auto* weights = std::get_if<seal::WeightsChosen>(&item)) return handle(std::move(*weights));
  if (auto* signed_item = std::get_if<SignedNow>(&item)) {
    return signed_now(std::move(*signed_item));
  }
  Object& object = std::get<HandedIn>(item).object;
  if (auto bytes = encode_object(object); bytes.ok()) {
    output_.send(other_validators(), *std::move(bytes));
  }
  handle(seal::ObjectReceived{std::nullopt, std::move(object)});
}

void Agreement::take(PeerItem item) {
  if (const auto* question = std::get_if<Question>(&item)) return answer(*question);
  if (auto* status = std::get_if<PeerStatus>(&item)) {
    const auto uid = find_uid(engine_.sealed().state, status->from);
    if (uid) handle(seal::StatusReceived{*uid, std::move(status->status)});
    return;
  }
  auto& [from, object] = std::get<PeerObject>(item);
  const auto* one = std::get_if<SignedObject>(&object);
  if (one != nullptr && one->kind == ObjectKind::kAddress) return take_address(from, object);
  const auto uid = find_uid(engine_.sealed().state, from);
  handle(seal::ObjectReceived{uid, std::move(object)});
}

void Agreement::handle(seal::Event event) {
  if (!stopped_.empty()) return;
  perform_all(engine_.handle(std::move(event)));
}

void Agreement::perform_all(std::vector<seal::Action> actions) {
  for (seal::Action& action : actions) {
    if (!std::visit([&](auto& known) { return perform(known); }, action)) return;
  }
}

/// The engine knows more than the disk: nothing that it says may leave any more.
void Agreement::stop_for_good(std::string why) {
  stopped_ = std::move(why);
  say(NodeNotice::Kind::kNode, stopped_);
  show(true);
}

bool Agreement::perform(seal::Notice& notice) {
  NodeNotice out;
  out.kind = kind_of(notice.kind);
  out.epoch = notice.epoch;
  out.uid = notice.uid;
  out.reason = std::string(notice.reason);
  out.text = std::move(notice.text);
  if (out.kind == NodeNotice::Kind::kStateDiffers) {
    stopped_ = absl::StrCat("stopped: ", out.text);
  }
  out.unix_ms = out.first_ms = options_.wall_clock();
  output_.notice(std::move(out));
  return true;
}

void Agreement::say(NodeNotice::Kind kind, std::string text, std::optional<std::uint16_t> uid) {
  NodeNotice out;
  out.kind = kind;
  out.epoch = engine_.sealed().state.epoch + 1;
  out.uid = uid;
  out.text = std::move(text);
  out.unix_ms = out.first_ms = options_.wall_clock();
  output_.notice(std::move(out));
}

void Agreement::show(bool now) {
  if (!now && Steady::now() - shown_ < kShowEvery && inbox_->waiting() > 0) return;
  shown_ = Steady::now();
  auto view = std::make_shared<AgreementView>();
  view->sealed = sealed_;
  view->first_epoch = first_epoch_;
  view->uid = find_uid(sealed_->state, signer_.public_key());
  view->votes = options_.votes && find_validator(sealed_->state, signer_.public_key());
  view->status = engine_.status();
  view->addresses = book_.addresses();
  view->addresses_digest = book_.digest();
  const bool commits = sealed_->state.parameters.reveal_period != 0;
  const auto is_own = [&](const seal::HeldObject& held) {
    return held.kind == (commits ? ObjectKind::kCommit : ObjectKind::kVector) &&
           held.uid == view->uid;
  };
  view->weights_sent = std::any_of(view->status.held.begin(), view->status.held.end(), is_own);
  view->usage = engine_.usage();
  view->waiting = inbox_->waiting();
  view->stopped = stopped_;
  view->disk = disk_;
  view->signer = signer_problem_;
  view->clock = clock_problem_;
  view_ = view;
  output_.show(std::move(view));
}

}  // namespace yuma::subnet
