#include "cli/stream_test/results_writer.h"

#include "base/format.h"

namespace cli::stream_test {

ResultsWriter::ResultsWriter(os::Files& files, os::Path path, units::WallTime now)
    : files_(files), path_(std::move(path)), content_{now, {}} {}

ResultsWriter::~ResultsWriter() {
  if (content_.scenarios.empty()) (void)files_.remove(path_).ok();
}

base::Result<std::unique_ptr<ResultsWriter>> ResultsWriter::open(os::Host& host, const os::Path& folder) {
  const auto context = base::format("the results folder {}", folder.string());
  FFWATT_CHECK(host.files.make_folders(folder).in(context));
  const auto now = host.clock.wall();
  const auto stem = "test_results_" + units::file_stamp(now);
  for (int i = 1;; ++i) {
    const auto path = folder / (i == 1 ? stem + ".json" : base::format("{}_{}.json", stem, i));
    if (host.files.exists(path)) continue;
    // Locking makes the file. Who finds it empty under his lock is the one who made it.
    const auto lock = host.files.lock(path, os::Files::Wait::no);
    if (!lock && lock.error().kind() == base::ErrorKind::retry) continue;
    if (!lock) return lock.error().in(context);
    FFWATT_TRY(const auto status, host.files.status(path));
    if (status.size > 0) continue;
    std::unique_ptr<ResultsWriter> writer(new ResultsWriter(host.files, path, now));
    FFWATT_CHECK(writer->write().in(context));
    return writer;
  }
}

base::Result<void> ResultsWriter::add(wire::ScenarioRow row) {
  content_.scenarios.push_back(std::move(row));
  return write().in("saving the results");
}

base::Result<void> ResultsWriter::write() {
  return files_.write_durably(path_, json::write(wire::encode(content_), json::Layout::indented) + "\n");
}

}  // namespace cli::stream_test
