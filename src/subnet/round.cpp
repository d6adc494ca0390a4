// SPDX-License-Identifier: MIT

#include "subnet/round.hpp"

#include <sodium.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

// g++ takes the frame of a coroutine, which Asio allocates, for one of operator new.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace yuma::subnet {

namespace {

constexpr std::size_t kMostNote = 80;

double milliseconds_of(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Answer failed(Answer::Outcome outcome, std::string why) {
  Answer out;
  out.outcome = outcome;
  out.error = std::move(why);
  return out;
}

Answer::Outcome outcome_of(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return Answer::Outcome::kTooLate;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kResourceExhausted:
      return Answer::Outcome::kUnreachable;
    default:
      return Answer::Outcome::kNotAsked;
  }
}

Answer answer_of(SignedAnswer given, bool require_signature) {
  Answer out;
  out.verified = given.is_signed();
  out.status = given.status;
  out.milliseconds = milliseconds_of(given.timing.waited());
  out.total_milliseconds = milliseconds_of(given.timing.done - given.timing.written);
  if (require_signature && !out.verified) {
    out.outcome = Answer::Outcome::kNotVerified;
    out.error = given.verdict == ResponseVerdict::kUnsigned
                    ? absl::StrCat("its answer, of status ", given.status, ", is not signed")
                    : "its answer's signature does not hold";
    return out;
  }
  out.outcome = Answer::Outcome::kAnswered;
  out.headers = std::move(given.headers);
  out.body = std::move(given.body);
  return out;
}

/// Many questions at a time, with so many workers.
struct Batch {
  std::vector<RoundMiner> miners;
  std::vector<HttpRequest> requests;
  AskOptions options;
  std::vector<Answer> answers;
  std::size_t next = 0, working = 0;
  asio::steady_timer done;

  explicit Batch(const asio::any_io_executor& executor) : done(executor) {}
};

asio::awaitable<void> work_off(std::shared_ptr<LiveRound> round, std::shared_ptr<Batch> batch) {
  while (batch->next < batch->miners.size()) {
    const std::size_t i = batch->next++;
    HttpRequest request = std::move(batch->requests[i]);
    Answer answer = co_await round->ask(batch->miners[i], std::move(request), batch->options);
    batch->answers[i] = std::move(answer);
  }
  if (--batch->working == 0) {
    batch->done.expires_at(std::chrono::steady_clock::time_point::min());
  }
}

}  // namespace

std::string_view outcome_name(Answer::Outcome outcome) {
  switch (outcome) {
    case Answer::Outcome::kAnswered:
      return "answered";
    case Answer::Outcome::kNoAddress:
      return "no_address";
    case Answer::Outcome::kUnreachable:
      return "unreachable";
    case Answer::Outcome::kTooLate:
      return "too_late";
    case Answer::Outcome::kNotVerified:
      return "not_verified";
    case Answer::Outcome::kNotAsked:
      return "not_asked";
  }
  return "unknown";
}

LiveRound::LiveRound(const NodeView& view, SignedClient& client, std::uint64_t number,
                     TimePoint closes, std::size_t max_asked, LogSink log)
    : sealed_(view.sealed),
      client_(client),
      number_(number),
      closes_(closes),
      max_asked_(std::max<std::size_t>(max_asked, 1)),
      log_(std::move(log)) {
  randombytes_buf(&random_, sizeof random_);
  const State& state = sealed_->state;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    const auto& neuron = state.neurons[uid];
    if (!neuron || neuron->power > 0) continue;
    RoundMiner miner{static_cast<std::uint16_t>(uid), neuron->hotkey, {}};
    if (view.addresses) {
      const auto known = view.addresses->find(neuron->hotkey.bytes);
      if (known != view.addresses->end()) miner.endpoints = known->second.endpoints;
    }
    places_.emplace(neuron->hotkey.bytes, miners_.size());
    miners_.push_back(std::move(miner));
  }
  records_.resize(miners_.size());
}

