// What the model keeps, and the part of it that only reads. Test targets only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store_testing/model_store.h"

namespace store_testing {

struct Offer {
  base::Id node;
  std::string claim_id;
  jobs::Lease lease;
  units::BootTime expires;
};

struct Data final : ModelData {
  std::unique_ptr<ModelStore> open() override;

  std::function<units::Instant()> clock;  // of a shared one
  std::map<base::Id, store::JobRecord> records;
  std::map<base::Id, std::vector<store::Change>> changes;
  std::map<std::string, std::pair<std::string, std::vector<base::Id>>> keys;
  std::map<base::Id, jobs::Node> nodes;
  std::map<std::string, jobs::AccessToken> tokens;
  std::map<std::string, jobs::Report> reports;
  std::map<std::string, std::string> power_traces;
  std::int64_t last_number = 0;
  std::map<base::Id, Offer> offers;
  std::map<base::Id, units::BootTime> deadlines;
  std::map<base::Id, units::Instant> heard;
  std::map<const ModelStore*, std::function<void()>> listeners;
};

class ModelReads : public ModelStore {
 public:
  explicit ModelReads(Data& data) : data_(data) {}
  void fail_read(base::Error error) override { read_fails_ = std::move(error); }
  void be_unhealthy(base::Error error) override { unhealthy_ = std::move(error); }

  base::Result<store::JobRecord> record(base::Id id) override;
  base::Result<store::JobRecord> record_by_number(std::int64_t number) override;
  base::Result<std::vector<store::Change>> history(base::Id id) override { return data_.changes[id]; }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override;
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override;
  base::Result<std::vector<base::Id>> matching(jobs::JobState state, const std::string& scenario, int most) override;
  base::Result<std::string> power_trace(const std::string& id) override;
  base::Result<jobs::Report> report(const std::string& id) override;
  base::Result<std::vector<jobs::Report>> reports(int limit) override;
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override;
  base::Result<void> health() override;

 protected:
  // The fault that a test asked for.
  base::Result<void> read();
  Data& data_;

 private:
  std::optional<base::Error> read_fails_, unhealthy_;
};

}  // namespace store_testing
