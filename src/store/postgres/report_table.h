// The reports of finished runs: what Results promises. Inside of `store`.
#pragma once

#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

base::Result<void> add_report(Session& session, const jobs::Report& report);
base::Result<jobs::Report> find_report(Session& session, const std::string& id);
base::Result<std::vector<jobs::Report>> newest_reports(Session& session, int limit);

base::Result<void> put_power_trace(Session& session, const std::string& run, const std::string& trace);
base::Result<std::string> find_power_trace(Session& session, const std::string& run);

}  // namespace store::postgres
