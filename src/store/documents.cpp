#include "store/documents.h"

#include "wire/encode.h"

namespace store {

std::string class_text(const JobRecord& record) {
  return record.job_class.empty() ? jobs::class_of(jobs::needs(record.job)) : record.job_class;
}

std::optional<std::string> report_of(const jobs::Job& job) {
  return job.report ? std::optional(json::write(wire::encode(*job.report))) : std::nullopt;
}

}  // namespace store
