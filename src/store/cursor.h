// The cursor of lists: a page begins below the number at which the last one ended, so pages neither overlap nor miss a
// job, whatever is added meanwhile. Inside of `store`.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "wire/messages.h"

namespace store {

// The number below which the page begins. invalid: the cursor or the limit.
base::Result<std::int64_t> page_start(const wire::JobQuery& query);
std::string cursor_below(std::int64_t number);

}  // namespace store
