# SPDX-License-Identifier: Apache-2.0
# cmake -D FROM=folder -D TO=folder -D CLIENT=file -P place_demo.cmake
#
# Copies the demo. The client gets its hash into its name, so that browsers may keep it for ever, a compressed
# twin, and a module of one line under a name that the demo's own modules can know.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${TO})
file(COPY ${FROM}/ DESTINATION ${TO})
if(CLIENT)
  file(SHA256 ${CLIENT} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  set(name socket.io.${hash}.js)
  file(MAKE_DIRECTORY ${TO}/vendor)
  file(COPY_FILE ${CLIENT} ${TO}/vendor/${name})
  file(ARCHIVE_CREATE OUTPUT ${TO}/vendor/${name}.gz PATHS ${CLIENT} FORMAT raw COMPRESSION GZip)
  file(WRITE ${TO}/vendor/socket.io.js "export * from \"./${name}\";\n")
endif()
