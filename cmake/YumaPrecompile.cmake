# SPDX-License-Identifier: MIT
# Where YUMA_PRECOMPILE is on, headers that much includes are compiled once for each of four kinds of
# code: library, network (its parts with sockets), programs and tests. Nobody includes the files of cmake/precompiled, and every source
# still names what it uses: other presets build without them.

# yuma_precompiled(KIND TARGET...): the targets are of this kind. The options of a precompiled header
# must be those of its users: programs and tests are plain (yuma_plain), the others are not.
function(yuma_precompiled kind)
  # ccache cannot keep what was compiled with one.
  if(NOT YUMA_PRECOMPILE OR CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    return()
  endif()
  set(headers yuma_${kind}_headers)
  if(NOT TARGET ${headers})
    add_library(${headers} OBJECT "${yuma_SOURCE_DIR}/cmake/precompiled/empty.cpp")
    target_precompile_headers(${headers} PRIVATE "${yuma_SOURCE_DIR}/cmake/precompiled/${kind}.hpp")
    target_link_libraries(${headers} PRIVATE absl::status absl::statusor absl::strings yuma_build_flags)
    if(kind STREQUAL "tests")
      target_link_libraries(${headers} PRIVATE GTest::gmock_main)
    elseif(kind STREQUAL "network")
      target_include_directories(${headers} PRIVATE "${yuma_SOURCE_DIR}/include")
      target_link_libraries(${headers} PRIVATE Boost::headers)
    elseif(kind STREQUAL "programs")
      target_link_libraries(${headers} PRIVATE CLI11::CLI11)
    endif()
    if(kind STREQUAL "programs" OR kind STREQUAL "tests")
      target_link_libraries(${headers} PRIVATE nlohmann_json::nlohmann_json)
      yuma_plain(${headers})
    endif()
  endif()
  foreach(target ${ARGN})
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endforeach()
endfunction()
