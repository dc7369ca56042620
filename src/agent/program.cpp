#include "agent/program.h"

#include <csignal>

#include "agent/capabilities.h"
#include "agent/doer.h"
#include "agent/errands.h"
#include "agent/inbox.h"
#include "agent/node_id.h"
#include "agent/runner_processes.h"
#include "base/format.h"
#include "os/machine.h"
#include "os/service_notify.h"

namespace agent {
base::Result<void> serve(os::Host& host, const os::Environment& environment, const Settings& settings,
                         os::SignalSet& signals, base::Log& log) {
  FFWATT_CHECK(host.files.ensure_folders(settings.state_folder, 0700));
  FFWATT_CHECK(host.files.ensure_folders(settings.output_folder));
  const auto lock_file = settings.state_folder / "agent.lock";
  const auto lock = host.files.lock(lock_file, os::Files::Wait::no);
  if (!lock && lock.error().kind() == base::ErrorKind::retry)
    return base::Error::retry(base::format(
        "another agent runs on {} already; stop it (`fuser -v {}` finds it), or give this one a --state-dir of its own",
        settings.state_folder.string(), lock_file.string()));
  if (!lock) return lock.error();
  FFWATT_TRY(const auto shown, credentials(host.files, settings.state_folder, host.random, settings.key));
  FFWATT_CHECK(client::MasterClient::at(settings.master, settings.key));

  log.info("looking at this machine: encoders and energy sources");
  CoreSettings core_settings;
  core_settings.facts = capabilities(
      host, environment,
      {settings.name, settings.slots, settings.version, encoders_file(settings.state_folder), settings.energy,
       settings.device_slots, settings.labels, Roots(settings.roots).names(), settings.output_folder});
  FFWATT_TRY(const auto self, begin_life(host.files, settings.state_folder, host.random, host.clock.wall()));
  core_settings.orphan_limit = settings.orphan_limit;
  core_settings.node_id = self.id;
  core_settings.facts.life = self.life;
  log.info("agent",
           {{"master", settings.master},
            {"node", core_settings.facts.name},
            {"threads", base::format("{}", core_settings.facts.threads)},
            {"ffmpeg", core_settings.facts.ffmpeg_version.empty() ? "missing" : core_settings.facts.ffmpeg_version}});

  MachineMeter meter(host, environment, settings.own_program, settings.meter, settings.runner_words, log);
  meter.ensure();
  Inbox inbox;
  Core core(core_settings, host.random, log);
  Trust trust(host.files, settings.ca_file, settings.ca_pin, settings.master);
  Errands calls(settings.master, shown, host.clock, settings.ca_file, &trust);
  RunnerProcesses runners(host, environment, settings.own_program, settings.runner_words, core_settings.facts.boot_id,
                          meter);
  Doer doer(
      host, {settings.state_folder, settings.output_folder, Roots(settings.roots)}, calls, runners,
      [&inbox](Event event) { inbox.add(std::move(event)); }, log);
  // Ready before its master answers: for that an agent waits as long as it takes.
  const auto manager = os::notify_socket(environment);
  os::notify_service_manager(manager, "READY=1");
  bool quit = doer.carry_out(core.begin(doer.adopt(), host.clock.now()));
  while (!quit) {
    const auto signal = signals.wait_until(core.next_deadline(), inbox.descriptor());
    if (signal)
      quit = doer.carry_out(
          core.end(signal->number == SIGTERM ? Core::Ending::leave : Core::Ending::release, host.clock.now()));
    for (auto& event : inbox.take()) quit = doer.carry_out(event(core, host.clock.now())) || quit;
    if (!quit) quit = doer.carry_out(core.tick(host.clock.now()));
  }
  os::notify_service_manager(manager, "STOPPING=1");
  log.info("ending", {{"jobs left running", base::format("{}", core.jobs_in_hand())}});
  doer.stop();
  return {};
}

}  // namespace agent
