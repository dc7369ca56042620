#include "cli/stream_test/results_writer.h"

#include <algorithm>

#include "base/format.h"

namespace cli::stream_test {
namespace {

// 10 000 rows with their logs.
constexpr json::Limits kLimits{.bytes = 256u << 20, .depth = 32, .nodes = 20'000'000};

os::Path lock_of(const os::Path& path) { return path.string() + ".lock"; }

bool is_of(const json::Value& file, const PlanMark& plan) {
  return file.at("plan").is_string() && file.at("plan").as_string() == plan.fingerprint &&
         file.at("scenarios").is_array();
}

}  // namespace

ResultsWriter::ResultsWriter(os::Files& files, os::Path path, json::Value content)
    : files_(files), path_(std::move(path)), content_(std::move(content)), rows_(content_.at("scenarios").items()) {
  for (const auto& row : rows_) note(row);
}

ResultsWriter::~ResultsWriter() {
  if (ours_ && rows_.empty()) (void)files_.remove(path_).ok();
  if (lock_) (void)files_.remove(lock_of(path_)).ok();
}

base::Result<std::unique_ptr<ResultsWriter>> ResultsWriter::open(os::Host& host, const os::Path& folder) {
  return open(host, folder, {});
}

base::Result<std::unique_ptr<ResultsWriter>> ResultsWriter::open(os::Host& host, const os::Path& folder,
                                                                 PlanMark plan) {
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
    auto content = wire::encode(wire::ResultsFile{now, {}, plan.fingerprint, plan.scenarios});
    std::unique_ptr<ResultsWriter> writer(new ResultsWriter(host.files, path, std::move(content)));
    writer->ours_ = true;
    if (!plan.fingerprint.empty()) FFWATT_CHECK(writer->hold().in(context));
    FFWATT_CHECK(writer->write().in(context));
    return writer;
  }
}

base::Result<std::unique_ptr<ResultsWriter>> ResultsWriter::reopen(os::Host& host, const os::Path& folder,
                                                                   const PlanMark& plan) {
  auto names = host.files.list(folder).value_or(std::vector<std::string>());
  std::sort(names.rbegin(), names.rend());  // they begin with their time
  for (const auto& name : names) {
    if (!name.starts_with("test_results_") || !name.ends_with(".json")) continue;
    const auto text = host.files.read(folder / name);
    auto content = text ? json::parse(*text, kLimits) : base::Result<json::Value>(text.error());
    if (!content || !is_of(*content, plan)) continue;
    std::unique_ptr<ResultsWriter> writer(new ResultsWriter(host.files, folder / name, *std::move(content)));
    if (writer->done_.size() >= plan.scenarios) continue;
    FFWATT_CHECK(writer->hold());
    writer->ours_ = true;
    return writer;
  }
  return base::Error::absent(
      base::format("no results file in {} belongs to this plan and lacks scenarios; leave --resume out to begin it",
                   folder.string()));
}

base::Result<void> ResultsWriter::hold() {
  auto lock = files_.lock(lock_of(path_), os::Files::Wait::no);
  if (!lock && lock.error().kind() == base::ErrorKind::retry)
    return base::Error::retry(base::format("another test writes {} now; wait for its end", path_.string()));
  if (!lock) return lock.error();
  lock_ = *std::move(lock);
  return {};
}

void ResultsWriter::note(const json::Value& row) {
  const auto& number = row.at("number");
  const auto& status = row.at("status");
  const bool stopped = status.is_string() && (status.as_string() == "interrupted" || status.as_string() == "canceled");
  if (number.is_integer() && !stopped) done_.insert(static_cast<int>(number.as_integer()));
}

base::Result<void> ResultsWriter::add(const wire::ScenarioRow& row) {
  auto encoded = wire::encode(row);
  note(encoded);
  rows_.push_back(std::move(encoded));
  return write().in("saving the results");
}

base::Result<void> ResultsWriter::replace(const wire::ScenarioRow& row) {
  rows_.back() = wire::encode(row);
  return write().in("saving the results");
}

base::Result<void> ResultsWriter::write() {
  content_.set("scenarios", rows_);
  return files_.write_durably(path_, json::write(content_, json::Layout::indented) + "\n");
}

}  // namespace cli::stream_test
