// SPDX-License-Identifier: MIT

#include "sodium.hpp"

#include <cstdio>
#include <cstdlib>

namespace yuma {

void die(const char* why) {
  std::fputs("yuma: ", stderr);
  std::fputs(why, stderr);
  std::fputc('\n', stderr);
  std::abort();
}

void start_sodium() {
  static const int kStarted = sodium_init();
  if (kStarted < 0) die("libsodium does not start");
}

}  // namespace yuma
