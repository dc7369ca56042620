#include "agent/spool.h"

#include "base/format.h"
#include "base/mutants.h"
#include "base/text.h"
#include "json/json.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace agent {
namespace {

constexpr const char* offer_file = "job.json";
constexpr const char* runner_file = "runner";
constexpr const char* progress_file = "progress.json";
constexpr const char* samples_file = "samples.json";
constexpr const char* report_file = "report.json";
constexpr const char* trace_file = "power.trace";

// Of a folder that is on its way out.
constexpr const char* gone = ".gone-";

base::Result<json::Value> read_json(const os::Files& files, const os::Path& path) {
  FFWATT_TRY(const auto text, files.read(path));
  return json::parse(text).in(path.string());
}

}  // namespace

std::string run_id(const jobs::Lease& lease) { return base::format("{}-{}", lease.job.text(), lease.attempt); }

os::Path Spool::folder(const jobs::Lease& lease) const {
  return folder_ / base::format("{}.{}", lease.job.text(), lease.attempt);
}

base::Result<void> Spool::prepare() {
  FFWATT_CHECK(files_.ensure_folders(folder_, 0700));
  FFWATT_CHECK(files_.ensure_folders(rejected(), 0700));
  // What was on its way there when its agent was killed: there, before a sync of the other folder takes it from here.
  return files_.sync_folder(rejected());
}

base::Result<void> Spool::put_offer(const wire::Offer& offer) {
  FFWATT_CHECK(files_.make_folders(folder(offer.lease), 0700));
  FFWATT_CHECK(files_.write_durably(folder(offer.lease) / offer_file,
                                    json::write(wire::encode(wire::ClaimAnswer{{offer}, {}})), 0600));
  return files_.sync_folder(folder_);
}

base::Result<wire::Offer> Spool::offer_in(const os::Files& files, const os::Path& folder) {
  FFWATT_TRY(const auto value, read_json(files, folder / offer_file));
  FFWATT_TRY(auto claim, wire::decode_claim_answer(value).in((folder / offer_file).string()));
  if (claim.offers.size() != 1)
    return base::Error::invalid(base::format("{}: holds no job", (folder / offer_file).string()));
  return std::move(claim.offers.front());
}

base::Result<std::unique_ptr<os::FileLock>> Spool::runner_lock(os::Files& files, const os::Path& folder) {
  return files.lock(folder / "lock", os::Files::Wait::no);
}

base::Result<void> Spool::put_runner(os::Files& files, const os::Path& folder, const ProcessName& runner) {
  return files.write_durably(
      folder / runner_file,
      base::format("{} {} {}\n", runner.pid, runner.start_ticks, runner.boot_id.empty() ? "unknown" : runner.boot_id),
      0600);
}

std::optional<ProcessName> Spool::runner(const jobs::Lease& lease) const {
  const auto text = files_.read(folder(lease) / runner_file);
  if (!text) return std::nullopt;
  const auto parts = base::words(*text);
  if (parts.size() != 3) return std::nullopt;
  const auto pid = base::to_int(parts[0]);
  const auto ticks = base::to_unsigned(parts[1]);
  if (!pid || !ticks || *pid <= 0) return std::nullopt;
  return ProcessName{static_cast<pid_t>(*pid), *ticks, std::string(parts[2])};
}

base::Result<void> Spool::put_progress(os::Files& files, const os::Path& folder, const wire::RunningJob& progress) {
  const auto text = json::write(wire::encode(wire::HeartbeatRequest{"", {progress}}));
  auto put = files.write_in_place(folder / progress_file, text);
  if (!put && put.error().kind() == base::ErrorKind::absent)  // the first one makes the file
    return files.write_durably(folder / progress_file, text, 0600);
  return put;
}

std::optional<wire::RunningJob> Spool::progress(const jobs::Lease& lease) const {
  const auto value = read_json(files_, folder(lease) / progress_file);
  if (!value) return std::nullopt;
  auto request = wire::decode_heartbeat_request(*value);
  if (!request || request->running.size() != 1) return std::nullopt;
  return std::move(request->running.front());
}

base::Result<void> Spool::put_samples(os::Files& files, const os::Path& folder,
                                      const std::vector<jobs::Piece>& pieces) {
  return files.write_durably(folder / samples_file, json::write(wire::encode_pieces(pieces)), 0600);
}

std::vector<jobs::Piece> Spool::samples(const jobs::Lease& lease) const {
  const auto value = read_json(files_, folder(lease) / samples_file);
  if (!value) return {};
  return wire::decode_pieces(*value).value_or({});
}

base::Result<void> Spool::put_report(os::Files& files, const os::Path& folder, const jobs::Report& report) {
  if (!report.power_trace.empty()) FFWATT_CHECK(files.write_durably(folder / trace_file, report.power_trace, 0600));
  return files.write_durably(folder / report_file, json::write(wire::encode(report)), 0600);
}

bool Spool::has_report(const jobs::Lease& lease) const { return files_.exists(folder(lease) / report_file); }

base::Result<jobs::Report> Spool::report(const jobs::Lease& lease) const {
  FFWATT_TRY(const auto value, read_json(files_, folder(lease) / report_file));
  FFWATT_TRY(auto report, wire::decode_report(value).in((folder(lease) / report_file).string()));
  if (auto trace = files_.read(folder(lease) / trace_file))
    report.power_trace = *std::move(trace);
  else if (trace.error().kind() != base::ErrorKind::absent)  // the sums are worth more than the curve
    report.caveats.push_back("the power trace was lost: " + trace.error().text());
  jobs::limit_power_trace(report);
  return report;
}

base::Result<void> Spool::remove(const jobs::Lease& lease) {
  const auto left = folder_ / (gone + folder(lease).filename().string());
  FFWATT_CHECK(files_.remove_tree(left));
  const auto moved = files_.rename(folder(lease), left);
  if (!moved && moved.error().kind() != base::ErrorKind::absent) return moved;
  FFWATT_CHECK(files_.sync_folder(folder_));
  return files_.remove_tree(left);
}

base::Result<void> Spool::set_aside(const jobs::Lease& lease) {
  FFWATT_CHECK(files_.make_folders(rejected(), 0700));
  FFWATT_CHECK(files_.rename(folder(lease), rejected() / folder(lease).filename()));
  FFWATT_CHECK(files_.sync_folder(rejected()));
  return files_.sync_folder(folder_);
}

Spool::Found Spool::find_all() {
  Found found;
  const auto names = files_.list(folder_);
  const auto overlooked = [&](const base::Error& error) {
    found.unreadable.push_back(error.text());
    found.again = found.again || (error.kind() != base::ErrorKind::absent && error.kind() != base::ErrorKind::invalid);
  };
  if (!names) {
    if (names.error().kind() != base::ErrorKind::absent) overlooked(names.error());
    return found;
  }
  for (const auto& name : *names) {
    if (name.starts_with(gone)) {
      if (FFWATT_MUTANT(half_folders_stay)) continue;
      if (const auto removed = files_.remove_tree(folder_ / name); !removed) overlooked(removed.error());
      continue;
    }
    auto offer = offer_in(files_, folder_ / name);
    if (offer) {
      found.offers.push_back(std::move(*offer));
      continue;
    }
    auto why = offer.error();
    if (offer.error().kind() == base::ErrorKind::absent && !FFWATT_MUTANT(half_folders_stay)) {
      const auto lock = runner_lock(files_, folder_ / name);
      const auto removed = lock ? files_.remove_tree(folder_ / name) : base::Result<void>(lock.error());
      if (removed) continue;
      why = removed.error();
    }
    overlooked(why);
  }
  return found;
}

}  // namespace agent
