# Writes OUTPUT, a C++ file that holds the text of FILE as master::openapi_document(). Run by the build whenever it
# changes.
file(READ "${FILE}" text)
file(WRITE "${OUTPUT}" "// Made by embed_openapi.cmake from openapi.json; change that.
#include \"master/openapi.h\"

namespace master {

std::string_view openapi_document() { return R\"json_file(${text})json_file\"; }

}  // namespace master
")
