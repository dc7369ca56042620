-- The order of queued jobs is kept in memory now (ready_index.h): this index alone rebuilds it, at start.
DROP INDEX jobs_ready;
DROP INDEX jobs_delayed;
CREATE INDEX jobs_queued ON jobs (job_class, order_ns, not_before_ns) WHERE state = 'queued';
-- A list of one scenario is merged from its states.
DROP INDEX jobs_of_scenario;
-- What retention removes first.
CREATE INDEX jobs_ended ON jobs (changed_ns) WHERE state IN ('completed', 'failed', 'canceled');
ALTER TABLE nodes ADD COLUMN intent_reason TEXT NOT NULL DEFAULT '';
-- Jobs that come and change are counted once for each transaction (count_changes.h), no longer row by row.
DROP TRIGGER jobs_counted_in;
DROP TRIGGER jobs_counted_over;
