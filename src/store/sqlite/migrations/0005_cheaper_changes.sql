-- With IN and three values SQLite builds a small table at each change of a job to ask whether the index has it.
DROP INDEX jobs_ended;
CREATE INDEX jobs_ended ON jobs (changed_ns) WHERE state = 'completed' OR state = 'failed' OR state = 'canceled';
-- What runs is found by scenario and state at a start: two entries less for each job that is done.
DROP INDEX jobs_leased;
