// Lanes: the questions of a simulated agent to its masters, in order on each lane, through the simulated network. One
// that is not answered goes to the next master the next time.
#pragma once

#include <array>
#include <deque>

#include "agent/calls.h"
#include "simulation/history.h"
#include "simulation/network.h"
#include "simulation/node_clock.h"

namespace simulation {

class Lanes final : public agent::Calls {
 public:
  // `guarded` runs what belongs to the agent's process, which may be killed in it.
  Lanes(World& world, Network& network, History& history, const NodeClock& clock, Machine self,
        std::vector<Machine> masters, Life life, const Moment& paused_until,
        std::function<void(const std::function<void()>&)> guarded, double contradictions)
      : world_(world),
        network_(network),
        history_(history),
        clock_(clock),
        self_(std::move(self)),
        masters_(std::move(masters)),
        life_(std::move(life)),
        paused_until_(paused_until),
        guarded_(std::move(guarded)),
        contradictions_(contradictions) {
    for (auto& lane : lanes_) lane.master = world_.chance().below(masters_.size());
  }

  void add(Lane lane, Errand errand) override;
  void interrupt(Lane lane) override;
  void stop() override {}

 private:
  struct One {
    std::deque<std::pair<Errand, bool>> waiting;  // and whether it was interrupted before it was sent
    bool busy = false;
    std::shared_ptr<Network::Question> under_way;
    std::size_t master = 0;
  };
  void next(One& lane);
  std::optional<Posted> posted(const net::Call& call) const;
  void note_verdict(const Posted& posted, const base::Result<net::Response>& response);
  void note_beats(const net::Call& call);
  void note_start(const net::Call& call);
  void contradict(net::Call call, const Machine& to);
  void note_renewals(Moment asked, const base::Result<net::Response>& response);
  void ended(One& lane, Errand& errand, base::Result<net::Response> response, units::BootTime sent);

  World& world_;
  Network& network_;
  History& history_;
  const NodeClock& clock_;
  const Machine self_;
  const std::vector<Machine> masters_;
  const std::weak_ptr<const void> life_;
  const Moment& paused_until_;  // of the process: it asks nothing and hears nothing until then
  std::function<void(const std::function<void()>&)> guarded_;
  double contradictions_;
  std::array<One, 3> lanes_;
};

}  // namespace simulation
