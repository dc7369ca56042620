#include "store/cursor.h"

#include <limits>
#include <string_view>

#include "base/format.h"
#include "base/text.h"

namespace store {
namespace {

using base::Error;

constexpr int most_listed = 500;
constexpr std::string_view cursor_mark = "before-";

}  // namespace

base::Result<std::int64_t> page_start(const wire::JobQuery& query) {
  if (query.limit < 1 || query.limit > most_listed)
    return Error::invalid(base::format("limit must be from 1 to {}, not {}", most_listed, query.limit));
  if (query.cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  const std::string_view text = query.cursor;
  const auto number = text.starts_with(cursor_mark) ? base::to_int(text.substr(cursor_mark.size())) : std::nullopt;
  if (!number || *number < 1)
    return Error::invalid(
        base::format("'{}' is no cursor of a list; use `next` of the page before, or none", text.substr(0, 64)));
  return *number;
}

std::string cursor_below(std::int64_t number) { return base::format("{}{}", cursor_mark, number); }

}  // namespace store
