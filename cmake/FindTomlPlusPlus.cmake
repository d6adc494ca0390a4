# SPDX-License-Identifier: MIT
# toml++ has no CMake config in Debian. Gives TomlPlusPlus::tomlplusplus, the headers.
find_path(TomlPlusPlus_INCLUDE_DIR toml++/toml.h)
if(TomlPlusPlus_INCLUDE_DIR)
  file(STRINGS "${TomlPlusPlus_INCLUDE_DIR}/toml++/impl/version.h" TomlPlusPlus_VERSION_LINES
    REGEX "^#define TOML_LIB_(MAJOR|MINOR|PATCH)")
  string(REGEX MATCHALL "[0-9]+" TomlPlusPlus_VERSION "${TomlPlusPlus_VERSION_LINES}")
  string(REPLACE ";" "." TomlPlusPlus_VERSION "${TomlPlusPlus_VERSION}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TomlPlusPlus
  REQUIRED_VARS TomlPlusPlus_INCLUDE_DIR VERSION_VAR TomlPlusPlus_VERSION)
mark_as_advanced(TomlPlusPlus_INCLUDE_DIR)
if(TomlPlusPlus_FOUND AND NOT TARGET TomlPlusPlus::tomlplusplus)
  add_library(TomlPlusPlus::tomlplusplus INTERFACE IMPORTED)
  set_target_properties(TomlPlusPlus::tomlplusplus PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${TomlPlusPlus_INCLUDE_DIR}")
endif()
