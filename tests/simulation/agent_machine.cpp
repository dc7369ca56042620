#include "simulation/agent_machine.h"

#include <algorithm>

#include "agent/inbox.h"
#include "agent/node_id.h"
#include "base/format.h"
#include "base/text.h"
#include "simulation/killed.h"

namespace simulation {

using base::format;

namespace {

constexpr const char* state = "/state";

jobs::NodeFacts facts(const Machine& name, int slots, const std::string& boot_id) {
  jobs::NodeFacts facts;
  facts.name = name;
  facts.boot_id = boot_id;
  facts.slots = slots;
  facts.threads = 8;
  facts.encoders.push_back({"libx264", media::Codec::h264, media::EncoderState::Works::yes, ""});
  return facts;
}

}  // namespace

// Runners as the agent's doer wants them. They belong to the machine; the agent only watches.
class AgentMachine::RunnersHere final : public agent::Runners {
 public:
  RunnersHere(AgentMachine& machine, Process& process) : machine_(machine), process_(process) {}
  base::Result<std::unique_ptr<agent::Runner>> launch(agent::Spool& spool, const wire::Offer& offer,
                                                      Ended ended) override;
  base::Result<std::unique_ptr<agent::Runner>> adopt(const agent::ProcessName& name, Ended ended) override;

 private:
  AgentMachine& machine_;
  Process& process_;
};

struct AgentMachine::Process {
  explicit Process(AgentMachine& m)
      : files(m.mounts()),
        host{m.clock_, m.world_.chance().random(), os::Root(), files, processes, cgroups},
        lanes(
            m.world_, m.network_, m.history_, m.clock_, m.settings_.name, m.settings_.masters, life, m.paused_until_,
            [&m](const std::function<void()>& work) { m.alive(work); }, m.settings_.contradictions),
        runners(m, *this),
        doer(
            host, {state, "/outputs"}, lanes, runners,
            [&m, this](agent::Doer::Event event) {
              events.push_back(std::move(event));
              m.wake(units::Seconds(0));
            },
            m.log_) {
    files.before = [&m](std::string_view operation, const os::Path& path) {
      if (m.steps_left_ > 0 && --m.steps_left_ == 0) throw Killed{"a step of its disk"};
      if (operation == "rename" && path.string().starts_with("/outputs")) m.published_ = true;
    };
  }

  Life life = new_life();
  DiskFiles files;
  NoProcesses processes;
  NoCgroups cgroups;
  os::Host host;
  std::unique_ptr<os::FileLock> lock;
  std::map<int, agent::Runners::Ended> watched;  // by pid
  Lanes lanes;
  RunnersHere runners;
  std::deque<agent::Doer::Event> events;
  std::optional<agent::Core> core;
  agent::Doer doer;  // before it ends, what it uses is still there
  Life next_wake;
  Moment wake_at = 0;
};

class AgentMachine::WatchedRunner final : public agent::Runner {
 public:
  WatchedRunner(AgentMachine& machine, Process& process, int pid) : machine_(machine), process_(process), pid_(pid) {}
  ~WatchedRunner() override { process_.watched.erase(pid_); }
  void stop(agent::StopReason reason) override {
    if (const auto it = machine_.runners_.find(pid_); it != machine_.runners_.end()) it->second->stop(reason);
  }
  void kill() override {
    if (const auto it = machine_.runners_.find(pid_); it != machine_.runners_.end()) it->second->kill();
  }

