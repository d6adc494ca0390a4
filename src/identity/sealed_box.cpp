// SPDX-License-Identifier: MIT

#include "yuma/identity/sealed_box.hpp"

#include "sodium.hpp"

namespace yuma {

absl::StatusOr<Bytes> seal_box(const PublicKey& to, ByteView plain) {
  start_sodium();
  if (to.scheme != Scheme::kEd25519) {
    return absl::InvalidArgumentError("seal_box: only ed25519 keys can receive a sealed box");
  }
  Bytes32 curve_key;
  if (crypto_sign_ed25519_pk_to_curve25519(curve_key.data(), to.bytes.data()) != 0) {
    return absl::InvalidArgumentError("seal_box: to is no ed25519 key of the group of prime order");
  }
  Bytes box(plain.size() + crypto_box_SEALBYTES);
  if (crypto_box_seal(box.data(), plain.data(), plain.size(), curve_key.data()) != 0) {
    die("seal_box: libsodium fails");
  }
  return box;
}

absl::StatusOr<Secret> open_box(const KeyPair& key, ByteView box) {
  start_sodium();
  if (key.scheme() != Scheme::kEd25519) {
    return absl::InvalidArgumentError("open_box: only ed25519 keys can open a sealed box");
  }
  const absl::Status damaged =
      absl::InvalidArgumentError("open_box: the box is damaged, or closed for another key");
  if (box.size() < crypto_box_SEALBYTES) return damaged;
  Scratch<64> signing_key;
  signing_key.put(0, key.private_key());
  signing_key.put(32, key.public_key().bytes);
  Scratch<32> curve_secret;
  Bytes32 curve_public;
  crypto_sign_ed25519_sk_to_curve25519(curve_secret.data(), signing_key.data());
  crypto_scalarmult_curve25519_base(curve_public.data(), curve_secret.data());
  Secret plain(box.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(plain.bytes().data(), box.data(), box.size(), curve_public.data(),
                           curve_secret.data()) != 0) {
    return damaged;
  }
  return plain;
}

}  // namespace yuma
