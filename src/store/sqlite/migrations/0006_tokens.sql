-- What opens the farm, by its id; of a token's text only the digest.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_ns INTEGER NOT NULL,
  expires_ns INTEGER,
  node TEXT
) STRICT;
