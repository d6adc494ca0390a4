# SPDX-License-Identifier: MIT
# Run by the test consumer.find_package; each step must succeed.

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nexit ${result}\n${output}")
  endif()
  message(STATUS "${output}")
endfunction()

# A library built with sanitizers needs their runtime in whoever links it.
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
  if(COMPILER MATCHES "clang")
    string(APPEND flags " --rtlib=compiler-rt --unwindlib=libgcc")
  endif()
endif()

file(REMOVE_RECURSE "${WORK}")
step(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/prefix")
step(${CMAKE_COMMAND} -S "${SOURCE}" -B "${WORK}/build" -G "${GENERATOR}"
  "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}" "-DCMAKE_CXX_FLAGS=${flags}")
step(${CMAKE_COMMAND} --build "${WORK}/build")
step("${WORK}/build/consumer" "${FILE}")
