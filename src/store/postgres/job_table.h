// The jobs: what Store promises about them, but for claims and lists. Inside of `store`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

// In a transaction the row is locked and the round holds the record.
base::Result<JobRecord> find_record(Session& session, base::Id id);
base::Result<JobRecord> find_record(Session& session, std::int64_t number);
// Locks the rows of those that are there, by their id, and holds them with their live offers.
base::Result<void> hold_records(Session& session, std::span<const base::Id> ids);
base::Result<std::vector<Change>> changes_of(Session& session, base::Id id);

// In a transaction. The key is taken, and the taken ids are known, at once; the rows wait for the round. Without a key
// nothing is asked: an id that is taken fails the commit with retry, but ids are random.
base::Result<Store::Inserted> insert_jobs(Session& session, std::vector<JobRecord> records,
                                          std::span<const std::int64_t> numbers,
                                          const std::optional<IdempotencyKey>& key, units::WallTime now);
base::Result<int> forget_ended(Session& session, units::WallTime before, int most);
base::Result<void> forget(Session& session, base::Id job);

// Keys that have lived out their 24 h.
Statement forget_old_keys(units::WallTime now);

}  // namespace store::postgres
