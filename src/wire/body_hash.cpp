// SPDX-License-Identifier: MIT

#include "yuma/wire/body_hash.hpp"

#include <openssl/evp.h>

#include <cstdlib>

namespace yuma {

namespace {

/// OpenSSL's answer to what cannot fail, unless memory is used up.
void must(bool holds) {
  if (!holds) std::abort();
}

/// Looking an algorithm up costs more than hashing a small body with it.
const EVP_MD* algorithm() {
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  must(kSha256 != nullptr);
  return kSha256;
}

}  // namespace

struct BodyHash::State {
  State() : context(EVP_MD_CTX_new()) { must(context != nullptr); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void start() { must(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1); }
  void add(ByteView piece) { must(EVP_DigestUpdate(context, piece.data(), piece.size()) == 1); }
  Bytes32 end() {
    Bytes32 out;
    unsigned size = out.size();
    must(EVP_DigestFinal_ex(context, out.data(), &size) == 1 && size == out.size());
    return out;
  }

  EVP_MD_CTX* context;
};

BodyHash::BodyHash() : state_(std::make_unique<State>()) { state_->start(); }
BodyHash::~BodyHash() = default;
BodyHash::BodyHash(BodyHash&& other) noexcept = default;
BodyHash& BodyHash::operator=(BodyHash&& other) noexcept = default;

void BodyHash::add(ByteView piece) { state_->add(piece); }

Bytes32 BodyHash::digest() const {
  State copy;
  must(EVP_MD_CTX_copy_ex(copy.context, state_->context) == 1);
  return copy.end();
}

Bytes32 BodyHash::of(ByteView body) {
  thread_local State state;
  state.start();
  state.add(body);
  return state.end();
}

}  // namespace yuma
