// What opens the farm: tokens are made, listed and revoked here. A token's text is answered once, to whoever made it.
#include "wire/tokens.h"
#include "master/answers.h"
#include "master/api.h"

namespace master {
namespace {

// A token that lets in nodes lies in scripts and terminals until it is used: it is used soon, or not at all.
constexpr units::Seconds enrolment_lifetime{3600};

}  // namespace

void add_tokens_routes(Api& api) {
  api.add(jobs::Scope::admin, net::Method::post, "/tokens", [&api](net::Request request, net::Responder responder) {
    const auto body = body_of(request);
    if (!body) return responder.send(problem_for(body.error()));
    auto wish = wire::decode_token_wish(*body);
    if (!wish) return responder.send(problem_for(wish.error()));
    if (wish->scope == jobs::Scope::enrol)
      wish->lifetime = std::min(wish->lifetime.value_or(enrolment_lifetime), enrolment_lifetime);
    api.service.run(
        [wish = *wish](Core& core, units::Instant now) {
          return answer(core.create_token(wish.scope, wish.name, wish.lifetime, now), [](const Core::NewToken& made) {
            return answer_json(201, wire::encode(wire::view_of(made.token, made.text)));
          });
        },
        responder);
  });

  api.add(jobs::Scope::admin, net::Method::get, "/tokens", [&api](net::Request request, net::Responder responder) {
    if (const auto known = check_query(request, {}); !known) return responder.send(problem_for(known.error()));
    api.service.run(
        [](Core& core, units::Instant) {
          return answer(core.tokens(), [](const std::vector<jobs::AccessToken>& tokens) {
            std::vector<wire::TokenView> views;
            for (const auto& token : tokens) views.push_back(wire::view_of(token));
            return answer_json(200, wire::encode_tokens(views));
          });
        },
        responder);
  });

  api.add(jobs::Scope::admin, net::Method::del, "/tokens/{id}", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id")](Core& core, units::Instant now) {
          const auto gone = core.revoke_token(id, now);
          return gone ? net::Response{204, {}, {}} : problem_for(gone.error());
        },
        responder);
  });
}

}  // namespace master
