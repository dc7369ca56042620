#include "simulation/master_machine.h"

#include "base/format.h"
#include "os_testing/memory_files.h"
#include "simulation/disk_vfs.h"
#include "simulation/killed.h"

namespace simulation {
namespace {

const media::Scenarios& scenarios() {
  static const auto all = media::Scenarios::built_in();
  return all;
}

}  // namespace

struct MasterMachine::Process {
  explicit Process(MasterMachine& m) {
    if (!m.disk_) {
      files = std::make_unique<os_testing::MemoryFiles>();
      return;
    }
    auto on_disk = std::make_unique<DiskFiles>(*m.disk_);
    on_disk->before = [&m](std::string_view, const os::Path&) {
      if (m.steps_left_ > 0 && --m.steps_left_ == 0) throw Killed{"a step of its disk"};
    };
    vfs.emplace(*on_disk, m.world_.chance().random(), m.clock_);
    disk_files = on_disk.get();
    files = std::move(on_disk);
  }
  bool was_killed() const { return disk_files && disk_files->killed(); }

  Life life = new_life();
  std::unique_ptr<os::Files> files;
  DiskFiles* disk_files = nullptr;  // the same
  std::optional<DiskVfs> vfs;
  NoProcesses processes;
  NoCgroups cgroups;
  std::optional<os::Host> host;
  std::optional<StoreTap> store;
  metrics::Registry metrics;
  std::optional<master::Core> core;
  std::optional<master::Service> service;
  std::optional<master::Access> access;
  std::optional<master::Api> api;
  Life next_turn;  // of the turn that is arranged
  Moment turn_at = 0;
  bool asked = false;  // since the last turn
};

MasterMachine::MasterMachine(World& world, Network& network, History& history, base::Log& log, Settings settings,
                             OpenStore open, std::unique_ptr<Disk> disk)
    : world_(world),
      network_(network),
      history_(history),
      log_(log),
      settings_(std::move(settings)),
      open_(std::move(open)),
      clock_(world, settings_.clock_rate, settings_.wall_offset, units::Seconds(3600)),
      disk_(std::move(disk)),
      follower_(history, settings_.name, settings_.follower) {}

MasterMachine::~MasterMachine() {
  if (process_) process_->life.reset();
}

base::Result<void> MasterMachine::begin() {
  auto& p = *process_;
  auto& random = world_.chance().random();
  p.host.emplace(os::Host{clock_, random, os::Root(), *p.files, p.processes, p.cgroups});
  FFWATT_TRY(auto opened, open_(*p.host));
  p.store.emplace(
      std::move(opened),
      [this](const char* call) {
        if (process_->was_killed()) throw Killed{"a step of its disk"};
        if (calls_left_ > 0 && --calls_left_ == 0) throw Killed{call};
      },
      [this](Saved saved) {
        saved.when = world_.now();
        saved.master = settings_.name;
        world_.note(saved.master, base::format("{} is {} after {} attempts: {}", saved.job.text(),
                                               jobs::name(saved.state), saved.attempts, saved.reason));
        history_.saved.push_back(std::move(saved));
      });
  tell_what_was_durable();
  auto core = settings_.core;
  core.life = base::format("{}.{}", settings_.name, ++starts_);
  p.core.emplace(*p.store, random, log_, p.metrics, core);
  p.service.emplace(*p.core, *p.store, clock_, log_);
  p.access.emplace(master::Access::Mode::insecure, "", "");
  p.api.emplace(
      master::Api{*p.service, scenarios(), p.metrics, *p.access, "simulated", *p.host, "/backups", nullptr, {}});
  master::add_routes(*p.api);
  return p.core->recover(clock_.now());
}

// A master that is killed in its commit may have made it durable, and nobody knows until the file is read again.
void MasterMachine::tell_what_was_durable() {
  for (auto& saved : std::exchange(unclear_, {})) {
    const auto record = process_->store->record(saved.job);
    const bool kept = record && record->version >= saved.version;
    world_.mark(kept ? Mark::commit_unclear_kept : Mark::commit_unclear_lost);
    if (!kept) continue;
    world_.note(settings_.name, base::format("{} had become {}", saved.job.text(), jobs::name(saved.state)));
    history_.saved.push_back(std::move(saved));
  }
}

void MasterMachine::start() {
  if (process_) return;
  world_.note(settings_.name, "starts");
  process_ = std::make_unique<Process>(*this);
  alive([this] {
    if (const auto begun = begin(); !begun) return died("cannot start: " + begun.error().text());
    network_.serve(settings_.name, process_->life,
                   [this](net::Request q, net::Responder r) { receive(std::move(q), std::move(r)); });
    arrange_turn(units::Seconds(0));
  });
}

void MasterMachine::alive(const std::function<void()>& work) {
  try {
    work();
  } catch (const Killed& killed) {
    world_.mark(process_ && process_->was_killed() ? Mark::master_killed_in_step : Mark::master_killed_in_call);
    return died(base::format("killed at {}", killed.where));
  }
  if (!process_) return;
  if (process_->was_killed()) {
    world_.mark(Mark::master_killed_in_step);
    return died("killed at a step of its disk");
  }
  if (!process_->service || !process_->service->failed()) return;
  world_.mark(Mark::store_failed);
  died("its store failed");
}

void MasterMachine::died(const std::string& why) {
  world_.note(settings_.name, "dies: " + why);
  calls_left_ = steps_left_ = 0;
  if (process_) {
    process_->life.reset();  // from now on it says nothing
    if (process_->disk_files) process_->disk_files->kill();
    if (process_->store) {
      unclear_ = process_->store->take_unclear();
      for (auto& saved : unclear_) saved.when = world_.now(), saved.master = settings_.name;
    }
  }
  process_.reset();
  follower_.cut_off();
  network_.died(settings_.name);
  // Whoever watches over it starts it again.
  world_.after(world_.chance().between(units::Seconds(0.2), units::Seconds(5)), watch_, [this] { start(); });
}

void MasterMachine::lose_power() {
  if (!disk_) return kill();
  world_.note(settings_.name, "loses power");
  world_.mark(Mark::master_lost_power);
  if (process_) died("no power");
  disk_->lose_power(world_.chance().random());
  clock_.reboot();
}

void MasterMachine::end_faults() {
  calls_left_ = steps_left_ = 0;
  paused_until_ = 0;
  if (!disk_) return;
  disk_->heal();
  disk_->set_capacity(Disk::unlimited);
}

void MasterMachine::kill() {
  if (process_) died("killed");
}

void MasterMachine::lose_next_commit(StoreTap::Loss loss) {
  if (!process_ || !process_->store) return;
  const auto mark = loss == StoreTap::Loss::of_the_answer ? Mark::commit_unheard : Mark::commit_failed;
  process_->store->lose_next_commit(loss, [this, mark] { world_.mark(mark); });
}

store::Store& MasterMachine::store() { return *process_->store; }

void MasterMachine::end_following() { follower_.read_all(*process_->core, world_.now()); }

const master::Core& MasterMachine::core() const { return *process_->core; }

void MasterMachine::receive(net::Request request, net::Responder responder) {
  if (!process_) return;
  if (paused_until_ > world_.now())
    return world_.at(paused_until_, process_->life, [this, request = std::move(request), responder]() mutable {
      receive(std::move(request), std::move(responder));
    });
  alive([&] { process_->api->router(std::move(request), std::move(responder)); });
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
    if (!std::exchange(process_->asked, false)) process_->service->rest();
    process_->service->turn();
  });
  if (!process_) return;
  follower_.look(*process_->core, world_.now());
  const Moment next = clock_.when(process_->service->next_turn(clock_.now()));
  arrange_turn(units::Seconds(seconds(next - world_.now())));
}

}  // namespace simulation
