// Claims: gives queued jobs to nodes. Queue proposes; a job is given by the lock on its row, which other masters step
// over, so none is given twice and none waits for another. One thread. Inside of `store`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "os/clock.h"
#include "store/postgres/leases.h"
#include "store/postgres/notice.h"
#include "store/postgres/queue.h"
#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

class Claims {
 public:
  Claims(Session& session, const os::Clock& clock) : session_(session), clock_(clock) {}

  base::Result<std::vector<std::string>> classes();
  // In a transaction.
  base::Result<std::vector<std::vector<Offered>>> offer(std::span<const Wish> wishes, const Store::NewToken& new_token,
                                                        units::Seconds lifetime, const Marks& marks);

  void queued(const JobRecord& record);
  void heard(const Notice& notice);  // of other masters
  // Jobs that are free again: rows of (number, class, order).
  void free(const Rows& rows);
  // A transaction was taken back, or the session is another.
  void forget() { queue_.forget(); }
  // What other masters should look at once this is committed.
  Notice& notice() { return notice_; }

 private:
  struct Planned {
    std::size_t wish = 0;
    Queue::Head head;
  };
  base::Result<void> scan_when_due();
  base::Result<void> refill(std::span<const std::string> classes, std::size_t wanted, const Marks* marks);
  std::vector<Planned> plan(std::span<const Wish> wishes, std::span<const std::vector<Offered>> answers);
  base::Result<std::size_t> give(std::span<const Planned> planned, std::span<const Wish> wishes,
                                 const Store::NewToken& new_token, units::Seconds lifetime,
                                 std::vector<std::vector<Offered>>& answers);
  void spent(units::BootTime since);

  Session& session_;
  const os::Clock& clock_;
  Queue queue_;
  Notice notice_;
  units::BootTime next_scan_;
  units::Seconds scan_time_{0};
  enum class Scan { settled, fresh } scan_ = Scan::settled;
};

}  // namespace store::postgres
