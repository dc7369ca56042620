// ResultsWriter: the results file of one test command. Every row is on the disk before the next one begins. One thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "os/host.h"
#include "wire/results_file.h"

namespace cli::stream_test {

// By what the file of a plan is known, and how many rows it has in the end.
struct PlanMark {
  std::string fingerprint;
  std::size_t scenarios = 0;
};

class ResultsWriter {
 public:
  // Makes the folder and, in it, the file of this moment without rows, so that an hour of tests does not end at a
  // folder that cannot be written. The file is nobody else's, even where two tests begin in one second.
  static base::Result<std::unique_ptr<ResultsWriter>> open(os::Host& host, const os::Path& folder);
  // The same of a plan, whose file nobody else may go on with meanwhile.
  static base::Result<std::unique_ptr<ResultsWriter>> open(os::Host& host, const os::Path& folder, PlanMark plan);
  // Goes on with the newest file of that plan in the folder that lacks rows. absent: there is none; retry: somebody
  // else goes on with it now.
  static base::Result<std::unique_ptr<ResultsWriter>> reopen(os::Host& host, const os::Path& folder,
                                                             const PlanMark& plan);
  // A file without rows goes away again.
  ~ResultsWriter();

  base::Result<void> add(const wire::ScenarioRow& row);
  // Writes the newest row again, with what has been found out since.
  base::Result<void> replace(const wire::ScenarioRow& row);
  const os::Path& path() const { return path_; }
  const json::Value& content() const { return content_; }
  // The scenarios, by their numbers, that came to an end of their own.
  const std::set<int>& done() const { return done_; }

 private:
  ResultsWriter(os::Files& files, os::Path path, json::Value content);
  base::Result<void> hold();
  void note(const json::Value& row);
  base::Result<void> write();

  os::Files& files_;
  os::Path path_;
  json::Value content_;
  json::Array rows_;
  bool ours_ = false;
  std::set<int> done_;
  std::unique_ptr<os::FileLock> lock_;  // of a file beside it: the file itself is another one after each row
};

}  // namespace cli::stream_test
