#include "local/service.h"

#include <fcntl.h>
#include <signal.h>

#include "base/format.h"
#include "base/text.h"

namespace local {

base::Result<Service> Service::start(os::Host& host, const os::Environment& environment, std::string name,
                                     const os::Path& program, std::vector<std::string> arguments,
                                     const os::Path& log_file, units::Seconds patience) {
  const os::Descriptor log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return base::Error::from_errno(errno, base::format("the log of {} in {}", name, log_file.string()));
  os::SpawnSpec spec;
  spec.program = program;
  spec.arguments = std::move(arguments);
  spec.environment = environment;
  spec.descriptors = {{0, -1}, {1, log.get()}, {2, log.get()}};
  // Ctrl-C is for us; we stop the parts in their order.
  spec.group = os::SpawnSpec::Group::own;
  spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  FFWATT_TRY(auto process, host.processes.spawn(spec).in("the " + name));
  return Service(host, std::move(name), log_file, patience, std::move(process));
}

Service::~Service() { stop(); }

void Service::stop() {
  if (!process_) return;
  for (const auto& [number, time] : {std::pair{SIGINT, patience_}, std::pair{SIGKILL, units::Seconds(5)}}) {
    (void)process_->signal(number).ok();  // absent: it has ended
    const auto ended = process_->wait_until(host_->clock.boot() + time);
    if (ended && *ended) break;
  }
  process_.reset();
}

bool Service::has_ended() {
  if (!process_) return true;
  const auto ended = process_->wait_until(host_->clock.boot());
  return ended && *ended;
}

base::Result<void> Service::pause(units::Seconds time) {
  const auto ended = process_->wait_until(host_->clock.boot() + time);
  if (ended && *ended) return death();
  return {};
}

base::Error Service::death() const {
  const auto log = host_->files.read(log_file_);
  const std::string words = log ? base::tail(*log, 3, 1000) : "";
  return base::Error::failed(
      base::format("the {} ended by itself; the last lines of {}:\n{}", name_, log_file_.string(), words));
}

}  // namespace local
