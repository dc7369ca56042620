// The runs of this user on this machine, as commands use them: keep one, find one by what people type.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "jobs/report.h"
#include "wire/result_query.h"

namespace cli {

// KEY=VALUE, of `--tag` and `--set`; invalid with the flag's name.
base::Result<std::map<std::string, std::string>> parse_tags(const std::vector<std::string>& words,
                                                            std::string_view flag);

// Keeps a finished run. Its id may change, in the rare case that another run has it: the answer is the id that counts.
base::Result<std::string> keep_run(Context& context, jobs::Report report);

// Keeps a run that was made elsewhere, by the id that it has; leaves it alone where that run is here already. invalid:
// another run has its id.
enum class Foreign { taken, here_before };
base::Result<Foreign> keep_foreign_run(Context& context, const jobs::Report& report);

// Reading makes nothing, not even the state folder; where no run was ever kept there is none to find.
// At most `most` of those that the query means, in its order.
base::Result<std::vector<jobs::Report>> matching_runs(Context& context, wire::ResultQuery query, int most);
// Each by its id, by the first three or more characters of it, or "last" (the default). Absent says how to list them.
base::Result<std::vector<jobs::Report>> find_runs(Context& context, const std::vector<std::string>& words);
// Of one that was found: its tags as they are now; and all that is kept of it.
base::Result<void> tag_run(Context& context, const jobs::Report& run);
base::Result<void> remove_run(Context& context, const std::string& id);
// The power trace of one that was found, as CSV. absent: none was kept with it.
base::Result<std::string> power_csv_of(Context& context, const jobs::Report& run);

}  // namespace cli
