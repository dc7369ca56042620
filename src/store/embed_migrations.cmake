# Writes OUTPUT, a C++ file that holds the text of every FILES entry (separated by '|'), which are named 0001_….sql,
# 0002_….sql … without a gap, as what store::BACKEND's migrations() answers. Run by the build whenever one of them
# changes.
string(REPLACE "|" ";" FILES "${FILES}")
set(code "// Made by embed_migrations.cmake from ${BACKEND}/migrations/*.sql; change those.\n#include \"store/${BACKEND}/migrate.h\"\n\n")
string(APPEND code "namespace store::${BACKEND} {\n\nstd::vector<Migration> migrations() {\n  return {\n")
set(expected 0)
foreach(file IN LISTS FILES)
  math(EXPR expected "${expected} + 1")
  get_filename_component(name "${file}" NAME)
  string(REGEX REPLACE "^0*([0-9]+)_.*" "\\1" number "${name}")
  if(NOT number STREQUAL expected)
    message(FATAL_ERROR "${file}: the next migration has number ${expected}")
  endif()
  file(READ "${file}" text)
  string(APPEND code "      {${number}, \"${name}\", R\"sql_file(${text})sql_file\"},\n")
endforeach()
string(APPEND code "  };\n}\n\n}  // namespace store::${BACKEND}\n")
file(WRITE "${OUTPUT}" "${code}")
