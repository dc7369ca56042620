// The reports of finished runs in an open database: what Results promises. Inside of `store`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

base::Result<void> add_report(Connection& connection, const jobs::Report& report);
// Of the run that has exactly this id.
base::Result<void> put_tags(Connection& connection, const std::string& id,
                            const std::map<std::string, std::string>& tags);
base::Result<void> remove_report(Connection& connection, const std::string& id);
base::Result<jobs::Report> find_report(Connection& connection, const std::string& id);
base::Result<std::vector<jobs::Report>> newest_reports(Connection& connection, int limit);

base::Result<void> put_power_trace(Connection& connection, const std::string& run, const std::string& trace);
base::Result<std::string> find_power_trace(Connection& connection, const std::string& run);

}  // namespace store::sqlite
