// SPDX-License-Identifier: MIT

#include "yuma/identity/secret.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <utility>

#include "sodium.hpp"

namespace yuma {

Secret::Secret(std::size_t size) : size_(size) {
  if (size == 0) return;
  start_sodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) die("no memory for a secret");
  sodium_memzero(data_, size);
}

Secret::~Secret() {
  if (data_ != nullptr) sodium_free(data_);
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  // The old bytes are freed here, not swapped: a moved-from secret is empty, so that a key that was
  // moved from cannot sign with the secret of another.
  if (data_ != nullptr) sodium_free(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret Secret::copy_of(ByteView bytes) {
  Secret out(bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.data_);
  return out;
}

Secret Secret::random(std::size_t size) {
  Secret out(size);
  if (size != 0) randombytes_buf(out.data_, size);
  return out;
}

void forbid_core_dumps() {
  constexpr rlimit kNone{0, 0};
  if (setrlimit(RLIMIT_CORE, &kNone) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
    die("core dumps cannot be turned off");
  }
}

}  // namespace yuma
