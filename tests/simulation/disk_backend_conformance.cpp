// The store's conformance suite for SQLite on a simulated disk. Each time a store is opened again the power was lost.
#include "simulation/machine_for_tests.h"
#include "store/conformance/store_fixture.h"

namespace store::conformance {
namespace {

class DiskBackend final : public Backend {
 public:
  base::Result<std::unique_ptr<Store>> open() override {
    process_.reset();
    machine_.disk.lose_power(machine_.random);
    process_ = std::make_unique<simulation::Process>(machine_);
    return open_sqlite(process_->host, "/state/jobs.db");
  }
  os::Host& host() override { return process_->host; }
  os::Path folder() override { return "/"; }

 private:
  simulation::Machine machine_;
  std::unique_ptr<simulation::Process> process_;
};

}  // namespace

std::vector<BackendName> all_backends() {
  return {{"sqlite_on_a_simulated_disk", [] { return std::unique_ptr<Backend>(std::make_unique<DiskBackend>()); }}};
}

}  // namespace store::conformance
