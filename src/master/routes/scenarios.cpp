// GET /scenarios: the named recipes, with what each stands for.
#include "master/answers.h"
#include "master/api.h"
#include "wire/listings.h"

namespace master {

void add_scenarios_routes(Api& api) {
  api.add(jobs::Scope::read, net::Method::get, "/scenarios", [&api](net::Request, net::Responder responder) {
    responder.send(answer_json(200, wire::encode_scenarios(api.scenarios.all())));
  });
}

}  // namespace master
