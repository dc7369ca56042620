-- Columns hold what queries look for; the rest of a record is its JSON document (wire/). Times in columns are integer
-- nanoseconds since 1970. A file that was released is never changed: the next change is the next file.

-- Finished runs of a farm and of one person alike.
CREATE TABLE reports (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_start ON reports (started_ns);

-- AUTOINCREMENT: a number is never given to another job, whatever is deleted.
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  job_class TEXT NOT NULL,
  order_ns INTEGER NOT NULL,
  not_before_ns INTEGER,
  scenario TEXT NOT NULL,
  created_ns INTEGER NOT NULL,
  changed_ns INTEGER NOT NULL,
  lease_attempt INTEGER,
  lease_token TEXT,
  holder TEXT,
  document TEXT NOT NULL,
  report TEXT
) STRICT;

-- The heads of the queues. Jobs that wait for their time stand apart, so that they are not stepped over at each claim.
CREATE INDEX jobs_ready ON jobs (job_class, order_ns) WHERE state = 'queued' AND not_before_ns IS NULL;
CREATE INDEX jobs_delayed ON jobs (job_class, not_before_ns) WHERE state = 'queued' AND not_before_ns IS NOT NULL;
-- What a master that starts has to know.
CREATE INDEX jobs_leased ON jobs (number) WHERE state IN ('running', 'canceling');
-- Lists.
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_scenario ON jobs (scenario, state);
CREATE INDEX jobs_of_scenario ON jobs (scenario);

-- How many jobs of a scenario are in a state, kept in the transaction that changes them: counting costs nothing.
CREATE TABLE job_counts (
  scenario TEXT NOT NULL,
  state TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY (scenario, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_counted_in AFTER INSERT ON jobs BEGIN
  INSERT INTO job_counts (scenario, state, jobs) VALUES (new.scenario, new.state, 1)
    ON CONFLICT (scenario, state) DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER jobs_counted_out AFTER DELETE ON jobs BEGIN
  UPDATE job_counts SET jobs = jobs - 1 WHERE scenario = old.scenario AND state = old.state;
END;
CREATE TRIGGER jobs_counted_over AFTER UPDATE OF state, scenario ON jobs
  WHEN new.state <> old.state OR new.scenario <> old.scenario BEGIN
  UPDATE job_counts SET jobs = jobs - 1 WHERE scenario = old.scenario AND state = old.state;
  INSERT INTO job_counts (scenario, state, jobs) VALUES (new.scenario, new.state, 1)
    ON CONFLICT (scenario, state) DO UPDATE SET jobs = jobs + 1;
END;

CREATE TABLE job_changes (
  sequence INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  at_ns INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX job_changes_by_job ON job_changes (job);

-- The jobs that a key made have the numbers from first_number on.
CREATE TABLE idempotency_keys (
  key TEXT PRIMARY KEY,
  body_digest TEXT NOT NULL,
  first_number INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  created_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_ns);

CREATE TABLE nodes (
  id TEXT PRIMARY KEY,
  intent TEXT NOT NULL,
  registered_ns INTEGER NOT NULL,
  last_heartbeat_ns INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
