-- A walk through all results in an order without an index notes ahead which rows come next (walks.h) and reads them by
-- their numbers.
CREATE UNIQUE INDEX reports_by_sequence ON reports (sequence);
-- The usual order: by when they started, to the millisecond that documents tell.
CREATE INDEX reports_in_time ON reports ((started_ns / 1000000), sequence);
