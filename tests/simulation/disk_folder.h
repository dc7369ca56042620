// DiskFolder: the names in one folder of a simulated disk, and which of them a loss of power would leave. One thread.
//
// A name that came, went or was moved is durable after a sync of the folder; before it each such change may be there or
// not, whatever happened to the ones before. A move within the folder is one change; one between two folders is two, of
// which the name that goes never does so before the other has come, as in every journal.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/random.h"
#include "simulation/survival.h"

namespace simulation {

struct DiskNode;

class DiskFolder {
 public:
  using Names = std::map<std::string, std::shared_ptr<DiskNode>, std::less<>>;

  DiskFolder() = default;
  explicit DiskFolder(Names durable) : live_(durable), durable_(std::move(durable)) {}

  const Names& names() const { return live_; }
  std::shared_ptr<DiskNode> find(std::string_view name) const;
  void put(std::string_view name, std::shared_ptr<DiskNode> node);  // in the place of what is there
  void remove(std::string_view name);
  void move(std::string_view from, std::string_view to);
  void move(std::string_view from, DiskFolder& target, std::string_view to);
  void sync();

  Names after_power_loss(os::Random& random) const;

 private:
  // Whether what was moved to another folder has come there.
  struct Arrival {
    bool durable = false;
    std::optional<bool> drawn;  // by a loss of power
    bool happens(Survival& survival) {
      if (!drawn) drawn = durable || survival.survives();
      return *drawn;
    }
  };
  struct Change {
    std::string gone, come;  // empty: none
    std::shared_ptr<DiskNode> node;
    std::shared_ptr<Arrival> arrival;  // of both halves of a move between folders
  };
  void note(Change change);
  static bool survives(const Change& change, Survival& survival);
  static void apply(const Change& change, Names& names);

  Names live_, durable_;
  std::vector<Change> changes_;  // oldest first
};

}  // namespace simulation
