// ModelStore: what a Store means, in maps: the yardstick of the other backends' tests. Test targets only. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "store/store.h"

namespace store_testing {

// A store, and the faults that a test asks it for.
class ModelStore : public store::Store {
 public:
  // From now on the `nth` write (insert, save, put_node, add_report) answers `error`, once.
  virtual void fail_write(int nth, base::Error error) = 0;
  virtual void fail_begin(base::Error error) = 0;
  virtual void fail_commit(base::Error error) = 0;
  // Every write fails from now on as on a full disk, at the write or only at the commit; nullopt: there is room again.
  enum class FullAt { write, commit };
  virtual void be_full(std::optional<FullAt> at) = 0;
  virtual void fail_read(base::Error error) = 0;
  virtual void be_unhealthy(base::Error error) = 0;
  // Called before each commit takes effect: a test looks around there, or waits.
  virtual void on_commit(std::function<void()> f) = 0;
  virtual int commits() const = 0;
  virtual int reads_for_claims() const = 0;
};

// What outlives the stores that are opened on it: the data of an embedded database, or of a server.
class ModelData {
 public:
  // alone: a master's own; offers and deadlines go by the `now` that the store is asked with.
  static std::unique_ptr<ModelData> alone();
  // shared: of any number of masters, on the server's clock.
  static std::unique_ptr<ModelData> shared(std::function<units::Instant()> clock);
  virtual ~ModelData() = default;
  // As a master opens it; what another left in the middle of a transaction is taken back when that one is destroyed.
  virtual std::unique_ptr<ModelStore> open() = 0;
};

}  // namespace store_testing
