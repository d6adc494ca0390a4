// SPDX-License-Identifier: MIT
#pragma once

// A program that runs beside this one and answers line by line. It never outlives this process, has
// none of its files, and gets no passwords from its environment. All on one thread, the one that
// started it: the system ends the child with that thread.

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "yuma/net/asio.hpp"
// After Asio.
#include <boost/asio/posix/stream_descriptor.hpp>

#include "absl/status/statusor.h"

namespace yuma::subnet {

/// The file that a command names, looked for in PATH where it has no slash. NotFound or
/// PermissionDenied where it cannot be run.
absl::StatusOr<std::string> find_program(const std::string& name);

class ChildProcess : public std::enable_shared_from_this<ChildProcess> {
 public:
  /// Starts a program with its arguments. Errors as find_program(), and the system's.
  static absl::StatusOr<std::shared_ptr<ChildProcess>> start(
      const asio::any_io_executor& executor, const std::vector<std::string>& command);
  /// Kills it where it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Writes a line and reads the one that answers it, without its end. On any error the child is
  /// killed: nobody could tell to which question a later line belongs. DeadlineExceeded;
  /// ResourceExhausted for a line longer than `max_line`; InvalidArgument where it wrote more than
  /// it was asked for; Unavailable where it ended. One at a time.
  asio::awaitable<absl::StatusOr<std::string>> ask(std::string line,
                                                   std::chrono::milliseconds limit,
                                                   std::size_t max_line);

  /// The next line of its standard error, cut to a length that a log can take; nothing at its end.
  asio::awaitable<std::optional<std::string>> next_complaint();

  /// Waits until it has ended and says how: "ended with status 3", "was ended by signal 9". Once.
  asio::awaitable<std::string> ended();

  /// Asks it to end: closes its input and sends SIGTERM.
  void terminate();
  void kill();

  pid_t id() const { return pid_; }
  bool running() const { return pid_ > 0; }

 private:
  using Stream = asio::posix::stream_descriptor;
  ChildProcess(pid_t pid, Stream exit, Stream in, Stream out, Stream errors);

  asio::awaitable<absl::StatusOr<std::string>> write_and_read(std::string line,
                                                              std::size_t max_line);
  absl::Status check_silent();

  pid_t pid_;    // also its process group; 0 once it has been waited for
  Stream exit_;  // readable when the process has ended
  Stream in_, out_, errors_;
  std::string read_;             // of out_, behind the last line
  std::string complaint_;        // of errors_
  std::uint64_t questions_ = 0;  // answered, or not
  bool late_ = false;
};

}  // namespace yuma::subnet
