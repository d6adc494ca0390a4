// SPDX-License-Identifier: MIT

#include "yuma/net/signer_client.hpp"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/unix_socket.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma {

namespace {

// More connections than this are closed after use.
constexpr std::size_t kMaxIdle = 4;
constexpr std::string_view kUnixPrefix = "unix:";

absl::Status wrong_answer(std::string_view what) {
  return absl::InternalError(
      absl::StrCat("the signer answered with ", absl::string_view(what.data(), what.size())));
}

/// The status of an answer that is not the wanted one.
absl::Status status_of(const SignerAnswer& answer) {
  if (const auto* refusal = std::get_if<SignerRefusal>(&answer)) {
    return absl::PermissionDeniedError(absl::StrCat("the signer refused: ", refusal->reason));
  }
  if (const auto* busy = std::get_if<SignerBusy>(&answer)) {
    return absl::ResourceExhaustedError(absl::StrCat("the signer is busy: ", busy->reason));
  }
  if (const auto* failure = std::get_if<SignerFailure>(&answer)) {
    return absl::InternalError(absl::StrCat("the signer failed: ", failure->reason));
  }
  return wrong_answer("something else than it was asked");
}

absl::StatusOr<SignerAnswer> exchange(int fd, ByteView request, Deadline deadline) {
  // A signer that turns a connection away answers before it reads; its reason is worth more than
  // the error of a write.
  const absl::Status written = write_all(fd, request, deadline);
  std::array<std::uint8_t, kSignerLengthBytes> length{};
  if (absl::Status s = read_exactly(fd, length, deadline); !s.ok()) {
    return written.ok() ? s : written;
  }
  const auto size = signer_frame_size(length, kMaxSignerAnswer);
  if (const auto* fault = std::get_if<SignerFault>(&size)) {
    return wrong_answer(signer_fault_name(*fault));
  }
  Bytes frame(std::get<std::size_t>(size));
  if (absl::Status s = read_exactly(fd, frame, deadline); !s.ok()) return s;
  auto answer = parse_signer_answer(frame);
  if (const auto* fault = std::get_if<SignerFault>(&answer)) {
    return wrong_answer(signer_fault_name(*fault));
  }
  return std::get<SignerAnswer>(std::move(answer));
}

}  // namespace

struct RemoteSigner::Impl {
  explicit Impl(RemoteSignerOptions given) : options(std::move(given)) {}

  /// Asks over an idle connection, or over a new one where that fails.
  absl::StatusOr<SignerAnswer> ask(const SignerRequest& request);
  std::optional<FileDescriptor> take_idle();
  void keep(FileDescriptor fd);

  RemoteSignerOptions options;
  PublicKey key;
  std::mutex mutex;  ///< of `idle`
  std::vector<FileDescriptor> idle;
};

std::optional<FileDescriptor> RemoteSigner::Impl::take_idle() {
  const std::lock_guard lock(mutex);
  if (idle.empty()) return std::nullopt;
  FileDescriptor out = std::move(idle.back());
  idle.pop_back();
  return out;
}

void RemoteSigner::Impl::keep(FileDescriptor fd) {
  const std::lock_guard lock(mutex);
  if (idle.size() < kMaxIdle) idle.push_back(std::move(fd));
}

absl::StatusOr<SignerAnswer> RemoteSigner::Impl::ask(const SignerRequest& request) {
  if (request.message.size() > kMaxSignerFrame - kMinSignerFrame) {
    return absl::InvalidArgumentError(absl::StrCat("sign: a message of ", request.message.size(),
                                                   " bytes is longer than any that is signed"));
  }
  const Deadline deadline = std::chrono::steady_clock::now() + options.limit;
  const Bytes frame = encode_signer_request(request);
  // The signer may have closed an idle connection, or may have been restarted.
  while (std::optional<FileDescriptor> fd = take_idle()) {
    auto answer = exchange(fd->get(), frame, deadline);
    if (answer.ok()) {
      keep(*std::move(fd));
      return answer;
    }
    if (!absl::IsUnavailable(answer.status())) return answer;
  }
  auto fd = connect_to(options.path, deadline);
  if (!fd.ok()) return fd.status();
  auto answer = exchange(fd->get(), frame, deadline);
  if (answer.ok()) keep(*std::move(fd));
  return answer;
}

RemoteSigner::RemoteSigner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RemoteSigner::~RemoteSigner() = default;

const PublicKey& RemoteSigner::public_key() const { return impl_->key; }

absl::StatusOr<std::unique_ptr<RemoteSigner>> RemoteSigner::connect(RemoteSignerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  const auto answer = impl->ask({SignerRequestKind::kPublicKey, {}});
  if (!answer.ok()) return answer.status();
  const auto* key = std::get_if<PublicKey>(&*answer);
  if (key == nullptr) return status_of(*answer);
  if (const absl::Status usable = check_public_key(*key); !usable.ok()) return usable;
  impl->key = *key;
  return std::unique_ptr<RemoteSigner>(new RemoteSigner(std::move(impl)));
}

absl::StatusOr<Signature> RemoteSigner::sign(ByteView message) {
  const auto answer = impl_->ask({SignerRequestKind::kSign, message});
  if (!answer.ok()) return answer.status();
  const auto* signature = std::get_if<Signature>(&*answer);
  if (signature == nullptr) return status_of(*answer);
  if (!verify(impl_->key, message, *signature)) {
    return wrong_answer("a signature that is not of its key over this message");
  }
  return *signature;
}

absl::StatusOr<SignerStatus> RemoteSigner::status() {
  const auto answer = impl_->ask({SignerRequestKind::kStatus, {}});
  if (!answer.ok()) return answer.status();
  const auto* status = std::get_if<SignerStatus>(&*answer);
  return status == nullptr ? absl::StatusOr<SignerStatus>(status_of(*answer)) : *status;
}

absl::StatusOr<std::string> signer_path(std::string_view where) {
  if (!where.starts_with(kUnixPrefix) || where.size() == kUnixPrefix.size()) {
    return absl::InvalidArgumentError(absl::StrCat("a signer is given as unix:PATH, not '",
                                                   absl::string_view(where.data(), where.size()),
                                                   "'"));
  }
  return expand_home(std::string(where.substr(kUnixPrefix.size())));
}

absl::StatusOr<std::unique_ptr<Signer>> make_signer(
    std::string_view where, const std::function<absl::StatusOr<KeyPair>()>& open_hotkey) {
  if (where.empty()) {
    auto key = open_hotkey();
    if (!key.ok()) return key.status();
    return std::make_unique<LocalSigner>(*std::move(key));
  }
  auto path = signer_path(where);
  if (!path.ok()) return path.status();
  auto remote = RemoteSigner::connect({*std::move(path), RemoteSignerOptions{}.limit});
  if (!remote.ok()) return remote.status();
  return std::unique_ptr<Signer>(*std::move(remote));
}

}  // namespace yuma
