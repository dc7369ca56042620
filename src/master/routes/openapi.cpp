// GET /openapi.json: what can be asked here, for programs. It needs no key: it says nothing of what is done here.
#include "master/openapi.h"

#include "master/api.h"

namespace master {

void add_openapi_routes(Api& api) {
  api.add_open(net::Method::get, "/openapi.json", [](net::Request, net::Responder responder) {
    responder.send(net::Response::json(200, std::string(openapi_document())));
  });
}

}  // namespace master
