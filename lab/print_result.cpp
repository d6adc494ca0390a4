// SPDX-License-Identifier: MIT

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "lab/commands.hpp"

namespace yuma::lab {

bool print_result(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return true;
  std::fprintf(stderr, "yuma-lab: standard output: %s\n", std::strerror(errno));
  return false;
}

}  // namespace yuma::lab
