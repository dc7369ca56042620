// What the tests of the agent's adapters share: offers that a spool can keep, a process that is nobody's child, a host
// without control groups whose clock does not make anybody wait.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/text.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "wire/messages.h"

namespace agent {

inline wire::Offer spooled_offer(std::uint64_t n) {
  wire::Offer offer;
  offer.job.id = base::Id::make(1'700'000'000'000 + n, n, n);
  offer.job.number = static_cast<std::int64_t>(n);
  offer.job.created = offer.job.changed = units::WallTime::from_seconds(1'700'000'000);
  offer.job.submission.name = "a job";
  offer.job.submission.spec.scenario = "720p30-h264";
  offer.job.submission.spec.encoder = "libx264";
  offer.job.submission.spec.duration = units::Seconds(1);
  offer.job.submission.spec.size = units::PictureSize{320, 180};
  offer.job.submission.spec.rate = units::Hertz(30);
  offer.job.submission.spec.output_mode = media::OutputMode::null;
  offer.lease = {offer.job.id, 1, "00112233445566778899aabbccddeeff"};
  return offer;
}

// Sleeping is over at once, by the clock's own account.
class HastyClock final : public os::Clock {
 public:
  explicit HastyClock(const os::Clock& real) : real_(real) {}
  units::WallTime wall() const override { return real_.wall(); }
  units::BootTime boot() const override { return real_.boot() + units::Seconds(skipped_.load() * 0.1); }
  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override {
    skipped_ += std::max(1, static_cast<int>((deadline - boot()).value() * 10 + 0.5));
    return stop.stop_requested() ? Woken::stopped : Woken::deadline;
  }

 private:
  const os::Clock& real_;
  mutable std::atomic<int> skipped_ = 0;  // tenths of a second
};

class NoCgroups final : public os::Cgroups {
 public:
  base::Result<std::unique_ptr<os::Cgroup>> open(std::string_view) override {
    return base::Error::absent("no control groups in tests");
  }
  base::Result<std::vector<std::string>> list() const override { return std::vector<std::string>{}; }
};

struct TestHost {
  os::RealHost real;
  HastyClock clock{real.host().clock};
  NoCgroups cgroups;
  os::Host host{clock, real.host().random, real.host().root, real.host().files, real.host().processes, cgroups};
};

// A process that sleeps and whose parent has ended: what a runner is to the next agent. Killed at the end of the test.
class Orphan {
 public:
  explicit Orphan(os::Host& host) : host_(host) {
    os::SpawnSpec spec;
    spec.program = "/bin/sh";
    // A shell's background child ignores SIGINT, which a runner does not: it tells its pid when that is over.
    spec.arguments = {
        "-c", "(env --default-signal=INT sh -c 'echo $$; exec sleep 600 >/dev/null 2>&1 </dev/null' &) | head -n 1"};
    const auto output = os::run_and_collect(host.processes, host.clock, spec, units::Seconds(600));
    EXPECT_TRUE(output);
    pid = static_cast<pid_t>(*base::to_int(base::trim(output->out)));
    ticks = *host.processes.start_ticks(pid);
  }
  ~Orphan() { (void)host_.processes.signal(pid, ticks, 9).ok(); }
  pid_t pid = 0;
  std::uint64_t ticks = 0;

 private:
  os::Host& host_;
};

}  // namespace agent
