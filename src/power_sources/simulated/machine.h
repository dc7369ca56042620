// Machine: a computer that does not exist, of which every joule is known. Tests hold the meter against it; the source
// `simulator` shows it in demonstrations. Read this header first.
//
// Time moves in fixed steps of kStep on a grid of its own, cut further where a program begins, ends or changes its
// demand. Within a step all powers are constant, so energy is exact. Looking changes nothing: a look at t adds
// power × (t − begin of the step) to what was settled when the step began. So any number of looks at any rate see the
// same joules, to the last bit.
//
// The truth about one program, by definition, with everything per step:
//   cores(p,s)    its busy cores on socket s × core power × its activity × the socket's pace (turbo)
//   package(p,s)  (power(s) − idle(s)) × cores(p,s) ÷ Σ cores(·,s): leakage, uncore and turbo go with the core power
//   that
//                 needs them. Where no core is busy, heat that is left belongs to nobody: it counts as idle.
//   dram(p,s)     the power of its own memory traffic; gpu(p) of its own use
//   machine(p)    (wall − wall at idle, wander included) × own(p) ÷ (all behind the supply − the same at idle), own =
//   package + dram + gpu
// The system's background is a program too. Per zone: Σ programs + idle = zone, to 1e-9.
//
// One thread at a time; a copy goes its own way. No clock: `now` is a parameter. A look may lie back as far as the
// machine remembers, at a program by a few steps.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "power_sources/simulated/board.h"
#include "power_sources/simulated/program.h"
#include "power_sources/simulated/socket.h"
#include "units/measured.h"
#include "units/quantity.h"
#include "units/time.h"

namespace power_sources::simulated {

// At most so many sockets: energies live in fixed arrays.
inline constexpr int kMostSockets = 4;
inline constexpr std::size_t kMostZones = 2 * kMostSockets + 2;

// Idle power follows the temperature of the room: two slow waves whose phases are drawn from `seed`.
struct Wander {
  double deviation = 0;  // standard deviation, as a part of the idle power
  units::Seconds slow{9'100}, fast{3'700};
  std::uint64_t seed = 1;
};

struct MachineFacts {
  int sockets = 2;
  SocketFacts socket;
  MemoryFacts memory;
  std::optional<GpuFacts> gpu;
  units::Watts board{26};  // fans, disks, network
  SupplyFacts supply;
  Wander wander;
  // How far back a look may lie: a sensor that is slow shows what was.
  units::Seconds remembers{130};
  Program background{
      .demand = {.shape = Demand::Shape::noise, .low = 0.01, .high = 0.10, .period = units::Seconds(0.5)},
      .traffic_per_core = units::Watts(0.2)};
};

// One energy that can be asked for. Sockets count from 0.
struct ZoneId {
  units::Scope scope = units::Scope::machine;  // package, dram, gpu or machine
  int socket = 0;                              // of package and dram
};

class Machine {
 public:
  using ProgramId = std::size_t;

  Machine(const MachineFacts& facts, units::BootTime start);

  const MachineFacts& facts() const { return facts_; }
  int cores() const { return facts_.sockets * facts_.socket.cores; }
  units::BootTime started() const { return started_; }
  std::vector<ZoneId> zones() const;
  units::Watts idle(ZoneId zone) const;  // without wander
  units::Watts power(ZoneId zone, units::BootTime now);

  // Runs from program.start on, which is not before the newest look.
  ProgramId add(const Program& program);
  // It ends now, or asks for so many cores from now on (a steady demand takes the place of its own).
  void end(ProgramId program, units::BootTime now);
  void set_demand(ProgramId program, double cores, units::BootTime now);
  static constexpr ProgramId kBackground = 0;
  std::size_t programs() const { return runners_.size(); }  // their ids are below
  const Program& program(ProgramId program) const { return runners_[program].program; }

  units::Joules energy(ZoneId zone, units::BootTime now);
  // What programs did: the truth.
  units::Joules energy_of(ProgramId program, ZoneId zone, units::BootTime now);
  units::Joules idle_energy(ZoneId zone, units::BootTime now);  // the idle power and the heat of nobody
  units::Seconds cpu_of(ProgramId program, units::BootTime now);
  units::Seconds cpu_of(ProgramId program, int socket, units::BootTime now);
  units::Seconds gpu_time_of(ProgramId program, units::BootTime now);
  units::Seconds busy(int socket, units::BootTime now);  // CPU time of all programs

  static constexpr units::Seconds kStep{0.1};

 private:
  // Places in Values: packages, then DRAM by socket, then these.
  static constexpr std::size_t kDram = kMostSockets, kGpu = 2 * kMostSockets, kMachine = kGpu + 1;
  using Values = std::array<double, kMostZones>;  // joules or watts by zone
  using BySocket = std::array<double, kMostSockets>;
  struct Runner {
    // CPU seconds when a step began and cores in it; the last steps, newest last.
    struct Step {
      std::int64_t at = 0;
      BySocket cpu{}, cores{};
    };
    Program program;
    double cores = 0;          // asked for in this step
    std::int64_t changes = 0;  // when that ends
    std::array<Step, 4> steps{};
    Values watts{}, joules{};
    double gpu = 0, gpu_time = 0;
    enum class Life { waiting, running, over } life = Life::waiting;
    Step& now() { return steps.back(); }
  };
  // What was settled when a step began, for looks into the past.
  struct Mark {
    std::int64_t at = 0;
    Values joules{}, watts{};
    BySocket cpu{}, cores{};
  };

  std::size_t index(ZoneId zone) const;
  void advance(std::int64_t to);
  void settle(std::int64_t to);  // ends the current step at `to`
  void plan();                   // begins one there
  void wake_and_end();           // programs whose time has come
  void place();                  // demands → cores by socket
  void power();                  // cores → watts of zones, programs and nobody
  void wander();
  void power_socket(int socket);
  void power_gpu();
  void power_machine();
  void replan(std::int64_t at);  // something was changed from outside
  const Mark& mark_at(std::int64_t time) const;

  MachineFacts facts_;
  units::BootTime started_;
  std::vector<Socket> sockets_;
  std::vector<Runner> runners_;   // by ProgramId
  std::vector<ProgramId> alive_;  // waiting or running
  Values idle_watts_{};           // without wander
  Values resting_watts_{};        // with it, in this step
  Values nobody_watts_{}, nobody_joules_{};
  double board_watts_ = 0;
  std::int64_t ends_ = 0;   // of the current step
  std::deque<Mark> marks_;  // the last one is the current step
};

}  // namespace power_sources::simulated
