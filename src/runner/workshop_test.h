// For the tests of `runner`: the real machine, a folder, and a meter whose only source is a steady 10 W.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "meter/local_meter.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "runner/run_workload.h"

namespace runner {

// A counter that rises by 10 J a second and is always up to date.
class SteadySource final : public power::Source {
 public:
  SteadySource() {
    zone_.path = "test:machine", zone_.name = "machine", zone_.scope = units::Scope::machine;
    zone_.quality = units::Quality::simulated;
    zone_.idle = units::Measured<units::Watts>::of(units::Watts(4), units::Watts(4), units::Watts(4),
                                                   units::Quality::simulated, "steady", units::Scope::machine);
  }
  std::string_view name() const override { return "steady"; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }
  void read(const os::Clock& clock, power::Readings& out) override {
    power::Reading reading;
    reading.at = clock.boot();
    reading.raw = static_cast<std::uint64_t>(reading.at.seconds() * 10 * 1e6);
    out.good.push_back(reading);
  }

 private:
  power::Zone zone_;
};

class NoCgroups final : public os::Cgroups {
 public:
  base::Result<std::unique_ptr<os::Cgroup>> open(std::string_view) override { return base::Error::absent("not here"); }
  base::Result<std::vector<std::string>> list() const override { return std::vector<std::string>(); }
};

class Workshop : public testing::Test {
 protected:
  Workshop() {
    std::vector<std::unique_ptr<power::Source>> sources;
    sources.push_back(std::make_unique<SteadySource>());
    meter_ = std::make_unique<meter::LocalMeter>(host(), std::move(sources));
    meter_->start();
  }

  os::Host& host() { return real_.host(); }
  // This machine as a plain user of most machines sees it.
  os::Host& without_control_groups() { return without_control_groups_; }

  Request request(std::string program, std::vector<std::string> arguments) {
    Request out;
    // Each its own: two runs of one id would share a control group, and one would end what the other left running.
    static int count = 0;
    out.id = "test" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    out.name = "a test", out.kind = "run";
    out.command.program = *os::find_program(program, environment_);
    out.command.arguments = std::move(arguments);
    out.command.environment = environment_;
    return out;
  }
  Request shell(const std::string& script) { return request("sh", {"-c", script}); }

  jobs::Report run(Request request, os::Host* on = nullptr) {
    auto report = run_workload(on ? *on : host(), *meter_, std::move(request));
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report ? *std::move(report) : jobs::Report();
  }

  // A named pipe: a script that opens it for writing ("echo x > gate") announces itself, await() waits for that.
  std::string gate(std::string_view name = "gate") {
    const auto path = (folder_ / name).string();
    ::mkfifo(path.c_str(), 0600);
    return path;
  }
  static std::string await(const std::string& gate) {
    std::ifstream in(gate);
    std::string line;
    std::getline(in, line);
    return line;
  }

  // A zombie whose parent has not looked yet has ended all the same.
  bool alive(pid_t pid) {
    const auto text = host().files.read("/proc/" + std::to_string(pid) + "/stat");
    return text && text->find(") Z ") == std::string::npos;
  }
  // What has been killed may need a moment to be gone.
  bool ends(pid_t pid) {
    const auto ticks = host().processes.start_ticks(pid);
    if (!ticks) return true;
    const auto awaited = host().processes.await_end(pid, *ticks, host().clock.boot() + units::Seconds(10), {});
    return awaited.ok() && *awaited == os::Processes::Awaited::ended;
  }
  bool has_control_groups() { return host().cgroups.open("probe").ok() && remove_probe(); }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
  NoCgroups no_cgroups_;
  os::Host without_control_groups_{host().clock, host().random,    host().root,
                                   host().files, host().processes, no_cgroups_};
  os::Environment environment_{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C"}};
  std::unique_ptr<meter::LocalMeter> meter_;

 private:
  bool remove_probe() {
    (void)host().cgroups.open("probe").value()->remove().ok();
    return true;
  }
};

}  // namespace runner
