#include "exporter/page.h"

#include "base/format.h"

namespace exporter {

using metrics::Name;

Page::Page(const os::Clock& clock, std::vector<Named> collectors, base::Log& log)
    : clock_(clock), log_(log), collectors_(std::move(collectors)), faults_(collectors_.size()) {}

std::string Page::text() {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < collectors_.size(); ++i) collect(collectors_[i], faults_[i]);
  return registry_.text();
}

void Page::housekeeping() {
  const std::lock_guard lock(mutex_);
  for (auto& named : collectors_) named.collector->housekeeping();
}

std::vector<std::string> Page::faults() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> failing;
  for (std::size_t i = 0; i < collectors_.size(); ++i) {
    collect(collectors_[i], faults_[i]);
    if (!faults_[i].empty()) failing.push_back(base::format("{}: {}", collectors_[i].name, faults_[i]));
  }
  return failing;
}

void Page::collect(Named& named, std::string& fault) {
  const auto begin = clock_.boot();
  const auto done = named.collector->collect(registry_);
  registry_.observe(Name::collector_seconds, {{"collector", named.name}}, (clock_.boot() - begin).value());
  registry_.set(Name::collector_success, {{"collector", named.name}}, done ? 1 : 0);
  // Once when it begins and once when it ends, not at every scrape.
  const bool failed_before = !fault.empty();
  if (done && failed_before) log_.info("a collector works again", {{"collector", named.name}});
  if (!done && !failed_before)
    log_.warning("a collector fails", {{"collector", named.name}, {"why", done.error().text()}});
  fault = done ? "" : done.error().text();
}

}  // namespace exporter
