#include "simulation/master_machine.h"

#include "base/format.h"
#include "os_testing/memory_files.h"
#include "simulation/killed.h"

namespace simulation {
namespace {

const media::Scenarios& scenarios() {
  static const auto all = media::Scenarios::built_in();
  return all;
}

}  // namespace

struct MasterMachine::Process {
  Process(MasterMachine& machine, std::unique_ptr<store::Store> opened)
      : store(
            std::move(opened),
            [&machine](const char* call) {
              if (machine.calls_left_ > 0 && --machine.calls_left_ == 0) throw Killed{call};
            },
            [&machine](Saved saved) {
              saved.when = machine.world_.now();
              saved.master = machine.settings_.name;
              machine.world_.note(saved.master, base::format("{} is {} after {} attempts: {}", saved.job.text(),
                                                             jobs::name(saved.state), saved.attempts, saved.reason));
              machine.history_.saved.push_back(std::move(saved));
            }),
        host{machine.clock_, machine.world_.chance().random(), os::Root(), files, processes, cgroups},
        core(store, machine.world_.chance().random(), machine.log_, metrics, machine.settings_.core),
        service(core, store, machine.clock_, machine.log_),
        access(master::Access::Mode::insecure, "", ""),
        api{service, scenarios(), metrics, access, "simulated", host, "/backups", nullptr, {}} {
    master::add_routes(api);
  }

  Life life = new_life();
  os_testing::MemoryFiles files;
  NoProcesses processes;
  NoCgroups cgroups;
  StoreTap store;
  os::Host host;
  metrics::Registry metrics;
  master::Core core;
  master::Service service;
  master::Access access;
  master::Api api;
  Life next_turn;  // of the turn that is arranged
  Moment turn_at = 0;
  bool asked = false;  // since the last turn
};

MasterMachine::MasterMachine(World& world, Network& network, History& history, base::Log& log, Settings settings,
                             OpenStore open)
    : world_(world),
      network_(network),
      history_(history),
      log_(log),
      settings_(std::move(settings)),
      open_(std::move(open)),
      clock_(world, settings_.clock_rate, settings_.wall_offset, units::Seconds(3600)) {}

MasterMachine::~MasterMachine() {
  if (process_) process_->life.reset();
}

void MasterMachine::start() {
  if (process_) return;
  ++starts_;
  world_.note(settings_.name, "starts");
  try {
    auto opened = open_();
    if (!opened) {
      world_.note(settings_.name, "cannot open its store: " + opened.error().text());
      return died("no store");
    }
    auto process = std::make_unique<Process>(*this, *std::move(opened));
    process_ = std::move(process);
    if (const auto recovered = process_->core.recover(clock_.now()); !recovered)
      return died("cannot recover: " + recovered.error().text());
  } catch (const Killed& killed) {
    return died(base::format("killed at {}", killed.where));
  }
  network_.serve(settings_.name, process_->life,
                 [this](net::Request q, net::Responder r) { receive(std::move(q), std::move(r)); });
  arrange_turn(units::Seconds(0));
}

void MasterMachine::alive(const std::function<void()>& work) {
  try {
    work();
  } catch (const Killed& killed) {
    return died(base::format("killed at {}", killed.where));
  }
  if (process_ && process_->service.failed()) died("its store failed");
}

void MasterMachine::died(const std::string& why) {
  world_.note(settings_.name, "dies: " + why);
  calls_left_ = 0;
  if (process_) process_->life.reset();  // from now on it says nothing
  process_.reset();
  network_.died(settings_.name);
  // Whoever watches over it starts it again.
  world_.after(world_.chance().between(units::Seconds(0.2), units::Seconds(5)), watch_, [this] { start(); });
}

void MasterMachine::kill() {
  if (process_) died("killed");
}

void MasterMachine::lose_next_commit() {
  if (process_) process_->store.lose_next_commit();
}

store::Store& MasterMachine::store() { return process_->store; }

const master::Core& MasterMachine::core() const { return process_->core; }

void MasterMachine::receive(net::Request request, net::Responder responder) {
  if (!process_) return;
  alive([&] { process_->api.router(std::move(request), std::move(responder)); });
  if (!process_) return;
  process_->asked = true;
  arrange_turn(settings_.usual_turn + world_.chance().waiting(settings_.usual_turn));
}

void MasterMachine::arrange_turn(units::Seconds delay) {
  const Moment when = std::max(world_.now() + moment(delay), paused_until_);
  if (process_->next_turn && process_->turn_at <= when) return;
  process_->turn_at = when;
  process_->next_turn = new_life();
  world_.at(when, process_->next_turn, [this] { turn(); });
}

void MasterMachine::turn() {
  process_->next_turn.reset();
  if (paused_until_ > world_.now()) return arrange_turn(units::Seconds(0));
  alive([this] {
    if (!std::exchange(process_->asked, false)) process_->service.rest();
    process_->service.turn();
  });
  if (!process_) return;
  const Moment next = clock_.when(process_->service.next_turn(clock_.now()));
  arrange_turn(units::Seconds(seconds(next - world_.now())));
}

}  // namespace simulation
