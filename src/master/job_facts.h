// Beside the jobs of a list, the facts of what they took: a list shows joules without reading a report for each.
// Any thread, on its own reader.
#pragma once

#include <map>

#include "base/id.h"
#include "base/result.h"
#include "json/value.h"
#include "store/store.h"
#include "wire/messages.h"

namespace master {

// Of each job that has ended and has a result: wire::encode_facts() of it.
base::Result<std::map<base::Id, json::Value>> job_facts(store::Reader& reader, const std::vector<jobs::Job>& jobs);

}  // namespace master
