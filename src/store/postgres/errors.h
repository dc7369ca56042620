// What PostgreSQL says, in the kinds by which ffwatt acts. Inside of `store`.
#pragma once

#include <string_view>

#include "base/result.h"

namespace store::postgres {

// `state` is the SQLSTATE, empty where the connection was lost; `message` the server's or libpq's own; `where` names
// the database without a password. A connection that is lost, a fail-over, a deadlock, a lock or a time limit are
// retry; rights denied; what the statement was given invalid; a full disk, damaged data and the rest failed.
base::Error error_of(std::string_view state, std::string_view message, std::string_view doing, std::string_view where);
// Of a connection that did not come about, for which libpq has no SQLSTATE but words alone.
base::Error connect_error(std::string_view message, std::string_view where);

// There was no room for a write. Nothing of it was kept, and the next one may find room.
inline bool is_full(std::string_view state) { return state == "53100"; }

}  // namespace store::postgres
