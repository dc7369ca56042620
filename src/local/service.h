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
  static base::Result<Service> start(os::Host& host, const os::Environment& environment, std::string name,
                                     const os::Path& program, std::vector<std::string> arguments,
                                     const os::Path& log_file);
  Service(Service&&) noexcept = default;
  Service& operator=(Service&&) noexcept = default;
  ~Service();

  // Sends SIGINT, then after `patience` SIGKILL; waits. Idempotent.
  void stop(units::Seconds patience);
  bool has_ended();
  // Wakes at once where it ends first: failed, with the last lines of its log.
  base::Result<void> pause(units::Seconds time);
  const std::string& name() const { return name_; }
  int ready_descriptor() const { return process_->ready_descriptor(); }  // readable once it has ended
  base::Error death() const;

 private:
  Service(os::Host& host, std::string name, os::Path log_file, std::unique_ptr<os::Process> process)
      : host_(&host), name_(std::move(name)), log_file_(std::move(log_file)), process_(std::move(process)) {}
  os::Host* host_;
  std::string name_;
  os::Path log_file_;
  std::unique_ptr<os::Process> process_;
};

}  // namespace local
