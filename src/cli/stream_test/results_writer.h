// ResultsWriter: the results file of one test command. Every row is on the disk before the next one begins. One thread.
#pragma once

#include <memory>

#include "os/host.h"
#include "wire/results_file.h"

namespace cli::stream_test {

class ResultsWriter {
 public:
  // Makes the folder and, in it, the file of this moment without rows, so that an hour of tests does not end at a
  // folder that cannot be written. The file is nobody else's, even where two tests begin in one second.
  static base::Result<std::unique_ptr<ResultsWriter>> open(os::Host& host, const os::Path& folder);
  // A file without rows goes away again.
  ~ResultsWriter();

  base::Result<void> add(wire::ScenarioRow row);
  const os::Path& path() const { return path_; }
  const wire::ResultsFile& content() const { return content_; }

 private:
  ResultsWriter(os::Files& files, os::Path path, units::WallTime now);
  base::Result<void> write();

  os::Files& files_;
  os::Path path_;
  wire::ResultsFile content_;
};

}  // namespace cli::stream_test
