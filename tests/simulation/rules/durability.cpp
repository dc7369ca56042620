#include <set>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

void durability(const Evidence& evidence, Findings& findings) {
  std::map<std::string, int> named;
  for (const auto& [id, record] : evidence.jobs) ++named[record.job.submission.name];
  for (const auto& [name, count] : named)
    if (count > 1)
      findings.push_back(base::format("{} jobs are named {}: a submission was carried out twice", count, name));
  for (const auto& operation : evidence.history.operations) {
    if (operation.kind != Operation::Kind::submit) continue;
    const bool there = named.count(operation.name) != 0;
    if (operation.outcome == Operation::Outcome::done && !there)
      findings.push_back(base::format("{} was answered {} and is gone", operation.name, operation.status));
    if (operation.outcome == Operation::Outcome::refused && there)
      findings.push_back(base::format("{} was answered {} and is there", operation.name, operation.status));
    if (operation.outcome == Operation::Outcome::refused && operation.status != 422)
      findings.push_back(base::format("{} is a good submission and was answered {}", operation.name, operation.status));
    if (operation.outcome == Operation::Outcome::done && operation.name.find("-by-") != std::string::npos)
      findings.push_back(base::format("{} has the key of another submission and was accepted", operation.name));
    if (!there) continue;
    if (operation.id && *operation.id != evidence.ids.at(operation.name))
      findings.push_back(base::format("{} was answered as {} and is {}", operation.name, operation.id->text(),
                                      evidence.ids.at(operation.name).text()));
    const auto& submission = evidence.jobs.at(evidence.ids.at(operation.name)).job.submission;
    if (Client::wanted(submission) != operation.wanted)
      findings.push_back(base::format("{} was asked for as {} and is {}", operation.name, operation.wanted,
                                      Client::wanted(submission)));
    const std::string output = "/outputs/" + operation.name + ".mp4";
    if (submission.spec.output != output || submission.spec.scenario != "720p30-h264")
      findings.push_back(
          base::format("{} is not what was asked for: output {}", operation.name, submission.spec.output));
  }
}

}  // namespace simulation
