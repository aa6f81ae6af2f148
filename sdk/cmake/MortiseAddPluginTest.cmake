# SPDX-License-Identifier: Apache-2.0
# mortise_add_plugin_test(NAME): the test of the plugin NAME, which mortise_add_plugin() has made, from the
# *.cpp in the folder test/. It may use TestHost and Catch2, and finds the plugin by MORTISE_PLUGIN_PATH.
function(mortise_add_plugin_test name)
  if(NOT TARGET plugin-${name})
    message(FATAL_ERROR "mortise_add_plugin_test(${name}): call mortise_add_plugin(${name}) first")
  endif()
  find_package(Catch2 2.13 REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/*.cpp)
  add_executable(${name}-test ${sources})
  target_link_libraries(${name}-test PRIVATE Mortise::testing Catch2::Catch2)
  add_dependencies(${name}-test plugin-${name})
  add_test(NAME ${name} COMMAND ${name}-test)
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "MORTISE_PLUGIN_PATH=${CMAKE_BINARY_DIR}/plugins")
endfunction()
