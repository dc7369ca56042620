-- The order of queued jobs is kept in memory now (ready_index.h): this index alone rebuilds it, at start.
DROP INDEX jobs_ready;
DROP INDEX jobs_delayed;
CREATE INDEX jobs_queued ON jobs (job_class, order_ns, not_before_ns) WHERE state = 'queued';
-- A list of one scenario is merged from its states, one of a state from its scenarios: one index for all.
DROP INDEX jobs_of_scenario;
DROP INDEX jobs_by_state;
-- What retention removes first.
CREATE INDEX jobs_ended ON jobs (changed_ns) WHERE state IN ('completed', 'failed', 'canceled');
ALTER TABLE nodes ADD COLUMN intent_reason TEXT NOT NULL DEFAULT '';
-- Jobs are counted in memory (count_board.h).
DROP TRIGGER jobs_counted_in;
DROP TRIGGER jobs_counted_over;
DROP TRIGGER jobs_counted_out;
DROP TABLE job_counts;
-- The history of a job stands together, in the order of its versions: one tree instead of a table and an index.
ALTER TABLE job_changes RENAME TO old_job_changes;
DROP INDEX job_changes_by_job;
CREATE TABLE job_changes (
  job INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  at_ns INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (job, version)
) STRICT, WITHOUT ROWID;
INSERT INTO job_changes (job, version, at_ns, event, actor, reason)
  SELECT job, row_number() OVER (PARTITION BY job ORDER BY sequence) + 1, at_ns, event, actor, reason FROM old_job_changes;
DROP TABLE old_job_changes;
