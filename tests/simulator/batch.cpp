// SPDX-License-Identifier: MIT

#include "tests/simulator/batch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace yuma::simulator {

namespace {

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "simulator: %s: %s\n", what, std::strerror(errno));
  std::abort();
}

/// Digest, violation (or an empty line), summary.
std::string text_of(const Outcome& outcome) {
  std::string out = absl::StrFormat("%d\n", outcome.digest);
  if (const auto& wrong = outcome.violation) {
    absl::StrAppendFormat(&out, "%s\t%d\t%d\t%s", wrong->check, wrong->node, wrong->time,
                          absl::CEscape(wrong->text));
  }
  return out + "\n" + outcome.summary.text();
}

std::optional<Outcome> read_outcome(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('\n', 2));
  Outcome out;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &out.digest)) return std::nullopt;
  if (!parts[1].empty()) {
    const std::vector<std::string> fields = absl::StrSplit(parts[1], '\t');
    Violation wrong;
    std::uint32_t node = 0;
    if (fields.size() != 4 || !absl::SimpleAtoi(fields[1], &node) ||
        !absl::SimpleAtoi(fields[2], &wrong.time) || !absl::CUnescape(fields[3], &wrong.text)) {
      return std::nullopt;
    }
    wrong.check = fields[0];
    wrong.node = static_cast<NodeId>(node);
    out.violation = wrong;
  }
  out.summary = Summary::of_text(parts[2]);
  return out;
}

/// A scenario that is played in a process of its own.
class Child {
 public:
  Child(const Scenario& scenario, unsigned most_seconds, bool quiet) : seed_(scenario.seed) {
    int ends[2];
    std::fflush(nullptr);
    if (pipe(ends) != 0) die("pipe");
    pid_ = fork();
    if (pid_ < 0) die("fork");
    if (pid_ == 0) {
      close(ends[0]);
      if (const int null = quiet ? open("/dev/null", O_WRONLY) : -1; null >= 0) dup2(null, 2);
      alarm(most_seconds);
      play(scenario, ends[1]);
    }
    close(ends[1]);
    fd_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (fd_ >= 0) finish();
  }

  std::uint64_t seed() const { return seed_; }
  int fd() const { return fd_; }

  /// Reads what is there; true once all was read.
  bool read_some() {
    char buffer[65536];
    const ssize_t count = read(fd_, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) return false;
    if (count > 0) text_.append(buffer, static_cast<std::size_t>(count));
    return count <= 0;
  }

  /// What became of it.
  Outcome finish() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    if (auto outcome = WIFEXITED(status) ? read_outcome(text_) : std::nullopt) return *outcome;
    const bool hangs = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    Outcome out;
    out.violation = Violation{
        hangs ? "hang" : "crash", 0, 0,
        WIFSIGNALED(status)
            ? absl::StrCat("ended by signal ", WTERMSIG(status), ", ", strsignal(WTERMSIG(status)))
            : absl::StrCat("ended with status ", WEXITSTATUS(status))};
    return out;
  }

 private:
  [[noreturn]] static void play(const Scenario& scenario, int out) {
    const std::string text = text_of(run_scenario(scenario));
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t count = write(out, text.data() + done, text.size() - done);
      if (count < 0 && errno != EINTR) die("write");
      if (count > 0) done += static_cast<std::size_t>(count);
    }
    _exit(0);
  }

  std::uint64_t seed_;
  pid_t pid_ = -1;
  int fd_ = -1;
  std::string text_;
};

/// Children that run at the same time; their outcomes by seed.
class Pool {
 public:
  explicit Pool(unsigned jobs) : jobs_(jobs) {}

  bool has_room() const { return children_.size() < jobs_; }
  void start(const Scenario& scenario) {
    children_.push_back(std::make_unique<Child>(scenario, 600, false));
  }
  /// Waits until at least one has ended.
  void wait() {
    std::vector<pollfd> polled;
    for (const auto& child : children_) polled.push_back({child->fd(), POLLIN, 0});
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) die("poll");
    for (std::size_t i = polled.size(); i > 0; --i) {
      if (polled[i - 1].revents == 0 || !children_[i - 1]->read_some()) continue;
      outcomes_.emplace(children_[i - 1]->seed(), children_[i - 1]->finish());
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
  }
  std::optional<Outcome> take(std::uint64_t seed) {
    const auto found = outcomes_.find(seed);
    if (found == outcomes_.end()) return std::nullopt;
    Outcome out = std::move(found->second);
    outcomes_.erase(found);
    return out;
  }

 private:
  unsigned jobs_;
  std::vector<std::unique_ptr<Child>> children_;
  std::map<std::uint64_t, Outcome> outcomes_;
};

}  // namespace

Outcome run_isolated(const Scenario& scenario, unsigned most_seconds) {
  Child child(scenario, most_seconds, true);
  while (!child.read_some()) {
  }
  return child.finish();
}

BatchResult run_batch(const BatchOptions& options,
                      const std::function<void(const Summary&)>& progress) {
  BatchResult result;
  Pool pool(std::max(1U, options.jobs));
  std::uint64_t next = options.seed, counted = options.seed;
  while (result.summary.get("epochs", "sealed while faults went on") < options.epochs) {
    while (pool.has_room()) pool.start(make_scenario(next++, options.scenario));
    pool.wait();
    while (auto outcome = pool.take(counted)) {
      if (outcome->violation) {
        result.failed_seed = counted;
        result.violation = *outcome->violation;
        return result;
      }
      result.summary.add(outcome->summary);
      ++result.scenarios;
      ++counted;
      if (progress) progress(result.summary);
      if (result.summary.get("epochs", "sealed while faults went on") >= options.epochs) break;
    }
  }
  return result;
}

}  // namespace yuma::simulator
