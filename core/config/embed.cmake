# SPDX-License-Identifier: Apache-2.0
# cmake -D OUTPUT=embedded.cpp -D "FILES=name=path,name=path" -P embed.cmake: texts as C++ literals.
set(source "// Made by embed.cmake.\n#include \"config/embedded.h\"\n\nnamespace mortise::config::embedded {\n")
string(REPLACE "," ";" pairs "${FILES}")
foreach(pair IN LISTS pairs)
  string(REGEX MATCH "^([^=]+)=(.+)$" matched "${pair}")
  file(READ "${CMAKE_MATCH_2}" text)
  string(APPEND source "const std::string_view ${CMAKE_MATCH_1} = R\"embedded(${text})embedded\";\n")
endforeach()
string(APPEND source "}  // namespace mortise::config::embedded\n")
file(WRITE "${OUTPUT}" "${source}")
