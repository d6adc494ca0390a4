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
  if(YUMA_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # clang 14 cannot assemble coroutines with the check of function pointers. compiler-rt instead of
    # libgcc: the checks of 128-bit products call it.
    target_compile_options(yuma_build_flags INTERFACE -fno-sanitize=function)
    target_link_options(yuma_build_flags INTERFACE --rtlib=compiler-rt --unwindlib=libgcc)
  endif()
endif()

if(YUMA_BUILD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR NOT YUMA_SANITIZE MATCHES "address")
    message(FATAL_ERROR "YUMA_BUILD_FUZZ needs clang and YUMA_SANITIZE (the preset asan has both)")
  endif()
  # Coverage, for what libFuzzer is to explore: it would slow the tests.
  set(YUMA_FUZZ_OPTIONS -fsanitize=fuzzer-no-link)
endif()

# Many programs are linked, and lld takes a fraction of the time.
if(YUMA_LLD)
  find_program(YUMA_LLD_PROGRAM ld.lld)
  if(YUMA_LLD_PROGRAM)
    target_link_options(yuma_build_flags INTERFACE -fuse-ld=lld)
  endif()
endif()

# yuma_plain(TARGET...): for what should build fast and need not run fast.
function(yuma_plain)
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE ${YUMA_PLAIN_OPTIONS})
  endforeach()
endfunction()
