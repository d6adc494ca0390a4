// SPDX-License-Identifier: MIT
#pragma once

// Runs a program on a terminal of its own, as a person would who sits there.

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace yuma::test {

class TerminalRun {
 public:
  /// `environment` holds NAME=VALUE, on top of this process's own.
  TerminalRun(const std::string& program, const std::vector<std::string>& arguments,
              const std::vector<std::pair<std::string, std::string>>& environment) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = 80;
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ < 0) std::abort();
    if (child_ > 0) return;
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  ~TerminalRun() {
    ::close(terminal_);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }
  TerminalRun(const TerminalRun&) = delete;
  TerminalRun& operator=(const TerminalRun&) = delete;

  /// Whether the text appears after what was waited for before.
  bool wait_for(const std::string& text) {
    while (true) {
      const auto at = screen_.find(text, seen_);
      if (at != std::string::npos) {
        seen_ = at + text.size();
        return true;
      }
      if (!read_more()) return false;
    }
  }

  /// Types text; "\n" is the return key and "\x03" control-C.
  void type(const std::string& text) {
    if (::write(terminal_, text.data(), text.size()) != ssize_t(text.size())) std::abort();
  }

  bool echoes() const {
    termios state{};
    return ::tcgetattr(terminal_, &state) == 0 && (state.c_lflag & ECHO) != 0;
  }

  /// Waits for the end. The exit code, or minus the signal that ended it.
  int finish() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  /// All that was on the screen so far.
  const std::string& screen() const { return screen_; }

 private:
  bool read_more() {
    constexpr int kPatience = 300'000;  // milliseconds: for a hang, not for speed
    pollfd waiting{terminal_, POLLIN, 0};
    if (::poll(&waiting, 1, kPatience) != 1) return false;
    char buffer[4096];
    const ssize_t got = ::read(terminal_, buffer, sizeof buffer);
    if (got <= 0) return false;
    screen_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  pid_t child_ = -1;
  int terminal_ = -1;
  std::string screen_;
  std::size_t seen_ = 0;
};

}  // namespace yuma::test
