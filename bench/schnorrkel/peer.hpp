// SPDX-License-Identifier: MIT
#pragma once

// What src/lib.rs offers; see there.

#include <cstddef>
#include <cstdint>

extern "C" {
struct YumaSchnorrkelKey;
YumaSchnorrkelKey* yuma_schnorrkel_key(const std::uint8_t* seed, std::uint8_t* public_key);
void yuma_schnorrkel_free(YumaSchnorrkelKey* key);
void yuma_schnorrkel_sign(const YumaSchnorrkelKey* key, const std::uint8_t* message,
                          std::size_t size, std::uint8_t* signature);
bool yuma_schnorrkel_verify(const std::uint8_t* public_key, const std::uint8_t* message,
                            std::size_t size, const std::uint8_t* signature);
bool yuma_schnorrkel_verify_batch(std::size_t count, const std::uint8_t* public_keys,
                                  const std::uint8_t* messages, std::size_t size,
                                  const std::uint8_t* signatures);
}
