// SPDX-License-Identifier: MIT

#include "cli/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace yuma::cli {

namespace {

/// /dev/tty, closed at the end.
class Terminal {
 public:
  Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}
  ~Terminal() {
    if (fd_ >= 0) ::close(fd_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool write(std::string_view text) const {
    while (fd_ >= 0 && !text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return fd_ >= 0;
  }

  std::string line() const {
    char buffer[256];
    const ssize_t got = ::read(fd_, buffer, sizeof buffer);
    std::string out(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (out.ends_with('\n')) out.pop_back();
    return out;
  }

 private:
  int fd_;
};

}  // namespace

std::size_t columns() {
  constexpr std::size_t kUsual = 80, kLeast = 40;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return std::max<std::size_t>(size.ws_col, kLeast);
}

bool show_on_terminal(std::string_view text) { return Terminal().write(text); }

bool confirmed_on_terminal(const std::string& question) {
  const Terminal terminal;
  return terminal.write(question) && terminal.line() == "yes";
}

}  // namespace yuma::cli
