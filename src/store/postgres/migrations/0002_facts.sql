-- What GET /results filters and sorts by (wire/result_facts.h), and the list that it was made from: another version of the
-- program makes it anew.
ALTER TABLE reports ADD COLUMN facts json, ADD COLUMN facts_edition text NOT NULL DEFAULT '';
CREATE INDEX reports_by_edition ON reports (facts_edition);
