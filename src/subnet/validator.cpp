// SPDX-License-Identifier: MIT

#include "yuma/subnet/validator.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "subnet/round.hpp"
#include "subnet/within.hpp"
#include "yuma/subnet/background.hpp"
#include "yuma/subnet/node.hpp"
#include "yuma/subnet/weight_choice.hpp"

namespace yuma::subnet {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxEpochs = 64;
// Averages of hotkeys that have left are kept for so many epochs, for who comes back.
constexpr std::uint64_t kRememberedEpochs = 100;

milliseconds epoch_time(const State& state) {
  return milliseconds(state.block_ms * std::max<std::uint64_t>(state.parameters.epoch.tempo, 1));
}

}  // namespace

struct Validator::Impl : std::enable_shared_from_this<Impl> {
  Impl(Node& n, SignedClient& c, Scorer& s, ValidatorOptions o, LogSink l, Scores kept,
       asio::any_io_executor on)
      : node(n),
        client(c),
        scorer(s),
        options(std::move(o)),
        log(std::move(l)),
        scores(std::move(kept)),
        executor(std::move(on)),
        round_timer(executor),
        weights_timer(executor),
        ended(executor) {}

  Node& node;
  SignedClient& client;
  Scorer& scorer;
  ValidatorOptions options;
  LogSink log;
  Scores scores;
  asio::any_io_executor executor;
  asio::thread_pool disk{1};

  asio::steady_timer round_timer, weights_timer, ended;
  bool stopping = false;
  std::size_t loops = 0;
  Node::Subscription sealed;

  std::uint64_t chosen_epoch = 0;  // weights were chosen, or could not be, for this one
  std::uint64_t round_epoch = 0, rounds_in_epoch = 0;
  std::string last_failure;             // of a round; repeated ones are logged once
  EpochWork work;                       // of the weights that are chosen next
  std::map<AccountId, MinerWork> sums;  // of `work`, not means yet
  std::deque<EpochWork> unsealed;       // chosen, not to be shown yet
  bool saving = false, save_again = false;

  mutable std::mutex view_mutex;  // guards the pointer
  std::shared_ptr<const ValidatorView> shown = std::make_shared<const ValidatorView>();

  void tell(LogLevel level, std::string_view event, std::string text,
            std::vector<std::pair<std::string_view, std::string>> fields = {}) const {
    if (log) log({level, event, std::move(text), std::move(fields)});
  }

  template <class Change>
  void show(Change change) {
    auto next = std::make_shared<ValidatorView>(*shown);
    change(*next);
    const std::lock_guard<std::mutex> lock(view_mutex);
    shown = std::move(next);
  }

  void on_sealed(const SealedEpoch& epoch);
  /// When the weights of the epoch after `state` are chosen.
  SteadyClock::time_point closing_time(const State& state) const;
  /// The epoch whose weights the scores of now go into.
  std::uint64_t counting_epoch(const State& state) const {
    return std::max(state.epoch, chosen_epoch) + 1;
  }
  void take(const LiveRound& round);
  void choose(const NodeView& view);
  void finish_work(const State& state);
  void failed_round(const std::string& why);
};

void Validator::Impl::on_sealed(const SealedEpoch& epoch) {
  show([&](ValidatorView& view) {
    while (!unsealed.empty() && unsealed.front().epoch <= epoch.epoch) {
      view.epochs.push_back(std::move(unsealed.front()));
      unsealed.pop_front();
    }
    if (view.epochs.size() > kMaxEpochs) {
      view.epochs.erase(view.epochs.begin(), view.epochs.end() - kMaxEpochs);
    }
  });
  weights_timer.cancel();
}

SteadyClock::time_point Validator::Impl::closing_time(const State& state) const {
  const milliseconds left = node.clock().until(due_block(state), node.unix_ms());
  return SteadyClock::now() + left - std::min(left, choosing_lead(state));
}

/// A round that ended well.
void Validator::Impl::take(const LiveRound& round) {
  const std::vector<HotkeyScore> given = round.scores();
  const std::uint64_t epoch = counting_epoch(round.state());
  if (absl::Status status = scores.add(given, options.alpha, epoch); !status.ok()) {
    return failed_round(std::string(status.message()));
  }
  last_failure.clear();
  ++work.rounds;
  for (std::size_t i = 0; i < round.miners().size(); ++i) {
    const RoundMiner& miner = round.miners()[i];
    const RoundRecord& record = round.records()[i];
    // Sums for now; finish_work() makes means of them.
    MinerWork& sum = sums[miner.hotkey.bytes];
    sum.uid = miner.uid;
    sum.hotkey = miner.hotkey;
    sum.asked += record.asked ? 1 : 0;
    sum.answered += record.good_answers;
    sum.milliseconds += record.milliseconds;
    sum.score += record.score;
    if (!record.note.empty()) sum.note = record.note;
  }
  show([](ValidatorView& view) { ++view.rounds; });
  tell(LogLevel::kDebug, "round_ended",
       absl::StrCat("round ", round.number(), " of epoch ", round.epoch(), ": ", given.size(),
                    " miners scored"),
       {{"epoch", absl::StrCat(round.epoch())}, {"scored", absl::StrCat(given.size())}});
}

