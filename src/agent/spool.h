// Spool: what an agent must not lose, as one folder per attempt under STATE/jobs: the offer, the runner's identity, its
// progress, its report. Everything but progress is written durably before anything is told to anybody, so an agent that
// was killed finds its jobs again. Any thread; one attempt's folder belongs to its runner, then to its agent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/lease.h"
#include "os/host.h"
#include "wire/messages.h"

namespace agent {

// A process that is never confused with a later one of the same pid.
struct ProcessName {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string boot_id;  // never empty in a file: "unknown" where the kernel tells none
  bool operator==(const ProcessName&) const = default;
};

// The id of a run, for its control group and its temporary output: two attempts never share either.
std::string run_id(const jobs::Lease& lease);

class Spool {
 public:
  Spool(os::Files& files, os::Path state_folder) : files_(files), folder_(state_folder / "jobs") {}

  os::Path folder(const jobs::Lease& lease) const;  // …/jobs/<job>.<attempt>
  // Held by the runner for as long as it lives. Who gets it knows that no runner lives, and that none will begin: a
  // runner that finds a report ends at once.
  static base::Result<std::unique_ptr<os::FileLock>> runner_lock(os::Files& files, const os::Path& folder);

  // The folders in which it keeps them; at the start of an agent.
  base::Result<void> prepare();
  base::Result<void> put_offer(const wire::Offer& offer);
  static base::Result<wire::Offer> offer_in(const os::Files& files, const os::Path& folder);
  static base::Result<void> put_runner(os::Files& files, const os::Path& folder, const ProcessName& runner);
  std::optional<ProcessName> runner(const jobs::Lease& lease) const;

  // Progress is a hint: replaced often, not synced; who reads it in the middle of a write finds none.
  static base::Result<void> put_progress(os::Files& files, const os::Path& folder, const wire::RunningJob& progress);
  std::optional<wire::RunningJob> progress(const jobs::Lease& lease) const;

  // What a runner that repeats its job has so far, durably: it may die before its report.
  static base::Result<void> put_samples(os::Files& files, const os::Path& folder,
                                        const std::vector<jobs::Piece>& pieces);
  std::vector<jobs::Piece> samples(const jobs::Lease& lease) const;  // none where there are none

  // The power trace first, in a file of its own: once the report is there, all is.
  static base::Result<void> put_report(os::Files& files, const os::Path& folder, const jobs::Report& report);
  bool has_report(const jobs::Lease& lease) const;
  base::Result<jobs::Report> report(const jobs::Lease& lease) const;

  // All at once, whatever happens meanwhile: an offer without its report would tell a wrong story.
  base::Result<void> remove(const jobs::Lease& lease);
  // Moves the folder to STATE/rejected, for a person to look at.
  base::Result<void> set_aside(const jobs::Lease& lease);

  // The offers of every folder that can be read; a folder that cannot is named in `unreadable`. One without an offer is
  // removed, unless a runner holds it, and so is one that was on its way out: the agent ended in the middle of making
  // or of removing it.
  struct Found {
    std::vector<wire::Offer> offers;
    std::vector<std::string> unreadable;
    bool again = false;  // the disk failed: the next look may find more
  };
  Found find_all();

 private:
  os::Path rejected() const { return folder_.parent_path() / "rejected"; }

  os::Files& files_;
  os::Path folder_;
};

}  // namespace agent
