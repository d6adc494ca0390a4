# SPDX-License-Identifier: MIT
# One look at the end of configuring says what will be built, and how.

message(STATUS "")
message(STATUS "yuma ${PROJECT_VERSION}")
message(STATUS "  compiler    ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, ${CMAKE_BUILD_TYPE}")
message(STATUS "  sanitizers  ${YUMA_SANITIZE}")
message(STATUS "  apps ${YUMA_BUILD_APPS}, lab ${YUMA_BUILD_LAB}, tests ${YUMA_BUILD_TESTS}, bench ${YUMA_BUILD_BENCH},"
               " examples ${YUMA_BUILD_EXAMPLES}, fuzz ${YUMA_BUILD_FUZZ}")
message(STATUS "")
