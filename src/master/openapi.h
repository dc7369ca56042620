// openapi.json as it was when the program was built: each path, parameter and name of the interface (OpenAPI 3.1).
// contract_test.cpp holds the routes to it, and it to the routes.
#pragma once

#include <string_view>

namespace master {

std::string_view openapi_document();

}  // namespace master
