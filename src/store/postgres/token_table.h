// The tokens. Inside of `store`.
#pragma once

#include <vector>

#include "jobs/access_token.h"
#include "store/postgres/session.h"

namespace store::postgres {

base::Result<void> put_token(Session& session, const jobs::AccessToken& token);
base::Result<void> remove_token(Session& session, const std::string& id);
base::Result<std::vector<jobs::AccessToken>> all_tokens(Session& session);

}  // namespace store::postgres
