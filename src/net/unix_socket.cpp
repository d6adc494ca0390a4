// SPDX-License-Identifier: MIT

#include "net/unix_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

constexpr int kBacklog = 64;

absl::StatusOr<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // One byte is for the zero at the end; an empty path would be a name that no mode protects.
  if (path.empty() || path.size() >= sizeof(address.sun_path) ||
      path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the path of a socket has 1 to ", sizeof(address.sun_path) - 1,
                     " bytes, this has ", path.size(), ": '", path, "'"));
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

const sockaddr* plain(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

absl::Status unavailable(std::string_view what) {
  return absl::UnavailableError(
      absl::StrCat(absl::string_view(what.data(), what.size()), ": ", errno_text()));
}

/// Waits until `fd` is ready for `events`.
absl::Status wait_for(int fd, short events, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return absl::UnavailableError("no answer before the deadline");
    pollfd item{fd, events, 0};
    const int ready = poll(&item, 1, static_cast<int>(std::min<long>(left.count(), 60'000)));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return unavailable("poll");
  }
}

/// After a call that failed: OK, at once or when `fd` is ready, where it may be made again.
absl::Status try_again(int fd, short events, Deadline deadline) {
  if (errno == EINTR) return absl::OkStatus();
  if (errno == EAGAIN) return wait_for(fd, events, deadline);
  return unavailable("the connection broke");
}

/// Whether something listens on an existing socket.
absl::StatusOr<bool> is_live(const std::string& path) {
  auto address = address_of(path);
  if (!address.ok()) return address.status();
  const FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return errno_error("socket", path);
  if (connect(fd.get(), plain(*address), sizeof *address) == 0 || errno == EAGAIN) return true;
  if (errno == ECONNREFUSED) return false;
  return errno_error("cannot tell whether something listens on", path);
}

/// Makes way for a new socket: removes one that nobody listens on.
absl::Status clear_stale(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? absl::OkStatus() : errno_error("cannot look at", path);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "' is no socket: choose another path or remove it"));
  }
  const auto live = is_live(path);
  if (!live.ok()) return live.status();
  if (*live) {
    return absl::FailedPreconditionError(
        absl::StrCat("something listens on '", path, "' already: stop it or choose another path"));
  }
  return unlink(path.c_str()) == 0 ? absl::OkStatus() : errno_error("cannot remove", path);
}

}  // namespace

void ListeningSocket::remove_file() const {
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0 && found.st_dev == device && found.st_ino == inode) {
    unlink(path.c_str());
  }
}

absl::StatusOr<ListeningSocket> listen_on(const std::string& path, std::optional<gid_t> gid) {
  const auto address = address_of(path);
  if (!address.ok()) return address.status();
  // Of two that start at once each would take the other's new socket for a stale one.
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  const FileDescriptor lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid()) return errno_error("cannot open the folder", folder);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno_error("another program is just starting in the folder", folder);
  }
  if (const absl::Status cleared = clear_stale(path); !cleared.ok()) return cleared;

  ListeningSocket out;
  out.path = path;
  out.fd = FileDescriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.fd.valid()) return errno_error("socket", path);
  // The file that bind() makes gets the mode of the socket, so there is no moment with another one.
  if (fchmod(out.fd.get(), S_IRUSR | S_IWUSR) != 0) return errno_error("fchmod", path);
  if (bind(out.fd.get(), plain(*address), sizeof *address) != 0) {
    return errno_error("cannot bind to", path);
  }
  struct stat made {};
  if (lstat(path.c_str(), &made) != 0) return errno_error("cannot look at", path);
  out.device = made.st_dev;
  out.inode = made.st_ino;
  if ((made.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    out.remove_file();
    return absl::FailedPreconditionError(
        absl::StrCat("the socket '", path, "' would be open to others: choose another folder"));
  }
  // Nobody can connect before listen().
  if (gid && (lchown(path.c_str(), static_cast<uid_t>(-1), *gid) != 0 ||
              chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0)) {
    absl::Status status = errno_error("cannot give to the group", path);
    out.remove_file();
    return status;
  }
  if (listen(out.fd.get(), kBacklog) != 0) {
    absl::Status status = errno_error("cannot listen on", path);
    out.remove_file();
    return status;
  }
  return out;
}

absl::StatusOr<FileDescriptor> connect_to(const std::string& path, Deadline deadline) {
  const auto address = address_of(path);
  if (!address.ok()) return address.status();
  FileDescriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return unavailable("socket");
  while (connect(fd.get(), plain(*address), sizeof *address) != 0) {
    // A full backlog cannot be waited for: a socket that is not connected polls as ready.
    constexpr int kRetryMilliseconds = 5;
    const bool retry = errno == EAGAIN || errno == EINTR;
    if (!retry || std::chrono::steady_clock::now() >= deadline) {
      return absl::UnavailableError(absl::StrCat("cannot connect to '", path, "': ", errno_text()));
    }
    poll(nullptr, 0, kRetryMilliseconds);
  }
  return fd;
}

absl::Status write_all(int fd, ByteView bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (absl::Status more = try_again(fd, POLLOUT, deadline); !more.ok()) return more;
  }
  return absl::OkStatus();
}

absl::Status read_exactly(int fd, std::span<std::uint8_t> out, Deadline deadline) {
  while (!out.empty()) {
    const ssize_t got = recv(fd, out.data(), out.size(), MSG_DONTWAIT);
    if (got == 0) return absl::UnavailableError("the connection was closed");
    if (got > 0) {
      out = out.subspan(static_cast<std::size_t>(got));
      continue;
    }
    if (absl::Status more = try_again(fd, POLLIN, deadline); !more.ok()) return more;
  }
  return absl::OkStatus();
}

}  // namespace yuma
