// CollectorTest: a machine of files, a clock moved by hand, and the page of one collector. For the tests of this
// folder.
#pragma once

#include <gmock/gmock.h>

#include "exporter/collector.h"
#include "exporter/machine_for_tests.h"

namespace exporter {

class CollectorTest : public testing::Test {
 protected:
  World world() { return {machine.host, "epyc-2s", *log, {}, {}, subjects}; }
  std::string page() {
    const auto done = collector->collect(registry);
    fault = done ? "" : done.error().text();
    return "\n" + registry.text();
  }
  // For a collector with a thread of its own: its first or next sample is taken when this returns.
  void first_sample() { due_ = machine.clock.await_sleeper(); }
  void next_sample() {
    machine.clock.advance_to(due_);
    machine.clock.await_sleep_until(due_ + units::Seconds(0.5));
    due_ = machine.clock.await_sleeper();
  }
  static std::string line(std::string_view series, std::string_view value) {
    return base::format("\n{} {}\n", series, value);
  }

  std::unique_ptr<base::Log> log = base::silent_log();
  Machine machine{"epyc-2s"};
  Subjects subjects;
  metrics::Registry registry;
  std::string fault;
  std::unique_ptr<Collector> collector;

 private:
  units::BootTime due_{};
};

}  // namespace exporter
