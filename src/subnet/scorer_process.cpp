// SPDX-License-Identifier: MIT

#include "yuma/subnet/scorer_process.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "subnet/child_process.hpp"
#include "subnet/scorer_lines.hpp"

namespace yuma::subnet {

absl::StatusOr<std::vector<std::string>> split_command(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
      in_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) out.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return absl::InvalidArgumentError("a quote is not closed");
  if (in_word) out.push_back(std::move(word));
  if (out.empty()) return absl::InvalidArgumentError("names no program");
  return out;
}

absl::Status check_command(const std::vector<std::string>& command) {
  if (command.empty()) return absl::InvalidArgumentError("names no program");
  return find_program(command.front()).status();
}

struct ScorerProcess::Impl : std::enable_shared_from_this<Impl> {
  Impl(asio::any_io_executor on, ScorerProcessOptions o, LogSink sink)
      : executor(std::move(on)),
        options(std::move(o)),
        log(std::move(sink)),
        changed(executor),
        restart(executor) {}

  asio::any_io_executor executor;
  ScorerProcessOptions options;
  LogSink log;
  std::shared_ptr<ChildProcess> child;  // null while none runs
  asio::steady_timer changed;           // its end, a new start, stopping: wakes who waits
  asio::steady_timer restart;           // the pause before it
  bool stopping = false;
  std::uint64_t starts = 0;
  std::chrono::milliseconds pause{0};

  void tell(LogLevel level, std::string_view event, std::string text) const {
    if (log) log({level, event, std::move(text), {}});
  }
};

namespace {

/// Its standard error goes to the log.
template <class Impl>
asio::awaitable<void> pass_on_complaints(std::shared_ptr<Impl> impl,
                                         std::shared_ptr<ChildProcess> child) {
  for (;;) {
    const auto line = co_await child->next_complaint();
    if (!line) co_return;
    impl->tell(LogLevel::kInfo, "scorer_says", absl::StrCat("scorer: ", *line));
  }
}

/// Keeps one running.
template <class Impl>
asio::awaitable<void> supervise(std::shared_ptr<Impl> impl) {
  boost::system::error_code ignored;
  while (!impl->stopping) {
    auto child = ChildProcess::start(impl->executor, impl->options.command);
    std::string end;
    if (child.ok()) {
      impl->child = *child;
      ++impl->starts;
      impl->tell(LogLevel::kInfo, "scorer_started",
                 absl::StrCat("the scorer runs as process ", (*child)->id()));
      impl->changed.cancel();
      auto complaints = pass_on_complaints(impl, *child);
      asio::co_spawn(impl->executor, std::move(complaints), asio::detached);
      end = co_await (*child)->ended();
      impl->child = nullptr;
      impl->changed.cancel();
    } else {
      end = std::string(child.status().message());
    }
    if (impl->stopping) break;
    impl->pause = impl->pause.count() == 0 ? impl->options.first_pause
                                           : std::min(2 * impl->pause, impl->options.longest_pause);
    impl->tell(
        LogLevel::kError, "scorer_ended",
        absl::StrCat("the scorer ", end, "; it is started again in ", impl->pause.count(), " ms"));
    impl->restart.expires_after(impl->pause);
    co_await impl->restart.async_wait(error_in(ignored));
  }
  impl->changed.cancel();
}

/// The one that runs, or, within the limit, the next one.
template <class Impl>
asio::awaitable<std::shared_ptr<ChildProcess>> running_child(std::shared_ptr<Impl> impl) {
  const auto until = std::chrono::steady_clock::now() + impl->options.limit;
  boost::system::error_code ignored;
  while (!impl->child) {
    if (impl->stopping) throw std::runtime_error("the validator stops");
    if (std::chrono::steady_clock::now() >= until) {
      throw std::runtime_error("the scorer does not run");
    }
    impl->changed.expires_at(until);
    co_await impl->changed.async_wait(error_in(ignored));
  }
  co_return impl->child;
}

/// Ends it; the supervisor starts the next one.
template <class Impl>
[[noreturn]] void give_up(Impl& impl, ChildProcess& child, std::string_view what,
                          const absl::Status& status) {
  child.kill();
  if (impl.child.get() == &child) impl.child = nullptr;
  throw std::runtime_error(
      absl::StrCat("the scorer", absl::string_view(what.data(), what.size()), status.message()));
}

template <class Impl>
asio::awaitable<std::string> ask(std::shared_ptr<Impl> impl, std::shared_ptr<ChildProcess> child,
                                 std::string line) {
  auto answer = co_await child->ask(std::move(line), impl->options.limit, impl->options.max_line);
  if (!answer.ok()) give_up(*impl, *child, " ", answer.status());
  co_return *std::move(answer);
}

}  // namespace

ScorerProcess::ScorerProcess(asio::any_io_executor executor, ScorerProcessOptions options,
                             LogSink log)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), std::move(log))) {
  auto run = supervise(impl_);
  asio::co_spawn(impl_->executor, std::move(run), asio::detached);
}

ScorerProcess::~ScorerProcess() {
  impl_->stopping = true;
  impl_->restart.cancel();
  if (impl_->child) impl_->child->kill();
}

asio::awaitable<void> ScorerProcess::round(Round& round) {
  const auto impl = impl_;
  const auto child = co_await running_child(impl);
  std::string line = challenge_line(round);
  const std::string challenge = co_await ask(impl, child, std::move(line));
  auto requests = read_challenge(challenge, round);
  if (!requests.ok()) give_up(*impl, *child, "'s challenge: ", requests.status());
  auto answers = co_await ask_challenge(round, *std::move(requests));
  line = answers_line(round, answers);
  const std::string scores = co_await ask(impl, child, std::move(line));
  const absl::Status taken = read_scores(scores, round);
  if (!taken.ok()) give_up(*impl, *child, "'s scores: ", taken);
  impl->pause = std::chrono::milliseconds(0);
}

asio::awaitable<void> ScorerProcess::stop() {
  const auto impl = impl_;
  impl->stopping = true;
  impl->restart.cancel();
  if (!impl->child) co_return;
  impl->child->terminate();
  constexpr std::chrono::seconds kPatience{2};
  impl->changed.expires_after(kPatience);
  boost::system::error_code ignored;
  if (impl->child) co_await impl->changed.async_wait(error_in(ignored));
  if (impl->child) impl->child->kill();
}

std::uint64_t ScorerProcess::starts() const { return impl_->starts; }

}  // namespace yuma::subnet
