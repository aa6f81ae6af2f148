# SPDX-License-Identifier: Apache-2.0
# find_package(Mortise): the target Mortise::sdk and the function mortise_add_plugin().
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(Boost 1.81 COMPONENTS json)
include(${CMAKE_CURRENT_LIST_DIR}/MortiseTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/MortiseAddPlugin.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/MortiseAddPluginTest.cmake)
