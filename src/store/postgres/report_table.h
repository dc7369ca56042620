// The reports of finished runs: what Results promises. Inside of `store`.
#pragma once

#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "store/postgres/walks.h"
#include "store/store.h"

namespace store::postgres {

base::Result<void> add_report(Session& session, const jobs::Report& report);
base::Result<jobs::Report> find_report(Session& session, const std::string& id);
base::Result<std::vector<jobs::Report>> newest_reports(Session& session, int limit);
base::Result<wire::ResultPage> find_results(Session& session, const wire::ResultQuery& query, Walks& walks);
// Gives every report the facts of this program's list that was kept with another one's. Any number of masters at once.
base::Result<void> refresh_facts(Session& session);

base::Result<void> put_power_trace(Session& session, const std::string& run, const std::string& trace);
base::Result<std::string> find_power_trace(Session& session, const std::string& run);

}  // namespace store::postgres
