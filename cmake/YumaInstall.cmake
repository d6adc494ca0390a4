# SPDX-License-Identifier: MIT
# `cmake --install` makes find_package(yuma) work for projects outside this tree.

include(CMakePackageConfigHelpers)

install(TARGETS yuma_core yuma_fast yuma_identity yuma_wire yuma_replica yuma_seal yuma_storage
                yuma_ledger yuma_net yuma_node yuma_subnet
  EXPORT yumaTargets
  FILE_SET HEADERS)
if(YUMA_BUILD_LAB)
  install(TARGETS yuma-lab)
endif()
if(YUMA_BUILD_APPS)
  install(TARGETS yuma-miner yuma-validator)
  # What a builder's own miner or validator links; the commands come with it.
  install(TARGETS yuma_program yuma_cli_commands yuma_cli_subnet
    EXPORT yumaTargets
    FILE_SET HEADERS)
endif()

set(yuma_config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/yuma")
install(EXPORT yumaTargets NAMESPACE yuma:: DESTINATION "${yuma_config_dir}")
configure_package_config_file(
  "${yuma_SOURCE_DIR}/cmake/yumaConfig.cmake.in" "${yuma_BINARY_DIR}/yumaConfig.cmake"
  INSTALL_DESTINATION "${yuma_config_dir}")
write_basic_package_version_file(
  "${yuma_BINARY_DIR}/yumaConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${yuma_BINARY_DIR}/yumaConfig.cmake" "${yuma_BINARY_DIR}/yumaConfigVersion.cmake"
  "${yuma_SOURCE_DIR}/cmake/FindSodium.cmake" "${yuma_SOURCE_DIR}/cmake/FindXxHash.cmake"
  "${yuma_SOURCE_DIR}/cmake/FindTomlPlusPlus.cmake"
  DESTINATION "${yuma_config_dir}")
