#include "store/documents.h"

#include "wire/encode.h"

namespace store {

std::string class_text(const JobRecord& record) {
  return record.job_class.empty() ? jobs::class_of(jobs::needs(record.job)) : record.job_class;
}

std::optional<std::string> report_of(const JobRecord& record) {
  if (!record.job.report || record.report_in == JobRecord::ReportIn::results) return std::nullopt;
  return json::write(wire::encode(*record.job.report));
}

}  // namespace store
