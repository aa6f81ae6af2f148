# SPDX-License-Identifier: Apache-2.0
# cmake -D OUTPUT=file.cpp -D FOLDER=folder -D FILES=a,b/c -P embed_template.cmake: the files as C++ literals.
set(source "// Made by embed_template.cmake.\n#include \"plugin/new_plugin.h\"\n\nnamespace mortise::plugin {\n")
string(APPEND source "const std::vector<TemplateFile>& template_files() {\n    static const std::vector<TemplateFile> files{\n")
string(REPLACE "," ";" files "${FILES}")
foreach(file IN LISTS files)
  file(READ "${FOLDER}/${file}" text)
  string(APPEND source "{\"${file}\", R\"embedded(${text})embedded\"},\n")
endforeach()
string(APPEND source "    };\n    return files;\n}\n}  // namespace mortise::plugin\n")
file(WRITE "${OUTPUT}" "${source}")
