-- What every zone counted at every sample of a run (power/power_trace.h), up to 1 MB for each hour: beside the records,
-- so that no list and no look at a job loads it. `run` is the id of a report or of a job.
CREATE TABLE power_traces (
  run TEXT PRIMARY KEY,
  trace BLOB NOT NULL
) STRICT;