void Validator::Impl::failed_round(const std::string& why) {
  ++work.failed_rounds;
  show([](ValidatorView& view) { ++view.failed_rounds; });
  const bool repeated = why == last_failure;
  last_failure = why;
  tell(repeated ? LogLevel::kDebug : LogLevel::kError, "round_failed",
       absl::StrCat("a round counts for nothing: ", why));
}

void Validator::Impl::finish_work(const State& state) {
  for (auto& [key, miner] : sums) {
    miner.score /= std::max<std::uint32_t>(work.rounds, 1);
    miner.milliseconds /= std::max<std::uint32_t>(miner.answered, 1);
    miner.average = scores.average(miner.hotkey);
    work.miners.push_back(std::move(miner));
  }
  sums.clear();
  std::sort(work.miners.begin(), work.miners.end(),
            [](const MinerWork& a, const MinerWork& b) { return a.uid < b.uid; });
  work.epoch = state.epoch + 1;
  unsealed.push_back(std::exchange(work, {}));
  if (unsealed.size() > kMaxEpochs) unsealed.pop_front();
}

/// The weights of the epoch under way, once.
void Validator::Impl::choose(const NodeView& view) {
  const State& state = view.sealed->state;
  const std::uint64_t epoch = state.epoch + 1;
  chosen_epoch = epoch;
  if (epoch > kRememberedEpochs) scores.forget(state, epoch - kRememberedEpochs);
  finish_work(state);
  std::vector<UidScore> wanted;
  try {
    wanted = scorer.weights(state, scores.by_uid(state));
  } catch (const std::exception& error) {
    return tell(LogLevel::kError, "weights_failed",
                absl::StrCat("no weights in epoch ", epoch, ": the scorer failed: ", error.what()));
  }
  const auto weights = weights_of_scores(state, *view.uid, wanted, options.version_key);
  absl::Status status = weights.ok() ? node.choose_weights(*weights) : weights.status();
  const std::vector<std::pair<std::string_view, std::string>> fields = {
      {"epoch", absl::StrCat(epoch)}};
  if (!status.ok()) {
    return tell(
        LogLevel::kWarning, "no_weights",
        absl::StrCat("no weights in epoch ", epoch, ", those of before stay: ", status.message()),
        fields);
  }
  tell(LogLevel::kInfo, "weights_chosen",
       absl::StrCat("epoch ", epoch, ": weights for ", weights->uids.size(), " uids"), fields);
}