 private:
  AgentMachine& machine_;
  Process& process_;
  int pid_;
};

base::Result<std::unique_ptr<agent::Runner>> AgentMachine::RunnersHere::launch(agent::Spool& spool,
                                                                               const wire::Offer& offer, Ended ended) {
  FFWATT_CHECK(spool.put_offer(offer));
  AgentMachine& m = machine_;
  const int pid = m.next_pid_++;
  m.runners_[pid] = std::make_unique<ModelRunner>(
      m.world_, m.history_, m.clock_, m.mounts(), m.settings_.name, spool.folder(offer.lease),
      agent::ProcessName{pid, static_cast<std::uint64_t>(pid), m.boot_id_}, m.settings_.runners, m.asleep_until_,
      [&m, pid] { m.runner_ended(pid); });
  process_.watched[pid] = std::move(ended);
  return std::unique_ptr<agent::Runner>(std::make_unique<WatchedRunner>(m, process_, pid));
}

base::Result<std::unique_ptr<agent::Runner>> AgentMachine::RunnersHere::adopt(const agent::ProcessName& name,
                                                                              Ended ended) {
  const auto it = machine_.runners_.find(name.pid);
  if (it == machine_.runners_.end() || !(it->second->name() == name)) return base::Error::absent("no such process");
  process_.watched[name.pid] = std::move(ended);
  return std::unique_ptr<agent::Runner>(std::make_unique<WatchedRunner>(machine_, process_, name.pid));
}

AgentMachine::AgentMachine(World& world, Network& network, History& history, base::Log& log, Disk& outputs,
                           Settings settings)
    : world_(world),
      network_(network),
      history_(history),
      log_(log),
      outputs_(outputs),
      settings_(std::move(settings)),
      clock_(world, settings_.clock_rate, settings_.wall_offset, units::Seconds(3600)),
      disk_(clock_),
      boot_id_(format("boot-{}-{}", settings_.name, ++boots_)) {}

AgentMachine::~AgentMachine() {
  if (process_) process_->life.reset();
}

std::vector<DiskFiles::Mount> AgentMachine::mounts() { return {{"/", &disk_}, {"/outputs", &outputs_}}; }

void AgentMachine::start() {
  if (process_) return;
  world_.note(settings_.name, "starts");
  process_ = std::make_unique<Process>(*this);
  alive([this] {
    auto& p = *process_;
    agent::CoreSettings settings;
    settings.facts = facts(settings_.name, settings_.slots, boot_id_);
    settings.orphan_limit = settings_.orphan_limit;
    if (const auto made = p.files.make_folders(state, 0700); !made) return died(made.error().text());
    const auto self = agent::begin_life(p.files, state, world_.chance().random(), clock_.now().wall);
    if (!self) return died(self.error().text());
    settings.node_id = self->id;
    settings.facts.life = self->life;
    p.core.emplace(settings, world_.chance().random(), log_);
    auto adopted = clock_.may_wait([&p] { return p.doer.adopt(); });
    for (const auto& one : adopted)
      world_.mark(one.state == agent::Adopted::State::running ? Mark::runner_outlived_agent
                                                              : Mark::report_outlived_agent);
    p.doer.carry_out(p.core->begin(std::move(adopted), clock_.now()));
    wake(units::Seconds(0));
  });
}

void AgentMachine::alive(const std::function<void()>& work) {
  try {
    work();
  } catch (const Killed& killed) {
    world_.mark(Mark::agent_killed_in_step);
    return died(format("killed at {}", killed.where));
  }
  if (std::exchange(published_, false)) look_at_outputs();
}

void AgentMachine::died(const std::string& why) {
  world_.note(settings_.name, "agent ends: " + why);
  steps_left_ = 0;
  if (process_) {
    process_->life.reset();
    process_->files.kill();
  }
  process_.reset();
  network_.died(settings_.name);
  if (std::exchange(published_, false)) look_at_outputs();
  world_.after(world_.chance().between(units::Seconds(0.2), units::Seconds(20)), watch_, [this] { start(); });
}

void AgentMachine::kill() {
  if (process_) died("killed");
}

void AgentMachine::kill_a_runner() {
  if (runners_.empty()) return;
  auto it = runners_.begin();
  std::advance(it, static_cast<long>(world_.chance().below(runners_.size())));
  world_.note(settings_.name, "a runner is killed");
  it->second->kill();
}

void AgentMachine::lose_power() {
  world_.note(settings_.name, "loses power");
  world_.mark(Mark::agent_lost_power);
  runners_.clear();
  if (process_) died("no power");
  disk_.lose_power(world_.chance().random());
  clock_.reboot();
  boot_id_ = format("boot-{}-{}", settings_.name, ++boots_);
}

void AgentMachine::end(agent::Core::Ending ending) {
  if (!process_ || !process_->core) return;
  if (ending == agent::Core::Ending::leave) world_.mark(Mark::agent_left);
  world_.note(settings_.name, ending == agent::Core::Ending::release ? "is told to give back" : "is told to leave");
  alive([&] {
    if (process_->doer.carry_out(process_->core->end(ending, clock_.now()))) return died("it was told to");
    wake(units::Seconds(0));
  });
}

void AgentMachine::pause_until(Moment when) { paused_until_ = when; }

void AgentMachine::sleep_until(Moment when) { paused_until_ = asleep_until_ = when; }

void AgentMachine::end_faults() {
  settings_.runners = {settings_.runners.shortest, settings_.runners.longest, 0, 0, 0, 0, 0, 0, 0};
  paused_until_ = asleep_until_ = 0;
  steps_left_ = 0;
}

void AgentMachine::runner_ended(int pid) {
  const auto it = runners_.find(pid);
  if (it == runners_.end()) return;
  const auto killed = it->second->killed();
  // Not within its own call.
  dead_.push_back(std::move(it->second));
  runners_.erase(it);
  world_.after(units::Seconds(0), watch_, [this] { dead_.clear(); });
  if (!process_) return;
  const auto watched = process_->watched.find(pid);
  if (watched == process_->watched.end()) return;
  const auto ended = watched->second;
  process_->watched.erase(watched);
  world_.after(world_.chance().between(units::Seconds(0.0001), units::Seconds(0.01)), process_->life,
               [this, ended, killed] { alive([&] { ended(killed); }); });
}

void AgentMachine::wake(units::Seconds delay) {
  auto& p = *process_;
  const Moment when = std::max(world_.now() + moment(delay), paused_until_);
  if (p.next_wake && p.wake_at <= when) return;
  p.wake_at = when;
  p.next_wake = new_life();
  world_.at(when, p.next_wake, [this] { run(); });
}

void AgentMachine::run() {
  process_->next_wake.reset();
  if (paused_until_ > world_.now()) return wake(units::Seconds(0));
  alive([this] {
    auto& p = *process_;
    bool quit = false;
    for (auto& event : std::exchange(p.events, {})) quit = p.doer.carry_out(event(*p.core, clock_.now())) || quit;
    if (!quit) quit = p.doer.carry_out(p.core->tick(clock_.now()));
    if (quit) return died("it was told to");
    wake(units::Seconds(seconds(clock_.when(p.core->next_deadline()) - world_.now())));
  });
}

void AgentMachine::look_at_outputs() {
  DiskFiles files({{"/outputs", &outputs_}});
  const auto names = files.list("/outputs");
  if (!names) return;
  std::erase_if(history_.contents, [&](const auto& known) {
    return std::find(names->begin(), names->end(), known.first) == names->end();
  });
  for (const auto& name : *names) {
    if (name.starts_with('.')) continue;
    const auto content = files.read(os::Path("/outputs") / name);
    if (!content) continue;
    auto& known = history_.contents[name];
    if (known == *content) continue;
    known = *content;
    const auto maker = maker_of(*content);
    history_.published.push_back({world_.now(), name, maker ? maker->first : base::Id(), maker ? maker->second : 0});
  }
}

bool AgentMachine::is_idle() const {
  if (!process_ || !process_->core || process_->core->jobs_in_hand() > 0 || !runners_.empty()) return false;
  return true;
}

bool AgentMachine::has_empty_spool() const {
  if (!process_) return false;
  const auto left = process_->files.list(os::Path(state) / "jobs");
  return !left || left->empty();
}

std::string AgentMachine::in_hand() const {
  if (!process_ || !process_->core) return "its agent does not run";
  const auto left = process_->files.list(os::Path(state) / "jobs");
  return format("{} jobs in hand, {} runners, spool: {}", process_->core->jobs_in_hand(), runners_.size(),
                left ? base::join(*left, " ") : left.error().text());
}

}  // namespace simulation
