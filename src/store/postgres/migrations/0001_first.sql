-- Columns hold what queries look for; the rest of a record is its JSON document (wire/). Times in columns are integer
-- nanoseconds since 1970 where the masters say them, and timestamps where this server does: deadlines are by its clock
-- alone. A file that was released is never changed: the next change is the next file.

-- The one clock of the farm. A function, so that tests can put it by hand.
CREATE FUNCTION farm_clock() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';
CREATE FUNCTION farm_clock_ns() RETURNS bigint LANGUAGE sql VOLATILE
  AS 'SELECT (extract(epoch FROM farm_clock()) * 1000000)::bigint * 1000';

-- The start of the server that was seen last: after another, nobody could renew for a while.
CREATE TABLE server (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  started timestamptz NOT NULL
);
INSERT INTO server (started) VALUES (pg_postmaster_start_time());

-- Masters take numbers in blocks: gaps are usual, and no number is given twice.
CREATE SEQUENCE job_numbers;
CREATE TABLE jobs (
  number bigint PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  version bigint NOT NULL,
  state text NOT NULL,
  job_class text NOT NULL,
  order_ns bigint NOT NULL,
  not_before_ns bigint,
  scenario text NOT NULL,
  created_ns bigint NOT NULL,
  changed_ns bigint NOT NULL,
  lease_attempt integer,
  lease_token text,
  holder uuid,
  document text NOT NULL,
  report text
);
-- The heads of the queues. Jobs that wait for their time stand apart, so that they are not stepped over.
CREATE INDEX jobs_ready ON jobs (job_class, order_ns, number) WHERE state = 'queued' AND not_before_ns IS NULL;
CREATE INDEX jobs_delayed ON jobs (job_class, not_before_ns, number)
  WHERE state = 'queued' AND not_before_ns IS NOT NULL;
CREATE INDEX jobs_held ON jobs (holder) WHERE state IN ('running', 'canceling');
-- Lists.
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_scenario ON jobs (scenario, state, number);
-- What retention removes first.
CREATE INDEX jobs_ended ON jobs (changed_ns) WHERE state IN ('completed', 'failed', 'canceled');

-- What nodes were offered and did not start yet. Nothing is lost with it, so it is not logged: an offer costs no sync.
CREATE UNLOGGED TABLE offers (
  job bigint PRIMARY KEY,
  node uuid NOT NULL,
  claim_id text NOT NULL,
  attempt integer NOT NULL,
  token text NOT NULL,
  expires timestamptz NOT NULL
);
CREATE INDEX offers_by_node ON offers (node);
CREATE INDEX offers_by_end ON offers (expires);

-- One for each running or canceling job: narrow rows, since each heartbeat writes them.
CREATE TABLE leases (
  job bigint PRIMARY KEY,
  until timestamptz NOT NULL DEFAULT 'infinity',
  lifetime interval
);
CREATE INDEX leases_by_end ON leases (until);

-- How many jobs of a scenario are in a state. Every master has a slot of its own and adds a line for each change, so
-- that no two wait for one row; from time to time it folds its lines into sums. What is folded lies at the front of
-- the index and is never walked again, also while somebody's long transaction keeps it from being removed.
CREATE TABLE job_counts (
  slot integer NOT NULL,
  scenario text NOT NULL,
  state text NOT NULL,
  jobs bigint NOT NULL,
  PRIMARY KEY (slot, scenario, state)
);
CREATE TABLE job_count_changes (
  slot integer NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  scenario text NOT NULL,
  state text NOT NULL,
  jobs bigint NOT NULL,
  PRIMARY KEY (slot, sequence)
);
CREATE TABLE job_count_folds (
  slot integer PRIMARY KEY,
  folded_to bigint NOT NULL DEFAULT 0
);
INSERT INTO job_count_folds (slot) VALUES (0);
CREATE FUNCTION own_slot() RETURNS integer LANGUAGE sql STABLE
  AS $$SELECT coalesce(nullif(current_setting('ffwatt.slot', true), '')::integer, 0)$$;
CREATE FUNCTION count_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO job_count_changes (slot, scenario, state, jobs)
    SELECT own_slot(), scenario, state, count(*) FROM added GROUP BY scenario, state;
  RETURN NULL;
END $$;
CREATE FUNCTION count_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO job_count_changes (slot, scenario, state, jobs)
    SELECT own_slot(), scenario, state, -count(*) FROM removed GROUP BY scenario, state;
  RETURN NULL;
END $$;
CREATE FUNCTION count_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO job_count_changes (slot, scenario, state, jobs)
    SELECT own_slot(), scenario, state, sum(one)
    FROM (SELECT scenario, state, 1 AS one FROM added UNION ALL SELECT scenario, state, -1 FROM removed) AS both_sides
    GROUP BY scenario, state HAVING sum(one) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER jobs_counted_in AFTER INSERT ON jobs REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_in();
CREATE TRIGGER jobs_counted_out AFTER DELETE ON jobs REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION count_out();
CREATE TRIGGER jobs_counted_over AFTER UPDATE ON jobs REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_over();

-- What save() was told, by the version that it made.
CREATE TABLE job_changes (
  job bigint NOT NULL,
  version bigint NOT NULL,
  at_ns bigint NOT NULL,
  event text NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (job, version)
);

-- The bytes of a key are the client's: no text of this server's encoding, perhaps.
CREATE TABLE idempotency_keys (
  key bytea PRIMARY KEY,
  body_digest bytea NOT NULL,
  numbers bigint[] NOT NULL,
  created_ns bigint NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_ns);

CREATE TABLE nodes (
  id uuid PRIMARY KEY,
  intent text NOT NULL,
  intent_reason text NOT NULL,
  registered_ns bigint NOT NULL,
  document text NOT NULL
);
-- When each was heard of: not logged, so that a poll that finds nothing costs no sync.
CREATE UNLOGGED TABLE node_heard (
  node uuid PRIMARY KEY,
  at timestamptz NOT NULL
);

-- Finished runs of the farm.
CREATE TABLE reports (
  id text COLLATE "C" PRIMARY KEY,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  name text NOT NULL,
  started_ns bigint NOT NULL,
  document text NOT NULL
);
CREATE INDEX reports_by_start ON reports (started_ns DESC, sequence DESC);
-- `run` is the id of a report or of a job. A trace is compressed already.
CREATE TABLE power_traces (
  run text COLLATE "C" PRIMARY KEY,
  trace bytea NOT NULL
);
ALTER TABLE power_traces ALTER COLUMN trace SET STORAGE EXTERNAL;
