# SPDX-License-Identifier: MIT
# What every target of this project has in common: the language level, warnings and sanitizers.

add_library(yuma_build_flags INTERFACE)
target_compile_features(yuma_build_flags INTERFACE cxx_std_20)
target_compile_options(yuma_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wimplicit-fallthrough -Werror=return-type)

if(YUMA_SANITIZE)
  target_compile_options(yuma_build_flags INTERFACE
    -fsanitize=${YUMA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(yuma_build_flags INTERFACE -fsanitize=${YUMA_SANITIZE})
  if(YUMA_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(yuma_build_flags INTERFACE -Wno-tsan)
  endif()
endif()

if(YUMA_BUILD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "YUMA_BUILD_FUZZ needs clang (the fuzz preset selects it)")
  endif()
  # Coverage in everything, libFuzzer's main() only in the targets of tests/fuzz. compiler-rt
  # instead of libgcc: the undefined-behaviour checks of 128-bit products call it.
  target_compile_options(yuma_build_flags INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(yuma_build_flags INTERFACE
    -fsanitize=address,undefined --rtlib=compiler-rt --unwindlib=libgcc)
endif()