namespace {

template <class Impl>
asio::awaitable<void> save(std::shared_ptr<Impl> impl) {
  impl->save_again = true;
  if (impl->saving) co_return;
  impl->saving = true;
  while (impl->save_again) {
    impl->save_again = false;
    auto write = [copy = impl->scores] { return copy.save(); };
    const absl::Status status = co_await in_background(impl->disk, std::move(write));
    const std::string problem(status.message());
    if (problem == impl->shown->scores_problem) continue;
    impl->show([&](ValidatorView& view) { view.scores_problem = problem; });
    if (status.ok()) {
      impl->tell(LogLevel::kInfo, "scores_saved", "the scores can be saved again");
    } else {
      impl->tell(
          LogLevel::kError, "scores_not_saved",
          absl::StrCat("the scores are not saved, a restart would lose what is new: ", problem));
    }
  }
  impl->saving = false;
}

/// The scorer's round. Gives something back only because Asio asks for it.
asio::awaitable<bool> run_scorer(Scorer& scorer, std::shared_ptr<LiveRound> round) {
  co_await scorer.round(*round);
  co_return true;
}

template <class Impl>
asio::awaitable<void> one_round(std::shared_ptr<Impl> impl, std::shared_ptr<const NodeView> view) {
  const State& state = view->sealed->state;
  if (state.epoch + 1 != impl->round_epoch) {
    impl->round_epoch = state.epoch + 1;
    impl->rounds_in_epoch = 0;
  }
  const auto round =
      std::make_shared<LiveRound>(*view, impl->client, impl->rounds_in_epoch++,
                                  impl->closing_time(state), impl->options.max_asked, impl->log);
  milliseconds limit = impl->options.round_limit;
  if (limit.count() == 0)
    limit = std::min<milliseconds>(epoch_time(state), std::chrono::minutes(10));
  limit = std::max<milliseconds>(limit, milliseconds(100));
  std::string trouble;
  bool ended = false;
  try {
    auto work = run_scorer(impl->scorer, round);
    const std::optional<bool> done = co_await within<bool>(limit, std::move(work));
    ended = done.has_value();
    if (!ended) trouble = absl::StrCat("it took longer than ", limit.count(), " ms");
  } catch (const std::exception& error) {
    trouble = *error.what() == 0 ? "an error without words" : error.what();
  }
  round->close();
  if (!ended) {
    impl->failed_round(trouble);
    co_return;
  }
  impl->take(*round);
  co_await save(impl);
}

template <class Impl>
void leave_loop(Impl& impl) {
  if (--impl.loops == 0) impl.ended.expires_at(SteadyClock::time_point::min());
}

template <class Impl>
asio::awaitable<void> rounds(std::shared_ptr<Impl> impl) {
  boost::system::error_code ignored;
  bool told = false;
  while (!impl->stopping) {
    const auto began = SteadyClock::now();
    const auto view = impl->node.view();
    const bool takes_part = view->sealed && view->votes;
    if (takes_part) {
      told = false;
      co_await one_round(impl, view);
    } else if (!std::exchange(told, true)) {
      impl->tell(LogLevel::kWarning, "no_power",
                 "this hotkey has no power in the subnet, so no miner answers it: it only follows");
    }
    milliseconds every = impl->options.round_every;
    if (every.count() == 0 && view->sealed) {
      every = std::min<milliseconds>(epoch_time(view->sealed->state) / 4, std::chrono::minutes(1));
    }
    // A scorer that returns at once must not keep everybody else from the thread.
    const auto least = SteadyClock::now() + milliseconds(10);
    impl->round_timer.expires_at(std::max(began + every, least));
    if (!impl->stopping) co_await impl->round_timer.async_wait(error_in(ignored));
  }
  leave_loop(*impl);
}

template <class Impl>
asio::awaitable<void> weights(std::shared_ptr<Impl> impl) {
  boost::system::error_code ignored;
  constexpr std::chrono::seconds kLook{1};
  while (!impl->stopping) {
    const auto view = impl->node.view();
    const auto now = SteadyClock::now();
    auto wake = now + kLook;
    const bool open = view->sealed && view->votes && view->uid &&
                      view->sealed->state.epoch + 1 > impl->chosen_epoch;
    if (open) {
      const State& state = view->sealed->state;
      const auto closes = impl->closing_time(state);
      // Once it is due the have is out: what is chosen then would be the next epoch's.
      const bool due =
          impl->node.clock().until(due_block(state), impl->node.unix_ms()).count() == 0;
      if (closes <= SteadyClock::now() && !due) {
        impl->choose(*view);
        continue;
      }
      if (!due) wake = std::min(wake, closes);
    }
    impl->weights_timer.expires_at(wake);
    co_await impl->weights_timer.async_wait(error_in(ignored));
  }
  leave_loop(*impl);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Validator>> Validator::make(asio::any_io_executor executor,
                                                           Node& node, SignedClient& client,
                                                           Scorer& scorer, ValidatorOptions options,
                                                           LogSink log) {
  if (!(options.alpha > 0 && options.alpha <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("alpha = ", options.alpha, " is not above 0 and at most 1"));
  }
  auto scores = Scores::open(options.scores_path, node.view()->sealed->state.subnet);
  if (!scores.ok()) return scores.status();
  auto impl = std::make_shared<Impl>(node, client, scorer, std::move(options), std::move(log),
                                     *std::move(scores), std::move(executor));
  return std::unique_ptr<Validator>(new Validator(std::move(impl)));
}

Validator::Validator(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Validator::~Validator() { impl_->stopping = true; }

void Validator::start() {
  impl_->sealed = impl_->node.on_sealed(
      [weak = std::weak_ptr<Impl>(impl_)](const std::shared_ptr<const SealedEpoch>& epoch) {
        if (const auto impl = weak.lock()) impl->on_sealed(*epoch);
      });
  impl_->loops = 2;
  impl_->ended.expires_at(SteadyClock::time_point::max());
  auto asking = rounds(impl_);
  asio::co_spawn(impl_->executor, std::move(asking), asio::detached);
  auto choosing = weights(impl_);
  asio::co_spawn(impl_->executor, std::move(choosing), asio::detached);
}

asio::awaitable<void> Validator::drain(std::chrono::milliseconds limit) {
  const auto impl = impl_;
  impl->stopping = true;
  impl->round_timer.cancel();
  impl->weights_timer.cancel();
  if (impl->loops > 0) {
    asio::steady_timer patience(impl->executor, limit);
    patience.async_wait([impl](const boost::system::error_code& error) {
      if (!error) impl->ended.expires_at(SteadyClock::time_point::min());
    });
    boost::system::error_code ignored;
    co_await impl->ended.async_wait(error_in(ignored));
  }
  co_await impl->scorer.stop();
  co_await save(impl);
  impl->sealed = {};
}

std::shared_ptr<const ValidatorView> Validator::view() const {
  const std::lock_guard<std::mutex> lock(impl_->view_mutex);
  return impl_->shown;
}

}  // namespace yuma::subnet