asio::awaitable<Answer> LiveRound::ask(RoundMiner miner, HttpRequest request, AskOptions options) {
  const auto self = shared_from_this();
  if (!open_) co_return failed(Answer::Outcome::kNotAsked, "the round is over");
  RoundRecord* record = find(miner.hotkey, "asked");
  if (record != nullptr) record->asked = true;
  if (miner.endpoints.empty()) {
    co_return failed(Answer::Outcome::kNoAddress, "it has announced no address");
  }
  SignedTarget target{miner.hotkey, std::move(miner.endpoints)};
  SignedCallOptions how;
  how.deadline = options.deadline;
  how.max_body = options.max_body;
  how.wants_signature = true;
  for (Header& header : request.headers) {
    if (same_header(header.name, "Content-Type")) {
      how.content_type = std::move(header.value);
    } else {
      how.headers.push_back(std::move(header));
    }
  }
  auto given =
      co_await client_.call(std::move(target), std::move(request.method), std::move(request.target),
                            std::move(request.body), std::move(how));
  if (!given.ok()) {
    co_return failed(outcome_of(given.status()), std::string(given.status().message()));
  }
  Answer answer = answer_of(*std::move(given), options.require_signature);
  if (record != nullptr && answer.good()) {
    ++record->good_answers;
    record->milliseconds += answer.milliseconds;
  }
  co_return answer;
}

asio::awaitable<std::vector<Answer>> LiveRound::ask_all(HttpRequest request, AskOptions options) {
  std::vector<HttpRequest> requests(miners_.size(), request);
  co_return co_await ask_some(miners_, std::move(requests), options);
}

asio::awaitable<std::vector<Answer>> LiveRound::ask_each(std::vector<HttpRequest> requests,
                                                         AskOptions options) {
  co_return co_await ask_some(miners_, std::move(requests), options);
}

asio::awaitable<std::vector<Answer>> LiveRound::ask_some(std::vector<RoundMiner> miners,
                                                         std::vector<HttpRequest> requests,
                                                         AskOptions options) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto batch = std::make_shared<Batch>(executor);
  requests.resize(miners.size());
  batch->answers.resize(miners.size());
  batch->working = std::min(max_asked_, miners.size());
  batch->miners = std::move(miners);
  batch->requests = std::move(requests);
  batch->options = options;
  if (batch->working == 0) co_return std::vector<Answer>();
  batch->done.expires_at(std::chrono::steady_clock::time_point::max());
  for (std::size_t i = batch->working; i > 0; --i) {
    auto work = work_off(shared_from_this(), batch);
    asio::co_spawn(executor, std::move(work), asio::detached);
  }
  boost::system::error_code ignored;
  while (batch->working > 0) co_await batch->done.async_wait(error_in(ignored));
  co_return std::move(batch->answers);
}

RoundRecord* LiveRound::find(const PublicKey& hotkey, std::string_view what) {
  const auto place = places_.find(hotkey.bytes);
  if (place != places_.end()) return &records_[place->second];
  if (log_) {
    log_({LogLevel::kWarning,
          "no_miner",
          absl::StrCat(hotkey.address(), " was ", absl::string_view(what.data(), what.size()),
                       ", but is no miner of this round"),
          {}});
  }
  return nullptr;
}

void LiveRound::score(const PublicKey& hotkey, double value) {
  RoundRecord* record = open_ ? find(hotkey, "scored") : nullptr;
  if (record == nullptr) return;
  record->scored = true;
  record->score = std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0);
  if (record->score == value || !log_) return;
  log_({LogLevel::kWarning,
        "score_cut",
        absl::StrCat("the score ", value, " of ", hotkey.address(), " counts as ", record->score,
                     ": scores are from 0 to 1"),
        {}});
}

void LiveRound::skip(const PublicKey& hotkey) {
  if (RoundRecord* record = open_ ? find(hotkey, "skipped") : nullptr) record->skipped = true;
}

void LiveRound::note(const PublicKey& hotkey, std::string text) {
  RoundRecord* record = open_ ? find(hotkey, "noted") : nullptr;
  if (record == nullptr) return;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  // Cut between characters, not within one.
  std::size_t size = std::min(text.size(), kMostNote);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) {
    --size;
  }
  text.resize(size);
  record->note = std::move(text);
}

std::vector<HotkeyScore> LiveRound::scores() const {
  std::vector<HotkeyScore> out;
  for (std::size_t i = 0; i < miners_.size(); ++i) {
    const RoundRecord& record = records_[i];
    if (record.scored || (record.asked && !record.skipped)) {
      out.push_back({miners_[i].hotkey, record.score});
    }
  }
  return out;
}

}  // namespace yuma::subnet
