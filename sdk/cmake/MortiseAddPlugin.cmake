# SPDX-License-Identifier: Apache-2.0
# mortise_add_plugin(NAME [LINKS library...])
#
# Builds the plugin whose folder this is: every *.cpp beside the calling CMakeLists.txt becomes
# plugins/NAME/libNAME.so under the build folder, with plugin.yaml and migrations/ beside it.
# A plugin knows the SDK and, through LINKS, libraries of its own (libsodium, ...). The server's
# rooms, Poco and other plugins are refused here, at configure time.
#
# The same call serves the bundled plugins and, after find_package(Mortise), those of third parties.
set(MORTISE_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/plugin-exports.map)

function(mortise_add_plugin name)
  cmake_parse_arguments(plugin "" "" "LINKS" ${ARGN})
  if(plugin_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mortise_add_plugin(${name}): unknown argument ${plugin_UNPARSED_ARGUMENTS}; known: LINKS")
  endif()
  _mortise_check_manifest(${name})

  set(target plugin-${name})
  set(home ${CMAKE_BINARY_DIR}/plugins/${name})
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/tests/")
    set(home ${CMAKE_BINARY_DIR}/test-plugins/${name})
  endif()

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${target} MODULE ${sources})
  set_target_properties(${target} PROPERTIES
    PREFIX lib OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${home}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON DEFINE_SYMBOL ""
    INSTALL_RPATH "$ORIGIN/../.." LINK_DEPENDS ${MORTISE_PLUGIN_EXPORTS})
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE -Wl,--version-script=${MORTISE_PLUGIN_EXPORTS} -Wl,-z,now)
  # clang keeps its sanitizer runtime in the executable: a plugin's references to it stay open.
  if(NOT (CMAKE_CXX_COMPILER_ID MATCHES Clang AND (MORTISE_SANITIZE OR MORTISE_FUZZ)))
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  target_link_libraries(${target} PRIVATE Mortise::sdk ${plugin_LINKS})
  if(TARGET mortise-headers)  # in the house itself
    target_precompile_headers(${target} REUSE_FROM mortise-headers)
  endif()
  cmake_language(EVAL CODE "cmake_language(DEFER CALL _mortise_check_links ${target} ${target})")

  _mortise_place_files(${target} ${home})
  if(NOT home MATCHES "/test-plugins/")
    set(destination lib/mortise/plugins/${name})
    install(TARGETS ${target} LIBRARY DESTINATION ${destination} COMPONENT plugin-${name})
    install(FILES plugin.yaml DESTINATION ${destination} COMPONENT plugin-${name})
    install(DIRECTORY migrations DESTINATION ${destination} COMPONENT plugin-${name} OPTIONAL)
  endif()
endfunction()

# plugin.yaml exists and carries the name of its folder.
function(_mortise_check_manifest name)
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/plugin.yaml)
  if(NOT EXISTS ${manifest})
    message(FATAL_ERROR "${manifest} is missing: every plugin has a manifest")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(STRINGS ${manifest} line REGEX "^name:" LIMIT_COUNT 1)
  string(REGEX REPLACE "^name:[ \t]*[\"']?([A-Za-z0-9_-]*).*$" "\\1" written "${line}")
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(NOT (written STREQUAL name AND folder STREQUAL name))
    message(FATAL_ERROR "A plugin has one name: the folder says '${folder}', plugin.yaml '${written}', "
                        "mortise_add_plugin() '${name}'")
  endif()
endfunction()

# Runs when the plugin's CMakeLists.txt has ended, so that it sees every target_link_libraries().
function(_mortise_check_links plugin target)
  get_target_property(direct ${target} LINK_LIBRARIES)
  get_target_property(interface ${target} INTERFACE_LINK_LIBRARIES)
  foreach(library IN LISTS direct interface)
    if(library MATCHES "^\\$<LINK_ONLY:(.*)>$")
      set(library ${CMAKE_MATCH_1})
    endif()
    if(library MATCHES "^(Mortise::|mortise-)(sdk)$" OR library MATCHES "-NOTFOUND$")
      continue()
    elseif(library MATCHES "^(mortise-|Mortise::|plugin-|Poco)")
      message(FATAL_ERROR "${plugin} may not link ${library}: a plugin knows the SDK and libraries of its own")
    elseif(TARGET ${library})
      _mortise_check_links(${plugin} ${library})
    endif()
  endforeach()
endfunction()

# The manifest and the migrations follow their sources into the build folder.
function(_mortise_place_files target home)
  set(source ${CMAKE_CURRENT_SOURCE_DIR})
  add_custom_command(OUTPUT ${home}/plugin.yaml DEPENDS ${source}/plugin.yaml
    COMMAND ${CMAKE_COMMAND} -E copy ${source}/plugin.yaml ${home}/plugin.yaml COMMENT "")
  set(placed ${home}/plugin.yaml)
  file(GLOB_RECURSE migrations CONFIGURE_DEPENDS ${source}/migrations/*)
  if(migrations)
    # The stamp is named after the list: a deleted migration leaves the build folder too.
    string(SHA1 list "${migrations}")
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/migrations-${list}.stamp)
    add_custom_command(OUTPUT ${stamp} DEPENDS ${migrations}
      COMMAND ${CMAKE_COMMAND} -E rm -rf ${home}/migrations
      COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/migrations ${home}/migrations
      COMMAND ${CMAKE_COMMAND} -E touch ${stamp} COMMENT "")
    list(APPEND placed ${stamp})
  else()
    file(REMOVE_RECURSE ${home}/migrations)
  endif()
  target_sources(${target} PRIVATE ${placed})
endfunction()
