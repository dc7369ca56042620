-- What opens the farm, by its id; of a token's text only the digest.
CREATE TABLE tokens (
  id text PRIMARY KEY,
  scope text NOT NULL,
  name text NOT NULL,
  hash text NOT NULL,
  created_ns bigint NOT NULL,
  expires_ns bigint,
  node uuid
);
