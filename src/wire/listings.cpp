#include "wire/listings.h"

#include "wire/encode.h"

namespace wire {
namespace {

template <class T>
json::Value list_of(std::string_view key, const std::vector<T>& items) {
  json::Value list = json::Value::array();
  for (const auto& item : items) list.push_back(encode(item));
  return json::Value::object({{key, std::move(list)}, {"count", static_cast<std::int64_t>(items.size())}});
}

}  // namespace

json::Value encode_health() { return json::Value::object({{"status", "healthy"}}); }
json::Value encode_version(const std::string& version) { return json::Value::object({{"version", version}}); }

json::Value encode(const Accepted& accepted) {
  json::Value value = encode(accepted.job);
  if (!accepted.warning.empty()) value.set("warnings", json::Value::array({accepted.warning}));
  return value;
}

json::Value encode(const std::vector<Accepted>& accepted) { return list_of("jobs", accepted); }
json::Value encode_results(const std::vector<jobs::Report>& reports) { return list_of("results", reports); }

}  // namespace wire
