// SPDX-License-Identifier: MIT

#include "subnet/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "storage/file_descriptor.hpp"

extern char** environ;

namespace yuma::subnet {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostComplaint = 1000;

/// What passwords of keys may stand in, and what only this program's own configuration needs.
bool is_secret(std::string_view variable) {
  return variable.starts_with("BT_PW_") || variable.starts_with("BT_WALLET_PASSWORD") ||
         variable.starts_with("YUMA_");
}

struct Pipe {
  FileDescriptor read, write;
};
absl::StatusOr<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::UnavailableError("no pipe: " + errno_text());
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// All that the child needs between fork and exec, where nothing may be allocated.
struct Launch {
  const char* file;
  char* const* arguments;
  char* const* environment;
  int in, out, errors, failure;
};

[[noreturn]] void become(const Launch& launch, pid_t parent) {
  // With the thread that started it, however that ends; and not if that has ended already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  setpgid(0, 0);  // it and what it starts get signals together, and none from the terminal
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // No descriptor of a pipe is below 3: those are always open in a program of ours.
  dup2(launch.in, STDIN_FILENO);
  dup2(launch.out, STDOUT_FILENO);
  dup2(launch.errors, STDERR_FILENO);
  dup2(launch.failure, 3);
  fcntl(3, F_SETFD, FD_CLOEXEC);
  syscall(SYS_close_range, 4U, ~0U, 0U);
  execve(launch.file, launch.arguments, launch.environment);
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(3, &error, sizeof error);
  _exit(127);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// The child's process id. Waits until its program runs, or says why it does not.
absl::StatusOr<pid_t> launch(const std::string& file, std::vector<std::string> arguments,
                             const Pipe& in, const Pipe& out, const Pipe& errors) {
  auto failure = make_pipe();
  if (!failure.ok()) return failure.status();
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!is_secret(*variable)) environment.emplace_back(*variable);
  }
  const auto argv = pointers_to(arguments), envp = pointers_to(environment);
  const Launch what{file.c_str(),    argv.data(),        envp.data(),         in.read.get(),
                    out.write.get(), errors.write.get(), failure->write.get()};
  const pid_t parent = getpid(), pid = fork();
  if (pid < 0) return absl::UnavailableError("cannot start a process: " + errno_text());
  if (pid == 0) become(what, parent);
  setpgid(pid, pid);  // here too, lest a signal is sent before the child has done it
  failure->write = FileDescriptor();
  int error = 0;
  ssize_t count = 0;
  do count = ::read(failure->read.get(), &error, sizeof error);
  while (count < 0 && errno == EINTR);
  if (count != sizeof error) return pid;
  waitpid(pid, nullptr, 0);
  return absl::FailedPreconditionError(absl::StrCat("cannot run '", file, "': ", strerror(error),
                                                    error == ENOEXEC || error == ENOENT
                                                        ? ". A script's first line has to name its "
                                                          "interpreter: #!/usr/bin/env python3"
                                                        : ""));
}

std::string how_it_ended(int status) {
  if (WIFEXITED(status)) return absl::StrCat("ended with status ", WEXITSTATUS(status));
  return absl::StrCat("was ended by signal ", WTERMSIG(status));
}

}  // namespace

absl::StatusOr<std::string> find_program(const std::string& name) {
  const auto usable = [](const std::string& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    if (usable(name)) return name;
    std::error_code error;
    if (!fs::exists(name, error)) {
      return absl::NotFoundError(absl::StrCat("there is no program '", name, "'"));
    }
    return absl::PermissionDeniedError(
        absl::StrCat("'", name, "' cannot be run: is it a file, and executable (chmod +x)?"));
  }
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "/usr/bin:/bin" : path;
  while (!name.empty()) {
    const std::size_t end = folders.find(':');
    const std::string candidate = (fs::path(folders.substr(0, end)) / name).string();
    if (usable(candidate)) return candidate;
    if (end == std::string_view::npos) break;
    folders.remove_prefix(end + 1);
  }
  return absl::NotFoundError(absl::StrCat("there is no program '", name,
                                          "' in PATH; of one in this folder write './", name, "'"));
}

absl::StatusOr<std::shared_ptr<ChildProcess>> ChildProcess::start(
    const asio::any_io_executor& executor, const std::vector<std::string>& command) {
  if (command.empty()) return absl::InvalidArgumentError("no command is given");
  const auto file = find_program(command.front());
  if (!file.ok()) return file.status();
  auto in = make_pipe(), out = make_pipe(), errors = make_pipe();
  for (const auto* pipe : {&in, &out, &errors}) {
    if (!pipe->ok()) return pipe->status();
  }
  const auto pid = launch(*file, command, *in, *out, *errors);
  if (!pid.ok()) return pid.status();
  const auto exit = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));
  if (exit < 0) {
    const std::string why = errno_text();
    ::kill(-*pid, SIGKILL);
    waitpid(*pid, nullptr, 0);
    return absl::UnimplementedError("this system cannot watch processes: " + why);
  }
  fcntl(exit, F_SETFD, FD_CLOEXEC);
  return std::shared_ptr<ChildProcess>(new ChildProcess(
      *pid, Stream(executor, exit), Stream(executor, in->write.release()),
      Stream(executor, out->read.release()), Stream(executor, errors->read.release())));
}

