// SPDX-License-Identifier: MIT
#include "lab/report/gnuplot.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/report/text.hpp"

namespace yuma::lab {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxMessage = 2000;  // bytes of gnuplot's complaint worth keeping

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// Owns the two objects posix_spawn is configured by.
struct SpawnSetup {
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

absl::Status system_error(const char* what) {
  return absl::InternalError(absl::StrCat("run_gnuplot: ", what, ": ", std::strerror(errno)));
}

/// Only what gnuplot and fontconfig need: GNUTERM, GNUPLOT_LIB and the like would change charts.
std::vector<std::string> child_environment() {
  std::vector<std::string> entries = {"LC_ALL=C.UTF-8"};
  for (const char* name : {"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
                           "FONTCONFIG_FILE", "FONTCONFIG_PATH"}) {
    if (const char* value = std::getenv(name)) entries.push_back(absl::StrCat(name, "=", value));
  }
  return entries;
}

/// Starts `gnuplot -d` (no start-up files) with the three descriptors as its standard streams.
absl::StatusOr<pid_t> start(const std::string& program, int in, int out, int err) {
  SpawnSetup setup;
  posix_spawn_file_actions_adddup2(&setup.actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&setup.actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&setup.actions, err, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  posix_spawnattr_setsigdefault(&setup.attributes, &defaults);
  posix_spawnattr_setflags(&setup.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::string name = "gnuplot";
  std::string flag = "-d";
  std::array<char*, 3> arguments = {name.data(), flag.data(), nullptr};
  std::vector<std::string> entries = child_environment();
  std::vector<char*> environment;
  for (std::string& entry : entries) environment.push_back(entry.data());
  environment.push_back(nullptr);

  pid_t pid = 0;
  const int error = posix_spawnp(&pid, program.c_str(), &setup.actions, &setup.attributes,
                                 arguments.data(), environment.data());
  if (error == ENOENT || error == ENOTDIR) {
    return absl::NotFoundError("gnuplot is not installed: install gnuplot-nox");
  }
  errno = error;
  if (error != 0) return system_error("cannot start gnuplot");
  return pid;
}

/// Collects what arrives on `fd` until its other end is closed. False if the deadline comes first.
bool read_until_closed(int fd, Clock::time_point deadline, std::string& text) {
  std::array<char, 4096> buffer;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd, POLLIN, 0};
    const int ready =
        ::poll(&waiting, 1, static_cast<int>(std::min<long long>(left.count(), 60'000)));
    if (ready <= 0) continue;  // a signal, or the deadline
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    const std::size_t room = kMaxMessage - std::min(kMaxMessage, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
}

/// Waits for the child, which has closed its standard error or has been killed.
int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return status;
}

absl::StatusOr<std::string> read_all(std::FILE* file) {
  std::string bytes;
  std::array<char, 65536> buffer;
  std::rewind(file);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file)) {
    bytes.append(buffer.data(), got);
  }
  if (std::ferror(file) != 0) return system_error("cannot read the image");
  return bytes;
}

}  // namespace

absl::StatusOr<ImageFormat> image_format_of(std::string_view path) {
  const std::string text(path);
  if (absl::EndsWithIgnoreCase(text, ".svg")) return ImageFormat::kSvg;
  if (absl::EndsWithIgnoreCase(text, ".png")) return ImageFormat::kPng;
  return absl::InvalidArgumentError(absl::StrCat("cannot tell the image format of '", text,
                                                 "': the name must end in .svg or .png"));
}

std::string terminal_command(ImageFormat format, int width, int height) {
  if (format == ImageFormat::kSvg) {
    return absl::StrFormat(
        "set terminal svg size %d,%d dynamic noenhanced background '#ffffff' font "
        "'sans-serif,12'\n",
        width, height);
  }
  // Cairo takes font sizes as points at 96 dots an inch, SVG as pixels, hence the 1.5; its markers
  // are smaller, too.
  return absl::StrFormat(
      "set terminal pngcairo size %d,%d noenhanced background '#ffffff' font 'sans-serif,12' "
      "fontscale 1.5 linewidth 2 pointscale 3\n",
      2 * width, 2 * height);
}

absl::StatusOr<std::string> run_gnuplot(const std::string& script, const GnuplotOptions& options) {
  // Files without names vanish with their last descriptor, however this process ends.
  const File input(std::tmpfile());
  const File output(std::tmpfile());
  if (!input || !output) return system_error("cannot create a temporary file");
  if (std::fwrite(script.data(), 1, script.size(), input.get()) != script.size() ||
      std::fflush(input.get()) != 0 || ::lseek(::fileno(input.get()), 0, SEEK_SET) != 0) {
    return system_error("cannot write a temporary file");
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot create a pipe");
  Descriptor messages(ends[0]);
  Descriptor messages_of_child(ends[1]);

  const Clock::time_point deadline = Clock::now() + options.time_limit;
  const absl::StatusOr<pid_t> pid = start(options.program, ::fileno(input.get()),
                                          ::fileno(output.get()), messages_of_child.get());
  if (!pid.ok()) return pid.status();
  messages_of_child.reset();

  std::string complaint;
  const bool ended = read_until_closed(messages.get(), deadline, complaint);
  if (!ended) ::kill(*pid, SIGKILL);
  const int status = wait_for(*pid);
  complaint = printable_utf8(std::string(absl::StripAsciiWhitespace(complaint)));
  if (!ended) {
    return absl::DeadlineExceededError(
        absl::StrFormat("gnuplot did not finish within %d ms", options.time_limit.count()));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return absl::InternalError(absl::StrCat("gnuplot failed: ", complaint));
  }
  absl::StatusOr<std::string> image = read_all(output.get());
  if (image.ok() && image->empty()) {
    return absl::InternalError(absl::StrCat("gnuplot drew nothing: ", complaint));
  }
  return image;
}

bool is_gnuplot_missing(const absl::Status& status) {
  return absl::IsNotFound(status) &&
         absl::StrContains(status.message(), "gnuplot is not installed");
}

}  // namespace yuma::lab
