// The tokens in an open database. Inside of `store`.
#pragma once

#include <vector>

#include "base/result.h"
#include "jobs/access_token.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

base::Result<void> put_token(Connection& connection, const jobs::AccessToken& token);
base::Result<void> remove_token(Connection& connection, const std::string& id);
base::Result<std::vector<jobs::AccessToken>> all_tokens(Connection& connection);

}  // namespace store::sqlite