ChildProcess::ChildProcess(pid_t pid, Stream exit, Stream in, Stream out, Stream errors)
    : pid_(pid),
      exit_(std::move(exit)),
      in_(std::move(in)),
      out_(std::move(out)),
      errors_(std::move(errors)) {}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  kill();
  waitpid(pid_, nullptr, 0);
}

void ChildProcess::terminate() {
  boost::system::error_code ignored;
  in_.close(ignored);
  if (pid_ > 0) ::kill(-pid_, SIGTERM);
}

void ChildProcess::kill() {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
  boost::system::error_code ignored;
  in_.close(ignored);
  out_.close(ignored);
}

/// Nothing may come before it is asked for.
absl::Status ChildProcess::check_silent() {
  boost::system::error_code error;
  out_.non_blocking(true, error);
  char byte = 0;
  const std::size_t count =
      read_.empty() ? out_.read_some(asio::buffer(&byte, 1), error) : std::size_t{1};
  if (count == 0 && error == asio::error::would_block) return absl::OkStatus();
  if (count == 0) return absl::UnavailableError("has closed its standard output");
  return absl::InvalidArgumentError(
      "wrote to its standard output what nobody had asked for: only answers go there, one line "
      "each; print everything else to standard error");
}

asio::awaitable<absl::StatusOr<std::string>> ChildProcess::write_and_read(std::string line,
                                                                          std::size_t max_line) {
  if (absl::Status silent = check_silent(); !silent.ok()) co_return silent;
  boost::system::error_code error;
  line += '\n';
  co_await asio::async_write(in_, asio::buffer(line), error_in(error));
  if (error) co_return absl::UnavailableError("does not read its standard input");
  line.clear();
  line.shrink_to_fit();
  auto buffer = asio::dynamic_buffer(read_, max_line + 1);
  const std::size_t size = co_await asio::async_read_until(out_, buffer, '\n', error_in(error));
  if (error == asio::error::not_found) {
    co_return absl::ResourceExhaustedError(
        absl::StrCat("answered with a line of more than ", max_line, " bytes"));
  }
  if (error == asio::error::eof && !read_.empty()) {
    co_return absl::UnavailableError("ended in the middle of a line");
  }
  if (error) co_return absl::UnavailableError("ended without an answer");
  std::string answer = read_.substr(0, size - 1);
  read_.erase(0, size);
  co_return answer;
}

asio::awaitable<absl::StatusOr<std::string>> ChildProcess::ask(std::string line,
                                                               std::chrono::milliseconds limit,
                                                               std::size_t max_line) {
  const auto self = shared_from_this();
  if (line.size() > max_line) {
    co_return absl::ResourceExhaustedError(absl::StrCat(
        "would be asked with a line of ", line.size(), " bytes, more than ", max_line));
  }
  if (!out_.is_open()) co_return absl::UnavailableError("has ended");
  asio::steady_timer timer(out_.get_executor(), limit);
  timer.async_wait([weak = weak_from_this(), question = questions_](auto error) {
    const auto child = weak.lock();
    if (error || !child || child->questions_ != question) return;
    child->late_ = true;
    child->kill();
  });
  auto answer = co_await write_and_read(std::move(line), max_line);
  timer.cancel();
  ++questions_;
  if (late_) {
    co_return absl::DeadlineExceededError(
        absl::StrCat("did not answer within ", limit.count(), " ms"));
  }
  if (!answer.ok()) kill();
  co_return answer;
}

asio::awaitable<std::optional<std::string>> ChildProcess::next_complaint() {
  const auto self = shared_from_this();
  for (;;) {
    const std::size_t end = complaint_.find('\n');
    if (end != std::string::npos || complaint_.size() >= kMostComplaint) {
      const std::size_t size = std::min({end, complaint_.size(), kMostComplaint});
      std::string line = complaint_.substr(0, size);
      complaint_.erase(0, end == size ? size + 1 : size);
      if (line.empty()) continue;
      co_return line;
    }
    char block[512];
    boost::system::error_code error;
    const std::size_t count =
        co_await errors_.async_read_some(asio::buffer(block), error_in(error));
    complaint_.append(block, count);
    if (!error) continue;
    if (complaint_.empty()) co_return std::nullopt;
    co_return std::exchange(complaint_, {});
  }
}

asio::awaitable<std::string> ChildProcess::ended() {
  const auto self = shared_from_this();
  boost::system::error_code error;
  co_await exit_.async_wait(Stream::wait_read, error_in(error));
  int status = 0;
  // What it has started itself goes with it.
  ::kill(-pid_, SIGKILL);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  co_return how_it_ended(status);
}

}  // namespace yuma::subnet
