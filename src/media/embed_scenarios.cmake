# Writes OUTPUT, a C++ file that holds the text of every FILES entry (separated by '|'). Run by the build whenever one of
# them changes.
string(REPLACE "|" ";" FILES "${FILES}")
set(code "// Made by embed_scenarios.cmake from scenarios/*.toml; change those.\n#include \"media/scenario_files.h\"\n\n")
string(APPEND code "namespace media {\n\nstd::vector<ScenarioFile> built_in_scenario_files() {\n  return {\n")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  get_filename_component(name "${file}" NAME)
  string(APPEND code "      {\"${name}\", R\"toml_file(${text})toml_file\"},\n")
endforeach()
string(APPEND code "  };\n}\n\n}  // namespace media\n")
file(WRITE "${OUTPUT}" "${code}")
