// Round: what a transaction has read and locked, and what it has still to write. Whatever can wait is kept here and
// goes out as one statement of each kind, before a question that depends on it or with the commit. Nothing of it
// outlives the transaction. One thread. Inside of `store`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/postgres/connection.h"
#include "store/store.h"

namespace store::postgres {

// A job whose row this transaction has locked: nobody else changes it until its end.
struct Held {
  JobRecord record;
  std::int64_t stored_version = 0;  // in the table
  jobs::JobState stored_state = jobs::JobState::queued;
  enum class Offers { known, unknown } offers = Offers::unknown;
  std::optional<jobs::Lease> offer;  // the live one, where known
};

struct NewOffer {
  std::int64_t number = 0;
  base::Id node;
  std::string claim_id;
  jobs::Lease lease;
  double lifetime = 0;  // seconds
};

class Round {
 public:
  void clear();

  Held* find(base::Id id);
  Held* find(std::int64_t number);
  Held& hold(JobRecord record);
  void let_go(base::Id id);

  void insert(JobRecord record) { inserts_.push_back(std::move(record)); }
  // The record as it is now; its version has risen already.
  void save(Held& held, const JobRecord& record, const Change& change);
  void offer(NewOffer offer);
  void renew(base::Id job, units::Seconds lifetime) { renewals_[job] = lifetime.value(); }
  void heard(base::Id node) { heard_.insert(node); }

  // What has to be written, in its order; there is nothing more to write then.
  std::vector<Statement> take();

 private:
  void add_inserts(std::vector<Statement>& into);
  void add_offers(std::vector<Statement>& into);
  void add_saves(std::vector<Statement>& into);
  void add_history(std::vector<Statement>& into);

  std::map<base::Id, Held> held_;
  std::map<std::int64_t, base::Id> by_number_;
  std::vector<JobRecord> inserts_;
  std::set<base::Id> saved_;
  struct Changed {
    std::int64_t number = 0, version = 0;
    Change change;
  };
  std::vector<Changed> changes_;
  std::vector<NewOffer> offers_;
  std::map<base::Id, double> renewals_;
  std::set<base::Id> heard_;
};

}  // namespace store::postgres
