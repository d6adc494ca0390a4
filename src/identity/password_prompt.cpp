// SPDX-License-Identifier: MIT

#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "descriptor.hpp"
#include "yuma/identity/password.hpp"

namespace yuma {

namespace {

constexpr std::size_t kMostPasswordBytes = 4096;  // what a terminal hands over as one line

volatile std::sig_atomic_t caught = 0;
volatile std::sig_atomic_t wake_up = -1;

extern "C" void remember_signal(int number) {
  caught = number;
  const int error = errno;
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(wake_up, &byte, 1);
  errno = error;
}

/// While it lives signals that would end or stop the program only wake up a pipe, so that the
/// terminal can be set right first; then they take their usual course.
class DeferredSignals {
 public:
  DeferredSignals() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
    read_ = Descriptor(ends[0]);
    write_ = Descriptor(ends[1]);
    caught = 0;
    wake_up = ends[1];
    struct sigaction action {};
    action.sa_handler = remember_signal;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], nullptr, &before_[i]);
      // What is ignored, as under nohup, stays so.
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
  }
  ~DeferredSignals() {
    if (!read_) return;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals[i], &before_[i], nullptr);
    }
    if (caught != 0) ::raise(caught);
  }
  DeferredSignals(const DeferredSignals&) = delete;
  DeferredSignals& operator=(const DeferredSignals&) = delete;

  /// Waits until the terminal has a line; false where a signal comes first.
  bool wait_for(int terminal) const {
    std::array<pollfd, 2> waiting = {{{terminal, POLLIN, 0}, {read_.get(), POLLIN, 0}}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
    }
    return caught == 0;
  }

 private:
  static constexpr std::array<int, 5> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  std::array<struct sigaction, kSignals.size()> before_{};
  Descriptor read_, write_;
};

/// The terminal without echo, and as it was again at the end.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    on_ = ::tcgetattr(terminal, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    on_ = on_ && ::tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
  }
  ~Silence() {
    if (on_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  bool on() const { return on_; }

 private:
  int terminal_;
  bool on_ = false;
  termios before_{};
};

void say(int terminal, std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

/// One attempt; nothing where a signal ended it.
std::optional<absl::StatusOr<Secret>> ask_once(int terminal, const std::string& question) {
  const DeferredSignals signals;
  const Silence silence(terminal);
  if (!silence.on()) return absl::FailedPreconditionError("the terminal cannot be silenced");
  say(terminal, question);
  if (!signals.wait_for(terminal)) {
    say(terminal, "\n");
    return std::nullopt;
  }
  Secret line(kMostPasswordBytes);
  const ssize_t got = ::read(terminal, line.bytes().data(), line.size());
  say(terminal, "\n");
  if (got < 0) return absl::ErrnoToStatus(errno, "the terminal cannot be read");
  std::string_view text = line.text().substr(0, static_cast<std::size_t>(got));
  if (!text.ends_with('\n')) return absl::CancelledError("no password was entered");
  text.remove_suffix(1);
  if (text.empty()) return absl::CancelledError("no password was entered");
  return Secret::copy_of(text);
}

}  // namespace

absl::StatusOr<Secret> ask_on_terminal(const std::string& question) {
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) return absl::FailedPreconditionError("there is no terminal to ask on");
  // A signal that comes back from, as one that stops the program for a while, asks again.
  while (true) {
    auto answer = ask_once(terminal.get(), question);
    if (answer) return *std::move(answer);
    if (caught != SIGTSTP) return absl::CancelledError("interrupted");
  }
}

}  // namespace yuma
