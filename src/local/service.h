// Service: one program of the stack as a child, with its output in a log file. It dies with us, and with the object.
// One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/host.h"

namespace local {

class Service {
 public:
  // `patience`: how long stop() waits for it to end by itself.
  static base::Result<Service> start(os::Host& host, const os::Environment& environment, std::string name,
                                     const os::Path& program, std::vector<std::string> arguments,
                                     const os::Path& log_file, units::Seconds patience);
  Service(Service&&) noexcept = default;
  ~Service();

  // Sends SIGINT, then, when its patience ends, SIGKILL; waits. Idempotent; the object's end does the same.
  void stop();
  bool has_ended();
  // Wakes at once where it ends first: failed, with the last lines of its log.
  base::Result<void> pause(units::Seconds time);
  const std::string& name() const { return name_; }
  // Readable once it has ended; -1, which poll() passes over, once it is stopped.
  int ready_descriptor() const { return process_ ? process_->ready_descriptor() : -1; }
  base::Error death() const;

 private:
  Service(os::Host& host, std::string name, os::Path log_file, units::Seconds patience,
          std::unique_ptr<os::Process> process)
      : host_(&host),
        name_(std::move(name)),
        log_file_(std::move(log_file)),
        patience_(patience),
        process_(std::move(process)) {}
  os::Host* host_;
  std::string name_;
  os::Path log_file_;
  units::Seconds patience_;
  std::unique_ptr<os::Process> process_;
};

}  // namespace local
