-- What a report says that has one value, a column each, stands beside the reports, so that filters and orders of results
-- read no document. The program makes that table from its list of facts (report_facts.cpp) and notes here by which; with
-- another list it makes it anew.
CREATE TABLE facts_edition (edition TEXT NOT NULL) STRICT;
-- An index of that table takes its place.
DROP INDEX reports_by_start;
